"""Tables of the response desk: exchange."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0007_curves")]
    operations: ClassVar = []
