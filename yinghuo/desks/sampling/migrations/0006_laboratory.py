"""The laboratory's tables; any target's Ct on a result; rows of kits are only ever added."""

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0005_custody"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="because",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="result",
            name="ct",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="result",
            name="pool",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="result",
            name="well",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.CreateModel(
            name="AssayKit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("targets", models.JSONField()),
                ("internal_control", models.CharField(blank=True, default="", max_length=20)),
                ("control_valid_below_ct", models.DecimalField(decimal_places=2, max_digits=4)),
                ("positive_needs", models.PositiveSmallIntegerField()),
                ("controls", models.JSONField(default=dict)),
                ("source", models.TextField()),
                ("added_by", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["name", "valid_from", "id"], name="kit_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="kit_has_its_source"
                    ),
                    models.CheckConstraint(condition=models.Q(("positive_needs__gte", 1)), name="kit_needs_a_target"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bench",
            fields=[
                ("tube", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(max_length=12)),
                ("campaign_id", models.UUIDField(null=True)),
                ("people", models.IntegerField()),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("plate", "on a plate"),
                            ("pool", "in a pool"),
                            ("done", "has a result"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("again", models.CharField(blank=True, default="", max_length=8)),
                ("pool_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["party_id", "due_at", "tube"],
                        name="bench_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at", "tube"], name="bench_waiting_all"
                    ),
                    models.Index(
                        condition=models.Q(("pool_id__isnull", False)), fields=["pool_id"], name="bench_of_pool"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "plate", "pool", "done"])),
                        name="bench_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("name", models.CharField(max_length=80)),
                ("mapping", models.JSONField(default=dict)),
                ("sample", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("party_id", "name"), name="one_instrument_name_a_laboratory")
                ],
            },
        ),
        migrations.CreateModel(
            name="Plate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("barcode", models.CharField(max_length=40, unique=True)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("kit", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filling", "filling its wells"),
                            ("running", "running"),
                            ("read", "read, to be released"),
                            ("invalid", "invalid: controls wrong"),
                            ("released", "released"),
                            ("discarded", "discarded"),
                        ],
                        default="filling",
                        max_length=10,
                    ),
                ),
                ("readings", models.PositiveSmallIntegerField(default=0)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("read_by", models.TextField(blank=True, default="")),
                ("read_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "instrument",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="sampling.instrument"),
                ),
                (
                    "kit_row",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="sampling.assaykit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("members", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "ready"),
                            ("plate", "on a plate"),
                            ("negative", "阴性"),
                            ("decode", "decoded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("result", models.TextField(blank=True, default="")),
                ("result_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["party_id", "due_at", "code"], name="pool_ready"
                    ),
                    models.Index(fields=["party_id", "-made_at"], name="pool_of_laboratory"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("kit", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("full_sheet_confirmed", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be read"),
                            ("reading", "being read"),
                            ("stopped", "stopped"),
                            ("refused", "refused"),
                            ("read", "read, to be released"),
                            ("releasing", "being released"),
                            ("released", "released"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("why", models.JSONField(default=dict)),
                ("rows_total", models.BigIntegerField(default=0)),
                ("rows_read", models.BigIntegerField(default=0)),
                ("kept", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("released", models.BigIntegerField(default=0)),
                ("sent_by", models.TextField()),
                ("sent_at", models.DateTimeField()),
                ("assayed_at", models.DateTimeField()),
                ("technician", models.CharField(max_length=100)),
                ("ended_by", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "instrument",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="sampling.instrument"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RejectedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("code", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("text", models.TextField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejects",
                        db_constraint=False,
                        db_index=False,
                        to="sampling.resultfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResultFilePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="sampling.resultfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StagedResult",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "tube", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tube", models.CharField(max_length=40)),
                ("row", models.BigIntegerField()),
                ("ct", models.JSONField()),
                (
                    "result",
                    models.TextField(
                        choices=[("negative", "阴性"), ("positive", "阳性"), ("grey", "灰区"), ("invalid", "无效")]
                    ),
                ),
                ("because", models.TextField(default="")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged",
                        db_constraint=False,
                        db_index=False,
                        to="sampling.resultfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Typing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tube", models.CharField(max_length=40)),
                ("party_id", models.UUIDField()),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("kit", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("once", "typed once"),
                            ("differs", "two entries differ"),
                            ("agreed", "two entries agree"),
                            ("decided", "decided by a third person"),
                        ],
                        default="once",
                        max_length=8,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [models.Index(fields=["party_id", "-begun_at"], name="typing_of_laboratory")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["once", "differs"])),
                        fields=("tube", "party_id"),
                        name="one_open_typing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Keyed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.TextField()),
                ("ct", models.JSONField()),
                (
                    "result",
                    models.TextField(
                        choices=[("negative", "阴性"), ("positive", "阳性"), ("grey", "灰区"), ("invalid", "无效")]
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "typing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="sampling.typing"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Well",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("tube", "tube"),
                            ("pool", "pool of tubes"),
                            ("positive", "positive control"),
                            ("negative", "negative control"),
                            ("blank", "blank"),
                        ],
                        max_length=8,
                    ),
                ),
                ("tube", models.CharField(blank=True, db_index=True, default="", max_length=40)),
                ("ct", models.JSONField(null=True)),
                ("result", models.TextField(blank=True, default="")),
                ("because", models.TextField(blank=True, default="")),
                ("rerun", models.BooleanField(default=False)),
                (
                    "plate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wells", to="sampling.plate"
                    ),
                ),
                ("pool", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="sampling.pool")),
            ],
        ),
        migrations.AddIndex(
            model_name="plate",
            index=models.Index(fields=["party_id", "-made_at"], name="plate_of_laboratory"),
        ),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["filling", "running", "read", "invalid", "released", "discarded"])),
                name="plate_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "released"), _negated=True),
                    models.Q(("ended_by", models.F("read_by")), _negated=True),
                    _connector="OR",
                ),
                name="plate_released_by_a_second_person",
            ),
        ),
        migrations.AddIndex(
            model_name="resultfile",
            index=models.Index(fields=["party_id", "-sent_at"], name="file_of_laboratory"),
        ),
        migrations.AddConstraint(
            model_name="resultfile",
            constraint=models.UniqueConstraint(fields=("party_id", "sha256"), name="one_file_a_digest"),
        ),
        migrations.AddConstraint(
            model_name="resultfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "reading", "stopped", "refused", "read", "releasing", "released"])
                ),
                name="file_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_by", ""), models.Q(("ended_by", models.F("sent_by")), _negated=True), _connector="OR"
                ),
                name="file_released_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultfilepart",
            constraint=models.UniqueConstraint(fields=("file", "number"), name="one_part_a_number"),
        ),
        migrations.AddConstraint(
            model_name="keyed",
            constraint=models.UniqueConstraint(fields=("typing", "by"), name="one_entry_a_person"),
        ),
        migrations.AddConstraint(
            model_name="well",
            constraint=models.UniqueConstraint(fields=("plate", "number"), name="one_content_a_well"),
        ),
        migrations.AddConstraint(
            model_name="well",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 96)), name="well_of_96"
            ),
        ),
        migrations.AddConstraint(
            model_name="well",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["tube", "pool", "positive", "negative", "blank"])),
                name="well_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="well",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["", "negative", "positive", "grey", "invalid"])),
                name="well_result_known",
            ),
        ),
        append_only("sampling_assaykit"),
    ]
