"""Plans of a round, only ever added."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("sampling", "0008_lookups")]
    operations: list = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="sampling.campaign"
                    ),
                ),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("day", models.DateField()),
                ("asked", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("says", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["campaign", "-saved_at"], name="plan_latest")]},
        ),
        append_only("sampling_plan"),
    ]
