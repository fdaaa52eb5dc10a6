"""Custody: receptions, where tubes are, gaps, boxes, clocks, labels, ranges of sites, carriage."""

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only
from yinghuo.desks.sampling.models.custody_promises import keep_custody_tallies, keep_ranges_apart


class Migration(migrations.Migration):
    dependencies = [("sampling", "0004_phones"), ("ledger", "0002_promises")]
    operations = [
        migrations.CreateModel(
            name="Received",
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
                ("box", models.CharField(db_default="", default="", max_length=40)),
                ("laboratory", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["box"], name="received_box")],
            },
        ),
        migrations.CreateModel(
            name="Custody",
            fields=[
                ("tube", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("campaign_id", models.UUIDField(null=True)),
                ("site_id", models.BigIntegerField(null=True)),
                ("area_code", models.CharField(db_default="", default="", max_length=12)),
                ("swabs", models.IntegerField(default=0)),
                ("counted", models.IntegerField(default=0)),
                ("doubted", models.IntegerField(default=0)),
                ("twice", models.IntegerField(default=0)),
                ("nobody", models.IntegerField(default=0)),
                ("reports", models.IntegerField(default=0)),
                ("outcomes", models.IntegerField(default=0)),
                ("result", models.TextField(default="")),
                ("box", models.CharField(default="", max_length=40)),
                ("boxes", models.IntegerField(default=0)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("boxed_at", models.DateTimeField(null=True)),
                ("collected_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("swabbed", "being filled"),
                            ("sealed", "sealed, not boxed"),
                            ("boxed", "boxed, not collected"),
                            ("collected", "on the road"),
                            ("received", "in the laboratory, no result"),
                            ("reported", "result reported"),
                            ("voided", "voided"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("bundle", models.TextField(default="")),
                ("holder", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site_id", "stage", "tube"], name="custody_site"),
                    models.Index(fields=["campaign_id", "stage", "since", "tube"], name="custody_stage"),
                    models.Index(fields=["box"], name="custody_box"),
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="custody_due"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id", "site_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign_id", models.UUIDField()),
                ("site_id", models.BigIntegerField()),
                ("area_code", models.CharField(db_default="", default="", max_length=12)),
                ("tubes", models.BigIntegerField(default=0)),
                ("swabs", models.BigIntegerField(default=0)),
                ("counted", models.BigIntegerField(default=0)),
                ("bound", models.BigIntegerField(default=0)),
                ("sealed", models.BigIntegerField(default=0)),
                ("boxed", models.BigIntegerField(default=0)),
                ("collected", models.BigIntegerField(default=0)),
                ("received", models.BigIntegerField(default=0)),
                ("reported", models.BigIntegerField(default=0)),
                ("reports", models.BigIntegerField(default=0)),
                ("at_sealed", models.BigIntegerField(default=0)),
                ("at_boxed", models.BigIntegerField(default=0)),
                ("at_collected", models.BigIntegerField(default=0)),
                ("at_received", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tube", "point", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tube", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=20)),
                ("campaign_id", models.UUIDField(null=True)),
                ("area_code", models.CharField(db_default="", default="", max_length=12)),
                ("amount", models.IntegerField()),
                ("since", models.DateTimeField()),
                ("bundle", models.TextField(default="")),
                ("holder", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign_id", "point", "since", "tube"], name="gap_list"),
                    models.Index(fields=["bundle", "point"], name="gap_bundle"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GapTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id",
                        "point",
                        "area_code",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("campaign_id", models.UUIDField()),
                ("point", models.CharField(max_length=20)),
                ("area_code", models.CharField(db_default="", default="", max_length=12)),
                ("tubes", models.BigIntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="BoxRow",
            fields=[
                ("box", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("campaign_id", models.UUIDField(null=True)),
                ("site_id", models.BigIntegerField(null=True)),
                ("area_code", models.CharField(db_default="", default="", max_length=12)),
                ("packed_at", models.DateTimeField(null=True)),
                ("counted", models.IntegerField(default=0)),
                ("scanned", models.IntegerField(default=0)),
                ("moved", models.IntegerField(default=0)),
                ("seal", models.TextField(default="")),
                ("collected_at", models.DateTimeField(null=True)),
                ("collected_count", models.IntegerField(null=True)),
                ("collected_seal", models.TextField(default="")),
                ("vehicle", models.TextField(default="")),
                ("temperature_c", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_count", models.IntegerField(null=True)),
                ("received_seal", models.TextField(default="")),
                ("received_by", models.UUIDField(null=True)),
                ("unpacked", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign_id", "-packed_at", "-box"], name="boxrow_list"),
                    models.Index(
                        condition=models.Q(("collected_at__isnull", True)),
                        fields=["campaign_id", "packed_at"],
                        name="boxrow_to_collect",
                    ),
                    models.Index(
                        condition=models.Q(("received_at__isnull", True)),
                        fields=["collected_at"],
                        name="boxrow_under_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.campaign"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("swabbed", "being filled"),
                            ("sealed", "sealed, not boxed"),
                            ("boxed", "boxed, not collected"),
                            ("collected", "on the road"),
                            ("received", "in the laboratory, no result"),
                            ("reported", "result reported"),
                            ("voided", "voided"),
                        ],
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("within_min", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "stage", "valid_from"), name="one_custody_clock"),
                    models.CheckConstraint(condition=models.Q(("within_min__gte", 1)), name="custody_clock_runs"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.campaign"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.site"
                    ),
                ),
                ("kind", models.CharField(choices=[("tube", "tubes"), ("box", "boxes")], max_length=4)),
                ("first", models.CharField(max_length=40)),
                ("last", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField()),
                ("size", models.CharField(max_length=10)),
                ("reason", models.TextField(blank=True, default="")),
                ("reprint", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("entry_id", models.UUIDField()),
                ("made", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["campaign", "kind", "first"], name="label_run_codes")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="label_run_in_order"
                    ),
                    models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="label_run_prints"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reprint", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="reprint_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.campaign"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="code_ranges", to="sampling.site"
                    ),
                ),
                ("first", models.CharField(max_length=40)),
                ("last", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="site_range_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarriageLaboratory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("party_id", models.UUIDField(null=True)),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("assays_per_h", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area_code", "name_zh"), name="one_laboratory_name"),
                    models.CheckConstraint(condition=models.Q(("assays_per_h__gte", 1)), name="laboratory_assays"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarriageVehicle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plate", models.CharField(max_length=20, unique=True)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vehicles",
                        to="sampling.carriagelaboratory",
                    ),
                ),
                ("boxes", models.PositiveIntegerField()),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("boxes__gte", 1)), name="vehicle_carries")],
            },
        ),
        migrations.CreateModel(
            name="CarriagePlan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.campaign"
                    ),
                ),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("asked", models.JSONField()),
                ("plan", models.JSONField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [models.Index(fields=["campaign", "-made_at"], name="carriage_plan_list")],
            },
        ),
        append_only("sampling_received"),
        keep_custody_tallies(),
        keep_ranges_apart(),
    ]
