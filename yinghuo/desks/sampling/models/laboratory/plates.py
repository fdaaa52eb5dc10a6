"""Where a tube stands on the bench; plates with their wells, pools, kits and instruments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.sampling.models.facts import Outcome


class BenchState(models.TextChoices):
    """Where a received tube stands in the laboratory."""

    WAITING = "waiting", _("waiting")
    PLATE = "plate", _("on a plate")
    POOL = "pool", _("in a pool")
    DONE = "done", _("has a result")


class PlateState(models.TextChoices):
    """Where a plate stands."""

    FILLING = "filling", _("filling its wells")
    RUNNING = "running", _("running")
    READ = "read", _("read, to be released")
    INVALID = "invalid", _("invalid: controls wrong")
    RELEASED = "released", _("released")
    DISCARDED = "discarded", _("discarded")


class WellKind(models.TextChoices):
    """What is in a well."""

    TUBE = "tube", _("tube")
    POOL = "pool", _("pool of tubes")
    POSITIVE = "positive", _("positive control")
    NEGATIVE = "negative", _("negative control")
    BLANK = "blank", _("blank")


class AssayKit(models.Model):
    """The limits of an assay kit from a day on; a change is a further row, of two with one day the later counts.

    targets:  [{"name", "positive_below_ct", "grey_below_ct"}], limits as text
    controls: {well: "positive" | "negative" | "blank"}, where the controls of a plate stand
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    valid_from = models.DateField()
    targets = models.JSONField()
    internal_control = models.CharField(max_length=20, default="", blank=True)
    control_valid_below_ct = models.DecimalField(max_digits=4, decimal_places=2)
    positive_needs = models.PositiveSmallIntegerField()
    controls = models.JSONField(default=dict)
    source = models.TextField()
    added_by = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["name", "valid_from", "id"], name="kit_by_day")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="kit_has_its_source"),
            models.CheckConstraint(condition=models.Q(positive_needs__gte=1), name="kit_needs_a_target"),
        ]

    def __str__(self) -> str:
        return self.name


class Instrument(models.Model):
    """An instrument of a laboratory, and how the columns of its files are read (`mapping`, see docs/laboratory.md)."""

    id = models.UUIDField(primary_key=True)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=80)
    mapping = models.JSONField(default=dict)
    sample = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "name"], name="one_instrument_name_a_laboratory")]

    def __str__(self) -> str:
        return self.name


class Plate(models.Model):
    """A plate of 96 wells, from filling to release; `kit_row` is the row of the kit whose limits decided it."""

    id = models.UUIDField(primary_key=True)
    barcode = models.CharField(max_length=40, unique=True)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    kit = models.CharField(max_length=80)
    kit_row = models.ForeignKey(AssayKit, on_delete=models.PROTECT, null=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=10, choices=PlateState.choices, default=PlateState.FILLING)
    readings = models.PositiveSmallIntegerField(default=0)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    read_by = models.TextField(default="", blank=True)
    read_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "-made_at"], name="plate_of_laboratory")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PlateState.values), name="plate_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="released") | ~models.Q(ended_by=models.F("read_by")),
                name="plate_released_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.barcode


class Pool(models.Model):
    """Aliquots of single tubes mixed in the laboratory (混样); its members stand in `Bench` under its id."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    members = models.JSONField(default=list)
    state = models.CharField(
        max_length=10,
        choices=[
            ("ready", _("ready")),
            ("plate", _("on a plate")),
            ("negative", _("negative")),
            ("decode", _("decoded")),
        ],
    )
    made_by = models.TextField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    result = models.TextField(default="", blank=True)
    result_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "due_at", "code"], condition=models.Q(state="ready"), name="pool_ready"),
            models.Index(fields=["party_id", "-made_at"], name="pool_of_laboratory"),
        ]

    def __str__(self) -> str:
        return self.code


class Bench(models.Model):
    """One row for each tube in the laboratory: where it stands; what waits is taken from here, the oldest clock first.

    due_at: when the campaign expects the result: the first swab and the hours of a round
    again:  why it is assayed again ("rerun", "decode"), "" the first time
    """

    tube = models.CharField(max_length=40, primary_key=True)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12)
    campaign_id = models.UUIDField(null=True)
    people = models.IntegerField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=BenchState.choices, default=BenchState.WAITING)
    again = models.CharField(max_length=8, default="", blank=True)
    pool_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["party_id", "due_at", "tube"], condition=models.Q(state="waiting"), name="bench_waiting"
            ),
            models.Index(fields=["due_at", "tube"], condition=models.Q(state="waiting"), name="bench_waiting_all"),
            models.Index(fields=["pool_id"], condition=models.Q(pool_id__isnull=False), name="bench_of_pool"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=BenchState.values), name="bench_state_known")
        ]


class Well(models.Model):
    """A well of a plate: number 1 to 96 down the columns (A1, B1 … H12), what is in it, what was read."""

    plate = models.ForeignKey(Plate, on_delete=models.PROTECT, related_name="wells")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=WellKind.choices)
    tube = models.CharField(max_length=40, default="", blank=True, db_index=True)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True)
    ct = models.JSONField(null=True)
    result = models.TextField(default="", blank=True)
    because = models.TextField(default="", blank=True)
    rerun = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plate", "number"], name="one_content_a_well"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=96), name="well_of_96"),
            models.CheckConstraint(condition=models.Q(kind__in=WellKind.values), name="well_kind_known"),
            models.CheckConstraint(condition=models.Q(result__in=["", *Outcome.values]), name="well_result_known"),
        ]
