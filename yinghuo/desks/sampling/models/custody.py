"""Custody: where each tube is and since when, what is counted on both sides, labels printed, boxes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.sampling.models.campaigns import Campaign, Site
from yinghuo.desks.sampling.models.carriage import CarriageLaboratory, CarriagePlan, CarriageVehicle
from yinghuo.desks.sampling.models.facts import Fact

__all__ = [
    "BoxRow",
    "CarriageLaboratory",
    "CarriagePlan",
    "CarriageVehicle",
    "Custody",
    "CustodyClock",
    "CustodyTally",
    "Gap",
    "GapTally",
    "Keeping",
    "LabelKind",
    "LabelRun",
    "Received",
    "SiteRange",
]


class Keeping(models.TextChoices):
    """How far a tube has come; what comes next has a clock."""

    SWABBED = "swabbed", _("being filled")
    SEALED = "sealed", _("sealed, not boxed")
    BOXED = "boxed", _("boxed, not collected")
    COLLECTED = "collected", _("on the road")
    RECEIVED = "received", _("in the laboratory, no result")
    REPORTED = "reported", _("result reported")
    VOIDED = "voided", _("voided")


class Received(Fact):
    """A tube scanned at a laboratory's reception; `box` is the box that was open, "" for none."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    box = models.CharField(max_length=40, default="", db_default="")
    laboratory = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["box"], name="received_box")]


class Custody(models.Model):
    """Where a tube is: derived from the facts by the follower, and rebuilt from them at will.

    swabs, counted: swabs bound to it; what the phone counted at its sealing
    doubted, twice, nobody: swabs with an open doubt on the identity number; on the same person twice; of persons
        whose identity nobody holds
    reports, outcomes: messages with a result; different results among them
    stage, since: how far it is (`Keeping`) and since when; due_at: when it is silent there, NULL for never
    bundle: what a silent order is opened for, "site:<id>", "box:<code>"; holder: who has it
    """

    tube = models.CharField(max_length=40, primary_key=True)
    campaign_id = models.UUIDField(null=True)
    site_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=12, default="", db_default="")
    swabs = models.IntegerField(default=0)
    counted = models.IntegerField(default=0)
    doubted = models.IntegerField(default=0)
    twice = models.IntegerField(default=0)
    nobody = models.IntegerField(default=0)
    reports = models.IntegerField(default=0)
    outcomes = models.IntegerField(default=0)
    result = models.TextField(default="")
    box = models.CharField(max_length=40, default="")
    boxes = models.IntegerField(default=0)
    sealed_at = models.DateTimeField(null=True)
    boxed_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Keeping.choices)
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    bundle = models.TextField(default="")
    holder = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["site_id", "stage", "tube"], name="custody_site"),
            models.Index(fields=["campaign_id", "stage", "since", "tube"], name="custody_stage"),
            models.Index(fields=["box"], name="custody_box"),
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="custody_due"),
        ]


class CustodyTally(models.Model):
    """What the tubes of a campaign's site come to, kept by PostgreSQL as the rows of `Custody` change.

    site_id: 0 for tubes whose site nobody knows
    """

    pk = models.CompositePrimaryKey("campaign_id", "site_id")
    campaign_id = models.UUIDField()
    site_id = models.BigIntegerField()
    area_code = models.CharField(max_length=12, default="", db_default="")
    tubes = models.BigIntegerField(default=0)
    swabs = models.BigIntegerField(default=0)
    counted = models.BigIntegerField(default=0)
    bound = models.BigIntegerField(default=0)
    sealed = models.BigIntegerField(default=0)
    boxed = models.BigIntegerField(default=0)
    collected = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    reported = models.BigIntegerField(default=0)
    reports = models.BigIntegerField(default=0)
    at_sealed = models.BigIntegerField(default=0)
    at_boxed = models.BigIntegerField(default=0)
    at_collected = models.BigIntegerField(default=0)
    at_received = models.BigIntegerField(default=0)


class Gap(models.Model):
    """A tube whose two counts differ at a point (`custody_rules.Point`): by how many, since when, and who holds it."""

    pk = models.CompositePrimaryKey("tube", "point")
    tube = models.CharField(max_length=40)
    point = models.CharField(max_length=20)
    campaign_id = models.UUIDField(null=True)
    area_code = models.CharField(max_length=12, default="", db_default="")
    amount = models.IntegerField()
    since = models.DateTimeField()
    bundle = models.TextField(default="")
    holder = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "point", "since", "tube"], name="gap_list"),
            models.Index(fields=["bundle", "point"], name="gap_bundle"),
        ]


class GapTally(models.Model):
    """How many tubes have a gap at a point in a street, and how much in all; kept by PostgreSQL as gaps come and go."""

    pk = models.CompositePrimaryKey("campaign_id", "point", "area_code")
    campaign_id = models.UUIDField()
    point = models.CharField(max_length=20)
    area_code = models.CharField(max_length=12, default="", db_default="")
    tubes = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)


class BoxRow(models.Model):
    """A box: what the packer, the courier and the laboratory counted; derived from the facts.

    scanned: tubes scanned into it; moved: those that were scanned into a later box afterwards
    unpacked: tubes of it scanned one by one in the laboratory
    """

    box = models.CharField(max_length=40, primary_key=True)
    campaign_id = models.UUIDField(null=True)
    site_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=12, default="", db_default="")
    packed_at = models.DateTimeField(null=True)
    counted = models.IntegerField(default=0)
    scanned = models.IntegerField(default=0)
    moved = models.IntegerField(default=0)
    seal = models.TextField(default="")
    collected_at = models.DateTimeField(null=True)
    collected_count = models.IntegerField(null=True)
    collected_seal = models.TextField(default="")
    vehicle = models.TextField(default="")
    temperature_c = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    received_at = models.DateTimeField(null=True)
    received_count = models.IntegerField(null=True)
    received_seal = models.TextField(default="")
    received_by = models.UUIDField(null=True)
    unpacked = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "-packed_at", "-box"], name="boxrow_list"),
            models.Index(
                fields=["campaign_id", "packed_at"],
                condition=models.Q(collected_at__isnull=True),
                name="boxrow_to_collect",
            ),
            models.Index(
                fields=["collected_at"], condition=models.Q(received_at__isnull=True), name="boxrow_under_way"
            ),
        ]


class CustodyClock(models.Model):
    """How long a tube may stay at a stage of a campaign, from a moment on; before the rule of the house."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Keeping.choices)
    valid_from = models.DateTimeField()
    within_min = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "stage", "valid_from"], name="one_custody_clock"),
            models.CheckConstraint(condition=models.Q(within_min__gte=1), name="custody_clock_runs"),
        ]


class LabelKind(models.TextChoices):
    """What labels are for."""

    TUBE = "tube", _("tubes")
    BOX = "box", _("boxes")


class LabelRun(models.Model):
    """One print of labels, first to last; a reprint says why.

    size: key of `engines.labels.SIZES`; made: labels drawn so far, of `count`
    """

    id = models.UUIDField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=4, choices=LabelKind.choices)
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    size = models.CharField(max_length=10)
    reason = models.TextField(default="", blank=True)
    reprint = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.TextField()
    entry_id = models.UUIDField()
    made = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["campaign", "kind", "first"], name="label_run_codes")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="label_run_in_order"),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="label_run_prints"),
            models.CheckConstraint(condition=models.Q(reprint=False) | ~models.Q(reason=""), name="reprint_says_why"),
        ]


class SiteRange(models.Model):
    """Tube codes of a campaign given to a site; PostgreSQL refuses two that overlap."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="code_ranges")
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="site_range_order")]
