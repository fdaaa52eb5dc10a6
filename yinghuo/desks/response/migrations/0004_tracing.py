"""Tables of the response desk: tracing."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0003_teams")]
    operations: ClassVar = []
