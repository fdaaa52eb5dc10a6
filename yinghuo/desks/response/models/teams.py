"""Teams: the squads and the mobile teams, what they can do, where they are."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["Skill", "Team", "TeamState"]


class Skill(models.TextChoices):
    """What a team, or one of its people, is trained for."""

    TRACING = "tracing", _("tracing")
    POLICE = "police", _("police")
    COMMUNICATIONS = "communications", _("communications")
    TRANSFER = "transfer", _("transfer")
    ISOLATION = "isolation", _("isolation")
    DISINFECTION = "disinfection", _("disinfection")
    SAMPLING = "sampling", _("sampling")


class TeamState(models.TextChoices):
    """Whether a team can be sent."""

    READY = "ready", _("standing by")
    MOVING = "moving", _("on its way")
    WORKING = "working", _("on site")
    DELAYED = "delayed", _("delayed")
    RESTING = "resting", _("off shift")


class Team(models.Model):
    """A squad of a county or a mobile team of five of the province.

    skills:  skill -> how many of its members have it
    home_lat, home_lon: where it starts from, degrees WGS 84; lat, lon: where it was last
    shift_from, shift_to: hours of the local day between which it can be sent; equal: at any time
    free_at: when it is expected to be free again; None when it is
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=20, unique=True)
    name_zh = models.TextField()
    name_en = models.TextField(default="", blank=True)
    mobile = models.BooleanField(default=False)
    area_code = models.CharField(max_length=12, db_index=True)
    skills = models.JSONField(default=dict)
    members = models.PositiveSmallIntegerField(default=5)
    vehicles = models.PositiveSmallIntegerField(default=1)
    home_lat = models.FloatField()
    home_lon = models.FloatField()
    lat = models.FloatField()
    lon = models.FloatField()
    shift_from = models.TimeField()
    shift_to = models.TimeField()
    state = models.CharField(max_length=10, choices=TeamState.choices, default=TeamState.READY)
    free_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["state", "area_code"], name="team_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TeamState.values), name="team_state_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="team_area_code_form"),
        ]

    def __str__(self) -> str:
        return self.code
