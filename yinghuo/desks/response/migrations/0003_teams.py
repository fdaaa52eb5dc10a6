"""Tables of the response desk: to which orders teams were sent, and waves of several stops."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

AREA_CODE = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"


class Migration(migrations.Migration):
    dependencies = [("response", "0002_cases")]

    operations = [
        migrations.CreateModel(
            name="Wave",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("plan", models.JSONField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(("area_code__regex", AREA_CODE)), name="wave_area_code_form"),
                    models.CheckConstraint(
                        condition=Q(("accepted_at__isnull", True), ("accepted_by", ""))
                        | (Q(("accepted_at__isnull", False)) & ~Q(("accepted_by", ""))),
                        name="wave_accepted_by_somebody",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(db_index=True)),
                ("kind", models.TextField()),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.TextField()),
                ("eta_at", models.DateTimeField()),
                ("delay_min", models.PositiveIntegerField(default=0)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "work done"), ("replaced", "another team went"), ("withdrawn", "called back")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("because", models.JSONField(default=dict)),
                ("entry_id", models.UUIDField()),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sendings", to="response.team"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to="response.wave",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["team", "-sent_at"], name="sending_by_team")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("ended_at__isnull", True)),
                        fields=("order_id",),
                        name="one_team_an_order_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("ended_at__isnull", True), ("wave__isnull", True)),
                        fields=("team",),
                        name="one_order_a_team_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(("ended_at__isnull", True), ("outcome", ""))
                        | Q(("ended_at__isnull", False), ("outcome__in", ["done", "replaced", "withdrawn"])),
                        name="sending_ended_somehow",
                    ),
                ],
            },
        ),
    ]
