"""Tables of the response desk: teams."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0002_cases")]
    operations: ClassVar = []
