"""Levels of places and areas, measures under them, results of assays at places."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("response", "0005_tracks")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="AreaLevel",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "extent",
                    models.CharField(
                        choices=[
                            ("unit", "unit of a building"),
                            ("venue", "single place"),
                            ("building", "building"),
                            ("cell", "grid cell or compound"),
                            ("street", "whole street or township"),
                            ("county", "whole county or district"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed, to be decided"),
                            ("confirmed", "agreed, not yet published"),
                            ("published", "in force now"),
                            ("refused", "turned down"),
                            ("ended", "lifted"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("basis", models.JSONField(default=list)),
                ("because", models.JSONField(default=dict)),
                ("excess", models.JSONField(default=list)),
                ("because_above", models.TextField(blank=True, default="")),
                ("starts_on", models.DateField()),
                ("planned_end", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
                ("decided_entry", models.UUIDField(null=True)),
                ("published_entry", models.UUIDField(null=True)),
                ("chain", models.UUIDField(db_index=True)),
                ("venue", models.UUIDField(db_index=True, null=True)),
                ("building", models.TextField(blank=True, default="")),
                (
                    "rank",
                    models.CharField(
                        choices=[("high", "high risk"), ("medium", "medium risk"), ("low", "low risk")], max_length=8
                    ),
                ),
                ("came_from", models.CharField(blank=True, default="", max_length=8)),
                ("last_found_on", models.DateField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="response.event",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="response.arealevel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                (
                    "extent",
                    models.CharField(
                        choices=[
                            ("unit", "unit of a building"),
                            ("venue", "single place"),
                            ("building", "building"),
                            ("cell", "grid cell or compound"),
                            ("street", "whole street or township"),
                            ("county", "whole county or district"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed, to be decided"),
                            ("confirmed", "agreed, not yet published"),
                            ("published", "in force now"),
                            ("refused", "turned down"),
                            ("ended", "lifted"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("basis", models.JSONField(default=list)),
                ("because", models.JSONField(default=dict)),
                ("excess", models.JSONField(default=list)),
                ("because_above", models.TextField(blank=True, default="")),
                ("starts_on", models.DateField()),
                ("planned_end", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.TextField(blank=True, default="")),
                ("entry_id", models.UUIDField()),
                ("decided_entry", models.UUIDField(null=True)),
                ("published_entry", models.UUIDField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("close_building", "building closed, nobody leaves"),
                            ("stay_in_area", "people stay in the area"),
                            ("district_round", "round of assays of a whole district"),
                            ("close_enterprise", "enterprise closed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("party_id", models.UUIDField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="response.event",
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="response.arealevel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceResult",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("round", "round of everybody there"),
                            ("people", "some of the people there"),
                            ("surfaces", "surfaces and things"),
                        ],
                        max_length=10,
                    ),
                ),
                ("area_code", models.CharField(db_index=True, max_length=12)),
                ("chain", models.UUIDField(db_index=True, null=True)),
                ("venue", models.UUIDField(db_index=True, null=True)),
                ("on", models.DateField()),
                ("expected", models.PositiveIntegerField()),
                ("swabbed", models.PositiveIntegerField()),
                ("positive", models.PositiveIntegerField()),
                ("evidence", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("entry_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("of__in", ["round", "people", "surfaces"])), name="place_result_of_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("positive__lte", models.F("swabbed"))), name="place_result_counts_agree"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True), name="place_result_has_evidence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chain__isnull", False), ("venue__isnull", False), _connector="OR"),
                        name="place_result_of_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                        name="place_result_area_code_form",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="arealevel",
            index=models.Index(fields=["state", "area_code"], name="level_by_state"),
        ),
        migrations.AddIndex(
            model_name="arealevel",
            index=models.Index(fields=["event", "state"], name="level_by_event"),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "confirmed", "published", "refused", "ended"])),
                name="level_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("extent__in", ["unit", "venue", "building", "cell", "street", "county"])),
                name="level_extent_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                name="level_area_code_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name_zh", ""), _negated=True), models.Q(("name_en", ""), _negated=True)),
                name="level_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), ("decided_at__isnull", True), ("decided_by", "")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by__in", ["", models.F("proposed_by")]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="level_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True), ("published_at__isnull", False), _connector="OR"
                ),
                name="level_published_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_on__isnull", True)),
                    _connector="OR",
                ),
                name="level_ended_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="level_refused_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__in", ["high", "medium", "low"])), name="level_rank_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")), fields=("chain",), name="one_level_in_force_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="arealevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "confirmed"])),
                fields=("chain",),
                name="one_level_asked_for_a_place",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["state", "area_code"], name="measure_by_state"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "confirmed", "published", "refused", "ended"])),
                name="measure_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("extent__in", ["unit", "venue", "building", "cell", "street", "county"])),
                name="measure_extent_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("area_code__regex", "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")),
                name="measure_area_code_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name_zh", ""), _negated=True), models.Q(("name_en", ""), _negated=True)),
                name="measure_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), ("decided_at__isnull", True), ("decided_by", "")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by__in", ["", models.F("proposed_by")]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="measure_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True), ("published_at__isnull", False), _connector="OR"
                ),
                name="measure_published_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_on__isnull", True)),
                    _connector="OR",
                ),
                name="measure_ended_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="measure_refused_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["close_building", "stay_in_area", "district_round", "close_enterprise"])
                ),
                name="measure_kind_known",
            ),
        ),
        append_only("response_placeresult"),
    ]
