"""Tables of the response desk: review."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0009_followups")]
    operations: ClassVar = []
