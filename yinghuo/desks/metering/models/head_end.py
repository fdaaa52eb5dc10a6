"""Sessions of terminals, what the head-end was asked to fetch, and which slots of a day it has."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.metering.models.register import Meter, Terminal

__all__ = ["Cause", "Coverage", "OnDemandRead", "ReadState", "TerminalSession", "What"]


class What(models.TextChoices):
    """What is read of a meter: values of this moment, a curve of a day, the daily freeze, the clock."""

    NOW = "now", _("value now")
    CURVE = "curve", _("curve of a day")
    FREEZE = "freeze", _("daily freeze")
    CLOCK = "clock", _("meter clock")


class Cause(models.TextChoices):
    """Why a request failed."""

    SILENT = "silent", _("no answer")
    GARBLED = "garbled", _("answer damaged")
    WRONG = "wrong", _("answer to something else")
    REFUSED = "refused", _("refused by the meter or terminal")
    EMPTY = "empty", _("the meter has no such value")
    LOST = "lost", _("connection lost")
    OFFLINE = "offline", _("terminal off-line")
    UNSUPPORTED = "unsupported", _("this protocol has no such reading")
    DISK = "disk", _("could not be written to disk")


class ReadState(models.TextChoices):
    """How far an on-demand read is."""

    ASKED = "asked", _("waiting for its turn")
    TAKEN = "taken", _("being fetched")
    DONE = "done", _("fetched")
    FAILED = "failed", _("not fetched")


class QuarterHours(models.Field):
    """PostgreSQL's bit(96), in Python a text of 96 characters 0 and 1; the first is the quarter-hour from midnight."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - Django's signature
        return "bit(96)"


class TerminalSession(models.Model):
    """How a terminal is doing: one row each, written by the head-end every few seconds, and nobody else.

    online_since: null while off-line
    peer:         address and port that it comes from, or where it is dialled
    sent_…:       requests in the last hour and the last 24 hours; answered_… of them; failed_… {Cause: count}
    median_ms:    from request to answer, of the last answers; null before the first
    last_cause:   Cause of the last failure, with `last_detail` (words of the protocol) and `last_failed_at`
    """

    terminal = models.OneToOneField(Terminal, on_delete=models.CASCADE, primary_key=True, related_name="session")
    online_since = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    peer = models.CharField(max_length=100, default="", blank=True)
    sent_hour = models.PositiveIntegerField(default=0)
    answered_hour = models.PositiveIntegerField(default=0)
    failed_hour = models.JSONField(default=dict)
    sent_day = models.PositiveIntegerField(default=0)
    answered_day = models.PositiveIntegerField(default=0)
    failed_day = models.JSONField(default=dict)
    median_ms = models.PositiveIntegerField(null=True)
    last_cause = models.CharField(max_length=12, choices=Cause.choices, default="", blank=True)
    last_detail = models.CharField(max_length=200, default="", blank=True)
    last_failed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()


class OnDemandRead(models.Model):
    """A reading asked for by somebody (召测): queued by `actions.asking.ask`, fetched by the running head-end.

    quantities: numbers of `engines.meters.quantities`; empty for the clock
    day:        for a curve or freeze, else null
    cause:      Cause, where it failed, with `detail`
    values:     what was read: [{"quantity": 1, "at": ISO time, "value": "1234.56"}]; also in the lake
    """

    id = models.UUIDField(primary_key=True)
    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="on_demand_reads")
    area_code = models.CharField(max_length=12)
    what = models.CharField(max_length=6, choices=What.choices)
    quantities = models.JSONField(default=list)
    day = models.DateField(null=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=ReadState.choices, default=ReadState.ASKED)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=12, choices=Cause.choices, default="", blank=True)
    detail = models.CharField(max_length=200, default="", blank=True)
    values = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["asked", "taken"]), name="on_demand_read_open"),
            models.Index(fields=["meter", "-asked_at"], name="on_demand_read_of_meter"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="on_demand_read_area_code_form"),
            models.CheckConstraint(condition=Q(state__in=ReadState.values), name="on_demand_read_state_known"),
            models.CheckConstraint(condition=Q(what__in=What.values), name="on_demand_read_what_known"),
            models.CheckConstraint(
                condition=Q(what__in=["now", "clock"], day__isnull=True)
                | Q(what__in=["curve", "freeze"], day__isnull=False),
                name="on_demand_read_day_where_needed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "taken"], done_at__isnull=True)
                | Q(state="done", cause="", done_at__isnull=False)
                | (Q(state="failed", done_at__isnull=False) & ~Q(cause="")),
                name="on_demand_read_failed_with_a_cause",
            ),
        ]


class Coverage(models.Model):
    """Which slots of a day the head-end has on disk, so that it knows what is missing after an outage.

    slots: of a curve, bit n stands for the value of the moment n x 15 min; of freeze and clock only bit 0 is used
    Only what `Spool.append` has on disk is noted; a note lost in a kill means that a reading is fetched again, and the
    lake keeps it once.
    """

    pk = models.CompositePrimaryKey("meter_id", "day", "what", "quantity")
    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    what = models.CharField(max_length=6, choices=What.choices)
    quantity = models.PositiveSmallIntegerField()
    slots = QuarterHours()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["curve", "freeze", "clock"]), name="coverage_what_known")
        ]
