"""Publications are only ever added."""

from django.db import migrations

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial"), ("ledger", "0002_promises")]
    operations = [append_only("figures_publication")]
