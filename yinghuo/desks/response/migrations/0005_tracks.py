"""Tables of the response desk: tracks."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0004_tracing")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Facility",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hospital", "designated hospital"), ("site", "isolation site")], max_length=10
                    ),
                ),
                ("party_id", models.UUIDField(db_index=True, null=True)),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField(blank=True, default="")),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("address", models.TextField(blank=True, default="")),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "verbose_name_plural": "facilities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hospital", "site"])), name="facility_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="facility_area_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "hospital"), ("party_id__isnull", False)),
                            ("kind", "site"),
                            _connector="OR",
                        ),
                        name="hospital_is_a_party",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Capacity",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "bed_kind",
                    models.CharField(
                        choices=[
                            ("isolation", "isolation ward"),
                            ("pressure", "negative pressure"),
                            ("intensive", "intensive care"),
                            ("child", "children’s ward"),
                            ("maternity", "maternity ward"),
                            ("dialysis", "ward with dialysis"),
                        ],
                        max_length=12,
                    ),
                ),
                ("beds", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField()),
                ("by", models.TextField()),
                ("entry_id", models.UUIDField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="capacities", to="response.facility"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "capacities",
                "indexes": [models.Index(fields=["facility", "bed_kind", "-told_at"], name="capacity_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bed_kind__in", ["isolation", "pressure", "intensive", "child", "maternity", "dialysis"])
                        ),
                        name="capacity_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20)),
                ("beds", models.PositiveSmallIntegerField(default=1)),
                (
                    "sort",
                    models.CharField(
                        choices=[("single", "single room"), ("family", "family room")], default="single", max_length=10
                    ),
                ),
                ("accessible", models.BooleanField(default=False)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="response.facility"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "code"), name="one_room_a_code"),
                    models.CheckConstraint(
                        condition=models.Q(("sort__in", ["single", "family"])), name="room_sort_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("beds__gte", 1)), name="room_has_a_bed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("together", models.UUIDField()),
                ("begins_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="occupancies", to="response.room"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "occupancies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("room",),
                        name="nobody_unrelated_in_one_room",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person", models.UUIDField(db_index=True)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "stage",
                    models.CharField(choices=[("facility", "isolation site"), ("home", "at home")], max_length=10),
                ),
                ("bed", models.PositiveSmallIntegerField(null=True)),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("close", "close contact"),
                            ("second", "contact of a close contact"),
                            ("general", "general contact"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("basis", models.CharField(max_length=20)),
                ("counted_from", models.DateField()),
                ("until", models.DateField()),
                ("ceiling_on", models.DateField()),
                ("beyond", models.TextField(blank=True, default="")),
                ("reserved_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "time served"),
                            ("early", "released early"),
                            ("case", "became a case"),
                            ("moved", "moved elsewhere"),
                            ("cancelled", "never begun"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("slip", models.UUIDField(null=True, unique=True)),
                ("entry_id", models.UUIDField()),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="response.contact",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="response.event"
                    ),
                ),
                (
                    "occupancy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="response.occupancy",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["area_code", "until"],
                        name="stay_running",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("occupancy", "bed"),
                        name="one_stay_a_bed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("person",), name="one_stay_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["facility", "home"])), name="stay_stage_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="stay_area_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", ""), _negated=True), models.Q(("rule", ""), _negated=True)
                        ),
                        name="stay_has_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bed__isnull", False), ("occupancy__isnull", False), ("stage", "facility")),
                            models.Q(("bed__isnull", True), ("occupancy__isnull", True), ("stage", "home")),
                            _connector="OR",
                        ),
                        name="stay_has_a_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__lte", models.F("ceiling_on")),
                            models.Q(("beyond", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="stay_under_ceiling",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_at__isnull", True)),
                            models.Q(
                                ("end__in", ["completed", "early", "case", "moved", "cancelled"]),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="stay_ends_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dialysis", "dialysis"),
                            ("pregnancy", "pregnancy"),
                            ("medicine", "medicine or a doctor"),
                            ("child", "a child"),
                            ("food", "food and water"),
                            ("animal", "an animal left at home"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.TextField(blank=True, default="")),
                ("erased_at", models.DateTimeField(null=True)),
                ("entry_id", models.UUIDField()),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="response.stay"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stay", "asked_at"], name="need_by_stay")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["dialysis", "pregnancy", "medicine", "child", "food", "animal", "other"])
                        ),
                        name="need_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True), models.Q(("answer", ""), ("text", "")), _connector="OR"
                        ),
                        name="need_erased_is_gone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StayTerm",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("rule", "by the rule at the beginning"),
                            ("shorter", "shortened by a change of the rule"),
                            ("longer", "beyond the ceiling"),
                            ("proposed", "proposed by a change of the rule"),
                            ("release", "early release"),
                        ],
                        max_length=10,
                    ),
                ),
                ("until", models.DateField()),
                ("ceiling_on", models.DateField()),
                ("rule", models.CharField(max_length=40)),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="response.stay"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stay", "at"], name="stay_terms")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sort__in", ["rule", "shorter", "longer", "proposed", "release"])),
                        name="term_sort_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("sort", "longer"), _negated=True),
                        name="longer_term_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(db_index=True)),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("tracing", "Tracing"),
                            ("transfer", "Transfer"),
                            ("isolation", "Isolation"),
                            ("disinfection", "Disinfection"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "step done"), ("not_needed", "not needed here")],
                        default="",
                        max_length=12,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("by", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="response.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "key"), name="one_step_an_event_and_key"),
                    models.CheckConstraint(
                        condition=models.Q(("track__in", ["tracing", "transfer", "isolation", "disinfection"])),
                        name="step_track_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", ""), ("done_at__isnull", True), ("outcome", "")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("outcome__in", ["done", "not_needed"]),
                                models.Q(("by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="step_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), ("outcome", "not_needed"), _negated=True),
                        name="step_not_needed_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(unique=True)),
                ("person", models.UUIDField(db_index=True)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "bed_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("isolation", "isolation ward"),
                            ("pressure", "negative pressure"),
                            ("intensive", "intensive care"),
                            ("child", "children’s ward"),
                            ("maternity", "maternity ward"),
                            ("dialysis", "ward with dialysis"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("bed_no", models.PositiveSmallIntegerField(null=True)),
                ("needs", models.JSONField(default=list)),
                ("from_lat", models.FloatField(null=True)),
                ("from_lon", models.FloatField(null=True)),
                ("reserved_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("left_by", models.TextField(blank=True, default="")),
                ("arrived_at", models.DateTimeField(null=True)),
                ("arrived_by", models.TextField(blank=True, default="")),
                ("freed_at", models.DateTimeField(null=True)),
                ("entry_id", models.UUIDField()),
                (
                    "arrived_at_facility",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_in",
                        to="response.facility",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="response.case",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="response.event"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="response.facility"
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="response.stay",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event", "reserved_at"], name="transfer_by_event")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("bed_no__isnull", False), ("freed_at__isnull", True)),
                        fields=("facility", "bed_kind", "bed_no"),
                        name="one_person_a_hospital_bed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bed_no__isnull", False), ("freed_at__isnull", True)),
                        fields=("person",),
                        name="one_hospital_bed_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="transfer_area_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "bed_kind__in",
                                    ["isolation", "pressure", "intensive", "child", "maternity", "dialysis"],
                                ),
                                ("bed_no__isnull", False),
                                ("stay__isnull", True),
                            ),
                            models.Q(("bed_kind", ""), ("bed_no__isnull", True), ("stay__isnull", False)),
                            _connector="OR",
                        ),
                        name="transfer_has_a_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("arrived_by", ""),
                            ("left_by", ""),
                            models.Q(("arrived_by", models.F("left_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_has_two_hands",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disinfection",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(unique=True)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("venue_id", models.UUIDField(null=True)),
                ("place", models.TextField(blank=True, default="")),
                ("target", models.CharField(max_length=16)),
                ("agent", models.CharField(max_length=24)),
                ("dose_mg_l", models.PositiveIntegerField()),
                ("contact_min", models.PositiveSmallIntegerField()),
                ("area_m2", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                ("litres", models.DecimalField(decimal_places=3, max_digits=9)),
                ("stock_mg_l", models.PositiveIntegerField()),
                ("stock_l", models.DecimalField(decimal_places=3, max_digits=9)),
                ("water_l", models.DecimalField(decimal_places=3, max_digits=9)),
                ("listed_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.TextField(blank=True, default="")),
                (
                    "check_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("chlorine", "residual chlorine, mg/L"),
                            ("atp", "ATP, RLU"),
                            ("culture", "culture, CFU/cm²"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("check_value", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("passed", models.BooleanField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_by", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disinfections", to="response.event"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disinfections",
                        to="response.room",
                    ),
                ),
                (
                    "after",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disinfections",
                        to="response.transfer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event", "listed_at"], name="disinfection_by_event")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="disinfection_area_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by", ""),
                            models.Q(("checked_by", models.F("done_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="disinfection_checked_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("passed__isnull", True)),
                            models.Q(
                                ("checked_at__isnull", False), ("done_at__isnull", False), ("passed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="disinfection_checked_when_done",
                    ),
                ],
            },
        ),
    ]
