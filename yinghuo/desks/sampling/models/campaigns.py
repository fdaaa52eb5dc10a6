"""Campaigns with their sites and the tube codes issued to them."""

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
