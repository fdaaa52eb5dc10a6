"""Tables of the response desk: followups."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0008_exchange")]
    operations: ClassVar = []
