"""What a review asks of an event: the seven actions of an early response, and why a clock was missed.

Source of the seven and of "the latest of the applicable": the project's facts on the response (717alliance.org).
Which of the desk's own records show an action is this project's choice.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(NamedTuple):
    """One of the seven: its name, the records that show it, and the step whose "not needed" makes it inapplicable."""

    key: str
    name: Promise
    shown_by: tuple[str, ...]
    needed_unless: str = ""


ACTIONS = (
    Action("team", _("Investigation or team deployed"), ("sent", "taken", "tracing.visits")),
    Action("assessment", _("Analysis and first risk assessment"), ("level", "traced", "tracing.report")),
    Action("laboratory", _("Laboratory confirmation"), ("assayed", "judged")),
    Action("cases", _("Case management and infection control"), ("hospital", "transfer.arrived"), "transfer.arrived"),
    Action(
        "community",
        _("Countermeasures among people and places"),
        ("isolated", "disinfection.applied"),
        "disinfection.applied",
    ),
    Action("told", _("Risk communication"), ("published", "isolation.told"), "isolation.told"),
    Action("coordination", _("Coordination set up"), ("tracks.opened", "event.opened")),
)

CAUSES: dict[str, Promise] = {
    "not_taken": _("nobody took it"),
    "taken_late": _("taken late"),
    "delayed": _("the team was delayed on its way"),
    "way": _("the way took longer than the clock allows"),
    "returned": _("sent back"),
    "reopened": _("opened again after a check"),
    "began_late": _("begun late"),
    "work": _("the work took longer than the clock allows"),
    "not_finished": _("not finished yet"),
    "not_checked": _("not checked yet"),
    "checked_late": _("checked late"),
}


class Run(NamedTuple):
    """How an order went, as far as its clocks ask: when it was taken, reached, done, closed; what came between."""

    taken_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    accept_by: datetime | None
    arrive_by: datetime | None
    finish_by: datetime | None
    verify_by: datetime | None
    reopened: int = 0
    returned: bool = False
    delay_min: int = 0


class Kept(NamedTuple):
    """One clock of an order: met, missed or still running; of a missed one by how much and why (a key of CAUSES)."""

    clock: str
    due_at: datetime
    met_at: datetime | None
    late: timedelta
    cause: str

    @property
    def missed(self) -> bool:
        """Whether it ran out."""
        return bool(self.cause)

    @property
    def running(self) -> bool:
        """Whether it neither ran out nor was met yet."""
        return not self.cause and self.met_at is None


def kept(run: Run, now: datetime) -> list[Kept]:
    """Each clock of an order, in the order in which they run out.

    An order that was done without being taken counts as taken and reached when it was done.
    """
    reached = {
        "accept": run.taken_at or run.done_at,
        "arrive": run.arrived_at or run.done_at,
        "finish": run.done_at,
        "verify": run.closed_at,
    }
    limits = {"accept": run.accept_by, "arrive": run.arrive_by, "finish": run.finish_by, "verify": run.verify_by}
    found: list[Kept] = []
    for clock, due_at in limits.items():
        if due_at is not None:
            late = max((reached[clock] or now) - due_at, timedelta(0))
            missed = {one.clock for one in found if one.missed}
            cause = _cause(clock, run, missed) if late else ""
            found.append(Kept(clock, due_at, reached[clock], late, cause))
    return found


def _cause(clock: str, run: Run, missed: set[str]) -> str:
    """The nearest cause that the records show."""
    if clock == "accept":
        return "taken_late" if run.taken_at or run.done_at else "not_taken"
    if clock == "verify":
        return "checked_late" if run.closed_at else ("not_checked" if run.done_at else "not_finished")
    if run.returned or run.reopened:
        return "returned" if run.returned else "reopened"
    if "accept" in missed:
        return "taken_late" if run.taken_at else "not_taken"
    if clock == "arrive":
        return "delayed" if run.delay_min else "way"
    if "arrive" in missed:
        return "began_late"
    return "work" if run.done_at else "not_finished"
