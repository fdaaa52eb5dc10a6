"""Tables of the response desk: rounds, due visits, follow-up visits, identities looked at for a case."""

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("response", "0008_exchange")]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "contact", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("contact", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                ("day_number", models.SmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("seen_well", "seen, well"),
                            ("seen_ill", "seen, unwell"),
                            ("not_reached", "not reached"),
                            ("refused", "refused to answer"),
                            ("moved", "moved away"),
                        ],
                        max_length=12,
                    ),
                ),
                ("symptoms", models.JSONField(default=list)),
                ("temperature_c", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("device", models.UUIDField(null=True)),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contact", "day", "-at"], name="followup_by_day"),
                    models.Index(fields=["entry_id"], name="followup_by_entry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["seen_well", "seen_ill", "not_reached", "refused", "moved"])
                        ),
                        name="followup_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("party_id", models.UUIDField(db_index=True, null=True)),
                ("building", models.TextField(blank=True, default="")),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("device", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["day", "area_code"], name="round_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="round_area_code_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseReveal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=60)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("reach", "to reach the person"),
                            ("care", "for treatment or transfer"),
                            ("trace", "to ask the person about contacts"),
                            ("match", "to tell whether two records are one person"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reveals", to="response.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["by", "-at"], name="reveal_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["reach", "care", "trace", "match"])),
                        name="reveal_reason_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DueVisit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "contact", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("contact", models.UUIDField()),
                ("day", models.DateField()),
                ("event", models.UUIDField()),
                ("day_number", models.SmallIntegerField()),
                ("missed_days", models.PositiveSmallIntegerField(default=0)),
                ("area_code", models.CharField(max_length=12)),
                ("party_id", models.UUIDField(null=True)),
                ("entry_id", models.UUIDField()),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="due", to="response.round"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "area_code", "-missed_days", "contact"], name="due_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="due_area_code_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedTable",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("rows", models.JSONField()),
                ("columns", models.JSONField()),
                ("cells", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["-first_day", "key"], name="published_by_week")],
                "constraints": [models.UniqueConstraint(fields=("key", "first_day"), name="a_table_once_a_week")],
            },
        ),
        append_only("response_followup"),
        append_only("response_publishedtable"),
    ]
