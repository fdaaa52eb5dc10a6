"""Tables of the response desk: the epidemic curve as it was counted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("response", "0006_levels")]

    operations = [
        migrations.CreateModel(
            name="CurveRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_code", models.CharField(max_length=12)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("root", models.CharField(max_length=64)),
                ("records", models.PositiveIntegerField()),
                ("codes", models.JSONField()),
                ("figures", models.JSONField()),
                ("interval", models.CharField(max_length=20)),
                ("method", models.TextField()),
                ("seed", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("counted_at", models.DateTimeField()),
                ("by", models.TextField()),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["area_code", "-counted_at"], name="curve_run_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="curve_run_area_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="curve_run_has_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CurveArea",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area_code", models.CharField(max_length=12)),
                ("said", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="response.curverun"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "area_code"), name="an_area_once_a_run")],
            },
        ),
    ]
