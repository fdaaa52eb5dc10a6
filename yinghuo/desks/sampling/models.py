"""Campaigns and sites; the facts that devices send; one derived row per tube."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Mode(models.IntegerChoices):
    """People per tube at the most (swab pooling, 混采)."""

    SINGLE = 1, _("1:1 single")
    FIVE = 5, _("5:1 pooled")
    TEN = 10, _("10:1 pooled")
    TWENTY = 20, _("20:1 pooled")


class Outcome(models.TextChoices):
    """What the laboratory reports of a tube."""

    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")
    GREY = "grey", _("grey zone")
    INVALID = "invalid", _("invalid")


class Stage(models.TextChoices):
    """The two ends of a carriage."""

    COLLECTED = "collected", _("collected by courier")
    RECEIVED = "received", _("received by laboratory")


class Campaign(models.Model):
    """Who is sampled, where, when and how; rounds of `round_h` hours count from `starts_at`."""

    id = models.UUIDField(primary_key=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True)
    mode = models.SmallIntegerField(choices=Mode.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    round_h = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(1)])
    recollect_h = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(1)])
    planned_sites = models.PositiveIntegerField(default=0)
    planned_teams = models.PositiveIntegerField(default=0)
    planned_people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="campaign_has_length"),
            models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="campaign_mode_known"),
            models.CheckConstraint(
                condition=models.Q(round_h__gte=1, recollect_h__gte=1), name="campaign_hours_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.name_zh)


class Site(models.Model):
    """A place where a campaign samples, with the team that stands there."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sites")
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    team = models.TextField(blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "name_zh"], name="one_site_name_a_campaign")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.name_zh)


class TubeRange(models.Model):
    """Tube codes issued to a campaign: `first` to `last`, of one length."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="ranges")
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "first"], name="one_range_start"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="range_in_order"),
        ]


class Fact(models.Model):
    """What a device saw: its own id and time, the device, and the ledger entry of its batch."""

    id = models.UUIDField()
    at = models.DateTimeField()
    device = models.UUIDField()
    entry_id = models.UUIDField(db_index=True)

    class Meta:
        abstract = True


class Swab(Fact):
    """One person swabbed into one tube. `doubt` holds what the door noticed about the identity."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    person = models.UUIDField()
    site = models.BigIntegerField()
    doubt = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="swab_person_at")]


class Sealed(Fact):
    """A tube was closed; `count` is what the phone counted."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    site = models.BigIntegerField()
    count = models.IntegerField()


class Boxed(Fact):
    """A tube was packed; one row a tube, `count` is what the packer counted in the whole box."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    box = models.CharField(max_length=40, db_index=True)
    site = models.BigIntegerField()
    count = models.IntegerField()
    seal = models.TextField(default="", db_default="")


class Handover(Fact):
    """A box changed hands."""

    pk = models.CompositePrimaryKey("box", "id")
    box = models.CharField(max_length=40)
    stage = models.TextField(choices=Stage.choices)
    vehicle = models.TextField()
    count = models.IntegerField()
    temperature_c = models.DecimalField(max_digits=5, decimal_places=2, null=True)


class Result(Fact):
    """What a laboratory reported of a tube; a correction is a further row with its own message."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    laboratory = models.UUIDField()
    message = models.TextField()
    result = models.TextField(choices=Outcome.choices)
    ct_orf1ab = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    ct_n = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    technician = models.TextField()
    vehicle = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tube", "laboratory", "message"], name="one_result_a_message"),
            models.CheckConstraint(condition=models.Q(result__in=Outcome.values), name="result_known"),
        ]


class Tube(models.Model):
    """Where a tube stands: derived from the facts by the judge, and rebuilt from them at will."""

    tube = models.CharField(max_length=40, primary_key=True)
    campaign_id = models.UUIDField(null=True)
    site_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=12, default="", db_default="", db_index=True)
    swabs = models.IntegerField(default=0, db_default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    boxed_at = models.DateTimeField(null=True)
    box = models.CharField(max_length=40, default="", db_default="")
    collected_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    result = models.TextField(default="", db_default="")
    result_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "site_id"]),
            models.Index(
                fields=["campaign_id", "result"], condition=~models.Q(result="negative"), name="tube_not_done"
            ),
        ]
