"""Tables of the response desk: the daily flow of a real curve, played through the teams."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("response", "0009_followups")]

    operations = [
        migrations.CreateModel(
            name="FlowRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_code", models.CharField(max_length=12)),
                ("teams", models.PositiveIntegerField()),
                ("assumed", models.JSONField()),
                ("seed", models.BigIntegerField()),
                ("days", models.JSONField()),
                ("loads", models.JSONField()),
                ("played_at", models.DateTimeField()),
                ("by", models.TextField()),
                ("entry_id", models.UUIDField()),
                (
                    "curve",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flows", to="response.curverun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="flow_area_code_form",
                    )
                ],
            },
        ),
    ]
