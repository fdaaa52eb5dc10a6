"""Append-only tables, and the waiting line that fills itself."""

from django.db import migrations

from yinghuo.core.ledger.promises import append_only, queue_entries


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        append_only("ledger_entry"),
        append_only("ledger_leaf"),
        append_only("ledger_body"),
        append_only("ledger_checkpoint"),
        queue_entries(),
    ]
