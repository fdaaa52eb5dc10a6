"""How teams, their states, the because of a choice and what is left out read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Due, State, Tone, Words, span_in_words
from yinghuo.core.work.models import Order
from yinghuo.desks.response.models import Outcome, Skill, Team, TeamState
from yinghuo.engines.dispatch import Choice, Unserved

TONES: dict[str, Tone] = {
    TeamState.READY: "done",
    TeamState.MOVING: "running",
    TeamState.WORKING: "running",
    TeamState.DELAYED: "late",
    TeamState.RESTING: "off",
}
OUTCOME_TONES: dict[str, Tone] = {Outcome.DONE: "done", Outcome.REPLACED: "off", Outcome.WITHDRAWN: "off"}
WHY: dict[str, Words] = {
    "no_skill": lazy("No team of this area has the skills: %(skills)s."),
    "too_few_members": lazy("The teams with the skills are too small."),
    "too_large": lazy("It is more than any vehicle carries."),
    "out_of_reach": lazy("The nearest team that could do it is %(nearest_km)s km away, too far."),
    "off_shift": lazy("Who could do it is off shift for too long."),
    "busy": lazy("Who could do it is busy for too long."),
    "too_late": lazy("Nobody who could do it arrives in time; the first would be %(late_min)s min late."),
    "all_sent": lazy("All teams that could do it go to other orders."),
    "no_room": lazy("No vehicle that could do it has room or time left."),
    "unplaced": lazy("Nobody knows where it is: neither it, nor its event, nor its area has a point."),
}
KNOWN_BY: dict[str, Words] = {
    "place": lazy("its own place"),
    "event": lazy("the place of its event"),
    "area": lazy("the middle of its area"),
}


def team_state(one: Team) -> State:
    """The state as a chip."""
    return State(TONES[one.state], capfirst(str(one.get_state_display())))


def skills_in_words(skills: Mapping[str, int]) -> str:
    """Skills with how many people have them, in the order of the list."""
    return ", ".join(f"{one.label} {skills[one.value]}" for one in Skill if skills.get(one.value))


def because(choice: Choice) -> str:
    """Why this team: the way, the time to spare, what it worked of late."""
    return " · ".join(
        [way(choice), spare(choice), _("worked %(hours)s h in 7 days") % {"hours": f"{choice.load_h:.1f}"}]
    )


def way(choice: Choice) -> str:
    """Kilometres and minutes; and for how long it has to wait before it can leave."""
    values = {"km": f"{choice.distance_km:.1f}", "minutes": f"{choice.way_min:.0f}", "wait": f"{choice.wait_min:.0f}"}
    if choice.wait_min >= 1:
        return _("%(km)s km, %(minutes)s min, can leave in %(wait)s min") % values
    return _("%(km)s km, %(minutes)s min") % values


def spare(choice: Choice) -> str:
    """What is left on the clock when it arrives."""
    if choice.spare_min is None:
        return _("no clock")
    if choice.spare_min <= -120:
        return _("%(span)s late") % {"span": span_in_words(timedelta(minutes=-choice.spare_min))}
    if is_late(choice):
        return _("%(minutes)s min late") % {"minutes": f"{-choice.spare_min:.0f}"}
    hours, minutes = divmod(max(round(choice.spare_min), 0), 60)
    if hours >= 2:
        return _("%(hours)s h to spare") % {"hours": hours}
    return _("%(minutes)s min to spare") % {"minutes": 60 * hours + minutes}


def is_late(choice: Choice) -> bool:
    """Whether it comes after the clock, by half a minute at least."""
    return choice.spare_min is not None and choice.spare_min <= -0.5


def why_not(left: Unserved) -> str:
    """Why something is left out."""
    facts: dict[str, Any] = dict(left.facts)
    named = {one.value: str(one.label) for one in Skill}
    facts["skills"] = ", ".join(named.get(skill, skill) for skill in facts.get("skills", []))
    return str(WHY[left.why]) % facts


def clock_of(order: Order) -> Due | None:
    """The clock of an order that runs now."""
    return Due(order.due_at, order.clocks_from) if order.due_at else None


def hour(at: datetime) -> str:
    """Hour and minute of the day, here."""
    return f"{timezone.localtime(at):%H:%M}"
