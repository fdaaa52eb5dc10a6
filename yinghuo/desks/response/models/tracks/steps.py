"""The checklist of an event's four tracks: one row a step."""

from django.db import models
from django.db.models import Q

from yinghuo.desks.response.models.cases import Event
from yinghuo.desks.response.rules.tracks import Outcome, Track


class Step(models.Model):
    """A step of a track of an event; `rules.tracks` says what it waits for.

    order_id: the order of the track
    due_at:   its own clock, None where there is none
    outcome:  "" while it is to be done; note: how, or why it is not needed; no personal data
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="steps")
    order_id = models.UUIDField(db_index=True)
    track = models.CharField(max_length=12, choices=Track.choices)
    key = models.CharField(max_length=32)
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="", blank=True)
    done_at = models.DateTimeField(null=True)
    by = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="one_step_an_event_and_key"),
            models.CheckConstraint(condition=Q(track__in=Track.values), name="step_track_known"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at__isnull=True, by="")
                | (Q(outcome__in=Outcome.values, done_at__isnull=False) & ~Q(by="")),
                name="step_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(outcome="not_needed", note=""), name="step_not_needed_says_why"),
        ]

    def __str__(self) -> str:
        return self.key
