"""Tables of decisions: what becomes of a row under each policy, which stage follows which, how long things are kept."""

from datetime import date, timedelta
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.core.refusal import Refused


class Policy(models.TextChoices):
    """What becomes of a row whose person is known already; chosen before the file is read, the same for all rows."""

    SKIP = "skip", _("leave who is known as they are")
    MERGE = "merge", _("bring who is known up to date")
    NEW = "new", _("take in new people only")


class Stage(models.TextChoices):
    """Where an intake is."""

    WAITING = "waiting", _("columns to be confirmed")
    READING = "reading", _("being read")
    STOPPED = "stopped", _("reading stopped")
    READY = "ready", _("tried out")
    APPLYING = "applying", _("being taken in")
    DONE = "done", _("taken in")
    WITHDRAWN = "withdrawn", _("withdrawn")


NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.WAITING: frozenset({Stage.READING, Stage.WITHDRAWN}),
    Stage.READING: frozenset({Stage.READY, Stage.STOPPED}),
    Stage.STOPPED: frozenset({Stage.READING, Stage.WITHDRAWN}),
    Stage.READY: frozenset({Stage.APPLYING, Stage.READING, Stage.WITHDRAWN}),
    Stage.APPLYING: frozenset({Stage.DONE, Stage.READY}),
    Stage.DONE: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}
RUNNING = frozenset({Stage.READING, Stage.APPLYING})

Found = Literal["new", "twice", "elsewhere", "same", "differs"]
Outcome = Literal["new", "merged", "skipped", "rejected"]

# A row is of somebody new; or the same person stands further up in the file; or is known outside the area of the
# intake; or is known, and the row says the same, or something else.
OUTCOMES: dict[Policy, dict[Found, Outcome]] = {
    Policy.SKIP: {"new": "new", "twice": "skipped", "elsewhere": "skipped", "same": "skipped", "differs": "skipped"},
    Policy.MERGE: {"new": "new", "twice": "skipped", "elsewhere": "skipped", "same": "skipped", "differs": "merged"},
    Policy.NEW: {"new": "new", "twice": "rejected", "elsewhere": "rejected", "same": "rejected", "differs": "rejected"},
}

FILE_KEPT = timedelta(days=7)  # a file, and what was read of it, that nobody takes in
PROBLEMS_KEPT = timedelta(days=30)  # rows with their faults, values masked
LARGEST_BLOCK = 50  # people who share a phone number, or name and birth date; a larger block is no sign of one person


def step(stage: Stage | str, to: Stage) -> Stage:
    """The stage `to`; Refused("roster.stage") where it may not follow."""
    if to not in NEXT[Stage(stage)]:
        raise Refused("roster.stage", stage=str(stage), to=str(to))
    return to


def erase_after(day: date) -> date:
    """The last day on which the problems of an intake that began on `day` are kept."""
    return day + PROBLEMS_KEPT
