"""Tables of the response desk: tracks."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0004_tracing")]
    operations: ClassVar = []
