"""Small values that pages hand to the parts of a template: states, key figures, stages, moments, choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Tone = Literal["done", "running", "waiting", "late", "wrong", "off"]

SOON_SHARE = 0.2  # of the time allowed, still left


@dataclass(frozen=True)
class State:
    """A state with its word; shape and colour follow from the tone."""

    tone: Tone
    word: Words

    def __str__(self) -> str:
        return str(self.word)


STATES: dict[Tone, State] = {
    "done": State("done", _("Done")),
    "running": State("running", _("Running")),
    "waiting": State("waiting", _("Waiting")),
    "late": State("late", _("Late")),
    "wrong": State("wrong", _("Wrong")),
    "off": State("off", _("Off")),
}


@dataclass(frozen=True)
class Stat:
    """A key figure: what it is, its value and unit, where its evidence is."""

    label: Words
    value: object
    unit: Words = ""
    note: Words = ""
    href: str = ""
    state: State | None = None


@dataclass(frozen=True)
class Stage:
    """A stage of a funnel: how many came through, how many are stuck on the way to the next."""

    label: Words
    count: int
    stuck: int = 0
    href: str = ""


@dataclass(frozen=True)
class Moment:
    """A line of a timeline: when, what, by whom."""

    at: datetime
    what: Words
    by: Words = ""
    detail: Words = ""
    href: str = ""
    tone: Tone = "done"


@dataclass(frozen=True)
class Choice:
    """A filter in the address bar: its key, its label, its options as (value, word), the value now chosen."""

    key: str
    label: Words
    options: Sequence[tuple[str, Words]]
    value: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty list says: why it is empty, what to do, and where."""

    why: Words
    do: Words = ""
    href: str = ""


@dataclass(frozen=True)
class Due:
    """A clock: due at `due_at`, running since `since`, stopped at `stopped_at` once the work is done."""

    due_at: datetime
    since: datetime | None = None
    stopped_at: datetime | None = None

    def left(self, now: datetime) -> timedelta:
        """Time left; negative when late."""
        return self.due_at - (self.stopped_at or now)

    def used_share(self, now: datetime) -> float | None:
        """Share of the time allowed that is used, 0..1; None when nobody knows since when it runs."""
        if self.since is None or self.due_at <= self.since:
            return None
        used = ((self.stopped_at or now) - self.since) / (self.due_at - self.since)
        return min(max(used, 0.0), 1.0)

    def tone(self, now: datetime) -> Literal["late", "soon", "fine", "done"]:
        """Late, soon (a fifth of the time is left), fine, or done in time."""
        if self.left(now) < timedelta(0):
            return "late"
        if self.stopped_at:
            return "done"
        used = self.used_share(now)
        return "soon" if used is not None and used >= 1 - SOON_SHARE else "fine"


def span_in_words(span: timedelta) -> str:
    """A span in two units at most, without sign: 12 min, 3 h 05 min, 2 d 4 h."""
    minutes = int(abs(span).total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days and not hours:
        return gettext("%(days)s d") % {"days": days}
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02}"}
    return gettext("%(minutes)s min") % {"minutes": minutes}
