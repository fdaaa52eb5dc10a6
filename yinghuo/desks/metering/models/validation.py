"""Rules of validation as dated rows, what they found, what was estimated and edited, and how whole a day is."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

__all__ = [
    "DayCount",
    "Edited",
    "Effect",
    "Estimated",
    "Found",
    "Gone",
    "SpecialDays",
    "SpecialKind",
    "ValidationRule",
    "ValidationRun",
]


class Effect(models.TextChoices):
    """What a rule does to the readings that it finds."""

    DOUBT = "doubt", _("reading stays, a finding says so")
    REJECT = "reject", _("reading is not believed and is estimated")


class SpecialKind(models.TextChoices):
    """Days that are not what the week makes of them."""

    SHUTDOWN = "shutdown", _("shut-down: no reference day")
    REST = "rest", _("rest day: counts as a Sunday")
    WORKING = "working", _("weekend that is worked")


class ValidationRule(models.Model):
    """A rule from a day on; of two that hold, the one of the customer class counts, then the one that begins later.

    name:           a check of `engines.meters.vee`, or "estimation"
    customer_class: "" for all
    valid_to:       the last day; null: until it is replaced
    parameters:     whole numbers, texts of decimals, names of quantities
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=30)
    customer_class = models.CharField(max_length=20, default="", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    parameters = models.JSONField()
    effect = models.CharField(max_length=10, choices=Effect.choices, default=Effect.DOUBT)
    source_zh = models.TextField()
    source_en = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "customer_class", "valid_from"], name="one_rule_from_a_day"),
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="rule_effect_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rule_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(source_zh="") & ~Q(source_en=""), name="rule_has_a_source"),
        ]


class SpecialDays(models.Model):
    """Days of an area, both ends in it, that are no usual days; with who said so."""

    id = models.UUIDField(primary_key=True)
    area_code = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=SpecialKind.choices)
    first = models.DateField()
    last = models.DateField()
    source_zh = models.TextField()
    source_en = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["first", "last"], name="special_days")]
        constraints = [
            models.UniqueConstraint(fields=["area_code", "kind", "first", "last"], name="special_days_once"),
            models.CheckConstraint(condition=Q(kind__in=SpecialKind.values), name="special_kind_known"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="special_days_end_after_they_begin"),
        ]


class ValidationRun(models.Model):
    """One validation of one day: of which version of the lake, by which rules, and what it came to."""

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    at = models.DateTimeField()
    lake_version = models.BigIntegerField()
    rules_sha256 = models.CharField(max_length=64)
    meters = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    estimated = models.PositiveIntegerField()
    took_ms = models.PositiveIntegerField()
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["day", "at"], name="validation_run_day")]


class OfAMeter(models.Model):
    """A fact about readings of one meter: its own id, and the ledger entry of its batch.

    at: when that was of which it speaks; `until` the last point, both of the meter's own readings
    """

    id = models.UUIDField()
    meter_id = models.BigIntegerField()
    area_code = models.CharField(max_length=12)
    customer_class = models.CharField(max_length=20)
    quantity = models.SmallIntegerField()
    at = models.DateTimeField()
    entry_id = models.UUIDField(db_index=True)

    class Meta:
        abstract = True


class Found(OfAMeter):
    """What a rule found: points `at` to `until`, what was seen and what is allowed, in the quantity's unit.

    rule_id: the row of `ValidationRule` that was in force, with its parameters
    """

    pk = models.CompositePrimaryKey("meter_id", "id")
    day = models.DateField()
    until = models.DateTimeField()
    rule = models.CharField(max_length=30)
    rule_id = models.UUIDField()
    verdict = models.CharField(max_length=10)
    effect = models.CharField(max_length=10)
    observed = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    allowed = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["day", "rule", "id"], name="found_by_day"),
            models.Index(fields=["area_code", "day"], name="found_by_area"),
        ]


class Gone(models.Model):
    """A later run no longer sees what a finding says: readings came late, or a rule changed."""

    pk = models.CompositePrimaryKey("meter_id", "id")
    id = models.UUIDField()
    meter_id = models.BigIntegerField()
    at = models.DateTimeField()
    entry_id = models.UUIDField(db_index=True)


class Estimated(OfAMeter):
    """The estimate of one gap: which points, by which method, why; its values stand in the lake.

    because: canonical JSON: rule, parameters, reference days used, the register's advance
    """

    pk = models.CompositePrimaryKey("meter_id", "id")
    day = models.DateField()
    until = models.DateTimeField()
    points = models.PositiveIntegerField()
    method = models.CharField(max_length=10)
    because = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["day", "meter_id"], name="estimated_by_day")]


class Edited(OfAMeter):
    """A value that a person wrote instead of another, and why; the other one stays in the lake.

    was: null where there was none; was_quality then is ""
    """

    pk = models.CompositePrimaryKey("meter_id", "id")
    value = models.DecimalField(max_digits=18, decimal_places=4)
    was = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    was_quality = models.CharField(max_length=10)
    by = models.TextField()
    reason = models.TextField()


class DayCount(models.Model):
    """The points of a day, an area and a customer class, by quality; the highest revision counts.

    points = measured + estimated + edited + rejected + missing
    """

    pk = models.CompositePrimaryKey("area_code", "id")
    id = models.UUIDField()
    area_code = models.CharField(max_length=12)
    customer_class = models.CharField(max_length=20)
    day = models.DateField()
    at = models.DateTimeField()
    revision = models.IntegerField()
    meters = models.IntegerField()
    points = models.IntegerField()
    measured = models.IntegerField()
    estimated = models.IntegerField()
    edited = models.IntegerField()
    rejected = models.IntegerField()
    missing = models.IntegerField()
    entry_id = models.UUIDField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "customer_class", "day", "revision"], name="day_counted_once_a_revision"
            ),
            models.CheckConstraint(
                condition=Q(
                    points=F("measured") + F("estimated") + F("edited") + F("rejected") + F("missing"), points__gte=0
                ),
                name="points_of_a_day_add_up",
            ),
        ]
        indexes = [models.Index(fields=["day", "area_code"], name="day_counted")]
