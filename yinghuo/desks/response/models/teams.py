"""Teams: what they can do, where they are; to which orders they were sent; waves of several stops."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["Outcome", "Sending", "Skill", "Team", "TeamState", "Wave"]


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

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en or self.name_zh if get_language() == "en" else self.name_zh)

    @property
    def label(self) -> str:
        """How it stands as the crew of an order."""
        return f"team:{self.code}"


class Outcome(models.TextChoices):
    """How a sending ended."""

    DONE = "done", _("work done")
    REPLACED = "replaced", _("another team went")
    WITHDRAWN = "withdrawn", _("called back")


class Wave(models.Model):
    """A plan of rounds of several stops: people to fetch, assays to take, places to disinfect.

    plan: {"runs": [{"team", "start_at", "end_at", "km", "stops": [{"order", "arrive_at", …}]}],
           "left": [{"order", "why"}]}
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    area_code = models.CharField(max_length=12, db_index=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    plan = models.JSONField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.TextField(default="", blank=True)
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="wave_area_code_form"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by="")
                | (Q(accepted_at__isnull=False) & ~Q(accepted_by="")),
                name="wave_accepted_by_somebody",
            ),
        ]


class Sending(models.Model):
    """A team sent to an order; several at once only within a wave.

    lat, lon:  where to; eta_at: expected there, moved on by delays (`delay_min` in all)
    because:   why this team: kilometres, minutes, rank among the proposed, where the place is known from
    ended_at:  when the team was free of it; outcome: how
    """

    id = models.UUIDField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sendings")
    order_id = models.UUIDField(db_index=True)
    kind = models.TextField()
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, related_name="sendings")
    lat = models.FloatField()
    lon = models.FloatField()
    sent_at = models.DateTimeField()
    sent_by = models.TextField()
    eta_at = models.DateTimeField()
    delay_min = models.PositiveIntegerField(default=0)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", blank=True)
    because = models.JSONField(default=dict)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["team", "-sent_at"], name="sending_by_team")]
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(ended_at__isnull=True), name="one_team_an_order_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(ended_at__isnull=True, wave__isnull=True),
                name="one_order_a_team_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False, outcome__in=Outcome.values),
                name="sending_ended_somehow",
            ),
        ]
