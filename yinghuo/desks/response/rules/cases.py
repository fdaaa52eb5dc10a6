"""Which judgement and which state may follow which, how long reports belong together, and the clock of a report."""

from datetime import date, timedelta
from typing import NamedTuple

from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.core.work.rules import Kind
from yinghuo.desks.response.models import Class, EventState

CHECK = Kind(
    key="response.check",
    name_zh="核实病例初报",
    name_en="Check a reported case",
    role=Role.DUTY.value,
    accept=timedelta(minutes=10),  # this project's choice
    finish=timedelta(hours=2),  # direct report of a found infection, `rules.clocks`
)
DRAFT_ORDER = "response.case_draft"  # opened by the sampling desk for a positive tube
TOGETHER = timedelta(days=14)  # this project's choice: reports of one enterprise so near belong to one event
EPISODE = timedelta(days=60)  # this project's choice: the same person's case within it may be the same infection

INFECTED = frozenset({Class.CONFIRMED, Class.ASYMPTOMATIC})
UNDECIDED = frozenset({Class.DRAFT, Class.SUSPECTED})
JUDGED = frozenset(Class) - {Class.DRAFT}
NEXT_CLASS: dict[Class, frozenset[Class]] = dict.fromkeys(Class, JUDGED)  # nobody can take back that it was judged
NEXT_STATE: dict[EventState, frozenset[EventState]] = {
    EventState.DRAFT: frozenset({EventState.OPEN, EventState.CLOSED}),
    EventState.OPEN: frozenset({EventState.CONTAINED, EventState.CLOSED}),
    EventState.CONTAINED: frozenset({EventState.OPEN, EventState.CLOSED}),
    EventState.CLOSED: frozenset({EventState.OPEN}),
}
ACTIVE = (EventState.DRAFT, EventState.OPEN, EventState.CONTAINED)


class Retained(NamedTuple):
    """From `valid_from` on, the words of a report are kept for `days` days."""

    valid_from: date
    days: int
    because_en: str
    because_zh: str


WORDS_KEPT = (
    Retained(
        date(2021, 11, 1),
        60,
        "This project's choice: as long as an identity is kept, for a report's words can name people.",
        "本系统自定：与身份信息保存期相同，因报告原话中可能提到个人。",
    ),
)


def words_kept_until(day: date) -> date:
    """The last day on which words that were said on `day` are kept.

    >>> words_kept_until(date(2022, 5, 7))
    datetime.date(2022, 7, 6)
    """
    row = max((one for one in WORDS_KEPT if one.valid_from <= day), default=WORDS_KEPT[0])
    return day + timedelta(days=row.days)


def class_after(was: Class | str, to: Class | str) -> Class:
    """What a case is held to be after a judgement; Refused("case.class") for what no judgement can give.

    >>> str(class_after("draft", "confirmed"))
    'confirmed'
    """
    if to not in NEXT_CLASS[Class(was)]:
        raise Refused("case.class", held_as=str(to))
    return Class(to)


def state_after(state: EventState | str, to: EventState) -> EventState:
    """The event's state after a step; Refused("event.step") when the table does not allow it.

    >>> str(state_after("draft", EventState.OPEN))
    'open'
    >>> state_after("draft", EventState.CONTAINED)
    Traceback (most recent call last):
    yinghuo.core.refusal.Refused: event.step state=draft to=contained
    """
    if to not in NEXT_STATE[EventState(state)]:
        raise Refused("event.step", state=str(state), to=str(to))
    return to
