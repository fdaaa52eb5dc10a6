"""Phones: enrolment codes, corrections and voids, how each phone does, files loaded at the console."""

import datetime

from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only

PHONES = """
    INSERT INTO sampling_phone (device, site_id, facts) SELECT id, site_id, 0 FROM people_device
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("sampling", "0003_facts"), ("people", "0001_initial"), ("ledger", "0002_promises")]
    operations = [
        migrations.CreateModel(
            name="EnrolmentCode",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.TextField()),
                ("area_code", models.CharField(max_length=12)),
                ("site_id", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("good_until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("label", models.TextField(db_default="", default="")),
                ("device", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PhoneFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("device", models.UUIDField(db_index=True)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("made_at", models.DateTimeField()),
                ("loaded_at", models.DateTimeField()),
                ("loaded_by", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Voided",
            fields=[
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("device", models.UUIDField()),
                ("entry_id", models.UUIDField(db_index=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tube", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tube", models.CharField(max_length=40)),
                ("site", models.BigIntegerField()),
                (
                    "reason",
                    models.TextField(
                        choices=[
                            ("leaked", "leaked"),
                            ("broken", "broken"),
                            ("empty", "empty"),
                            ("mislabelled", "labelled wrongly"),
                            ("other", "other reason"),
                        ]
                    ),
                ),
                ("note", models.TextField(db_default="", default="")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="tube",
            name="voided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Corrected",
            fields=[
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("device", models.UUIDField()),
                ("entry_id", models.UUIDField(db_index=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tube", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tube", models.CharField(max_length=40)),
                ("site", models.BigIntegerField()),
                ("swab", models.UUIDField()),
                ("what", models.TextField()),
                ("to_tube", models.CharField(db_default="", default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tube", "swab"], name="corrected_swab"),
                    models.Index(condition=models.Q(("what", "moved")), fields=["to_tube"], name="corrected_to_tube"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_id", models.UUIDField()),
                ("place", models.IntegerField()),
                ("door", models.CharField(max_length=20)),
                ("sealed", models.BinaryField(null=True)),
                ("reason", models.TextField(db_default="", default="")),
                (
                    "outfall",
                    models.CharField(
                        blank=True,
                        choices=[("", "to be looked at"), ("kept", "kept"), ("discarded", "discarded")],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.TextField(db_default="", default="")),
                ("because", models.TextField(db_default="", default="")),
                ("keep_until", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sealed__isnull", False)), fields=["keep_until"], name="file_item_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("keep_until__isnull", False), ("keep_until__lt", datetime.date(2200, 1, 1))
                        ),
                        name="file_item_kept_until_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                ("device", models.UUIDField(primary_key=True, serialize=False)),
                ("site_id", models.BigIntegerField(null=True)),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("last_batch_at", models.DateTimeField(null=True)),
                ("facts", models.BigIntegerField(db_default=0, default=0)),
                ("offset_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["site_id", "device"], name="phone_site")],
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "door", "address", "begins_at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("door", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=32)),
                ("begins_at", models.DateTimeField()),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["begins_at"], name="tries_begin")],
            },
        ),
        append_only("sampling_corrected"),
        append_only("sampling_voided"),
        migrations.RunSQL(PHONES, migrations.RunSQL.noop),
    ]
