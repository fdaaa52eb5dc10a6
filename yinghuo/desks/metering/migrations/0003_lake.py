"""What was committed to the readings lake."""

from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("metering", "0002_head_end")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="Committed",
            fields=[
                ("pk", models.CompositePrimaryKey("entry", "day", blank=True, editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField()),
                ("day", models.DateField()),
                ("lake", models.UUIDField()),
                ("version", models.BigIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("rows", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("committed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lake", "version"], name="committed_by_version"),
                    models.Index(fields=["day", "entry"], name="committed_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["measured", "corrections"])), name="committed_kind_known"),
                    models.CheckConstraint(condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="committed_sha256_form"),
                ],
            },
        ),
        append_only("metering_committed"),
    ]
