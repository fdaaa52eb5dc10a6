"""Tables of the response desk: curves."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0006_levels")]
    operations: ClassVar = []
