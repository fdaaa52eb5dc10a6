"""Tables of the response desk: levels."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0005_tracks")]
    operations: ClassVar = []
