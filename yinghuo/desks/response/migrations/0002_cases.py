"""Tables of the response desk: cases."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0001_initial")]
    operations: ClassVar = []
