"""Faults on demand and by seed: which there are, which meters get them, how large, and what they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.clockwork import Programme, TableSet
from yinghuo.engines.meters.simulation.manners import GOOD, Manners
from yinghuo.engines.meters.simulation.meter import Condition
from yinghuo.engines.meters.simulation.moments import QUARTER_S
from yinghuo.engines.meters.simulation.phasors import ELEMENTS, Connection

SETTINGS = ("wrong-periods", "wrong-zones", "clock", "drift")
WIRING = ("miswired", "lost-voltage", "reversed-ct", "open-ct")
COUNTING = ("stopped", "runaway")
LINE = ("bad-checksum", "truncation", "silence", "slow", "duplicates", "wrong-address")
KINDS = (*SETTINGS, *WIRING, *COUNTING, *LINE, "refused-writes")
MISWIRINGS = {
    "3p3w": ("v:bca", "v:cab", "v:acb", "v:bac", "v:cba", "i:ca"),
    "3p4w": ("v:bca", "v:cab", "i:bac", "i:acb"),
}
RUNAWAY_TIMES = (3, 12)
LINE_SHARES = (0.05, 0.5)
CLOCK_S, DRIFT_S_A_DAY = (90, 1_800), (2, 40)


class Fault(NamedTuple):
    """A fault of a meter.

    since_s: the true moment from which it is there
    size:    what it is exactly: seconds, seconds a day, a factor, a share of replies, a wiring, a table variant
    """

    kind: str
    since_s: float
    size: str = ""


class Subject(NamedTuple):
    """What dealing faults needs to know of a meter."""

    wiring: str
    first_s: float
    now_s: float


@dataclass(frozen=True)
class WrongTables:
    """Tables as wrongly programmed meters have them, to choose from."""

    periods: Sequence[TableSet]
    zones: Sequence[TableSet]


def counts_of(text: str) -> dict[str, int]:
    """Faults as typed, kind=number with commas; ValueError for an unknown kind or no number.

    >>> counts_of("wrong-periods=55,clock=20")
    {'wrong-periods': 55, 'clock': 20}
    """
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        kind, _, number = part.partition("=")
        if kind not in KINDS or not number.isdecimal():
            raise ValueError(f"{part!r} is no fault; there are {', '.join(KINDS)}, each with =number")
        found[kind] = int(number)
    return found


def counts_by_share(share: float, meters: int) -> dict[str, int]:
    """As many of each kind that together this share of the meters (0..1) has one; at least one of each if share > 0."""
    return dict.fromkeys(KINDS, max(1, round(share * meters / len(KINDS)))) if share > 0 else {}


def deal(counts: Mapping[str, int], subjects: Sequence[Subject], *, rng: np.random.Generator) -> list[list[Fault]]:
    """The faults of each meter: no meter has two while some have none that can; ValueError if there are too few."""
    faults: list[list[Fault]] = [[] for _ in subjects]
    order = rng.permutation(len(subjects)).tolist()
    for kind in sorted(counts, key=KINDS.index, reverse=True):
        able = [n for n in order if subjects[n].wiring != "1p2w"] if kind in WIRING else order
        free = [n for n in able if not faults[n]] + [n for n in able if faults[n] and kind not in kinds_of(faults[n])]
        if counts[kind] > len(free):
            raise ValueError(f"{counts[kind]} faults of kind {kind}, and only {len(free)} meters that can have it")
        for n in free[: counts[kind]]:
            faults[n].append(draw(kind, subjects[n], rng=rng))
    return faults


def kinds_of(faults: Sequence[Fault]) -> set[str]:
    """Which kinds there are among faults."""
    return {one.kind for one in faults}


def draw(kind: str, subject: Subject, *, rng: np.random.Generator) -> Fault:
    """A fault of a kind with a size and a beginning: wiring and counting begin in the first half of the history."""
    middle = (subject.now_s - subject.first_s) / 2
    later = subject.first_s + float(rng.integers(0, max(int(middle // QUARTER_S), 1))) * QUARTER_S
    since_s = later if kind in (*WIRING, *COUNTING) else subject.first_s
    return Fault(kind, since_s, _size(kind, subject.wiring, rng))


def _size(kind: str, wiring: str, rng: np.random.Generator) -> str:
    sign = "-" if rng.random() < 0.5 else ""
    elements = ELEMENTS[wiring]
    if kind == "clock":
        return f"{sign}{rng.integers(*CLOCK_S)}"
    if kind == "drift":
        return f"{sign}{rng.integers(*DRIFT_S_A_DAY)}"
    if kind == "miswired":
        return str(rng.choice(MISWIRINGS[wiring]))
    if kind in WIRING:
        return str(rng.choice(list("abc" if kind == "lost-voltage" else elements)))
    if kind == "runaway":
        return str(rng.integers(*RUNAWAY_TIMES))
    if kind in LINE:
        return f"{rng.uniform(*LINE_SHARES):.2f}"
    return str(rng.integers(100)) if kind in ("wrong-periods", "wrong-zones") else ""


def conditions(right: Condition, faults: Sequence[Fault], *, tables: WrongTables) -> list[Condition]:
    """A meter's conditions in order of time, from the right one on."""
    found = [right]
    for fault in sorted(faults, key=lambda one: one.since_s):
        changed = replace(spoilt(found[-1], fault, tables=tables), since_s=max(fault.since_s, right.since_s))
        found[-1:] = [changed] if changed.since_s == found[-1].since_s else [found[-1], changed]
    return found


def spoilt(condition: Condition, fault: Fault, *, tables: WrongTables) -> Condition:
    """A condition with a fault added; the same for a fault of the line."""
    if fault.kind == "clock":
        return replace(condition, clock=Clock(float(fault.size), condition.clock.drift_s_a_day, fault.since_s))
    if fault.kind == "drift":
        ahead_s = condition.clock.shows(fault.since_s) - fault.since_s
        return replace(condition, clock=Clock(ahead_s, float(fault.size), fault.since_s))
    if fault.kind in ("wrong-periods", "wrong-zones"):
        return replace(condition, programme=_mistaken(condition.programme, fault, tables))
    if fault.kind in WIRING:
        return replace(condition, connection=_connected(condition.connection, fault))
    if fault.kind in COUNTING:
        return replace(condition, rate=float(fault.size) if fault.kind == "runaway" else 0.0)
    return condition


def _mistaken(programme: Programme, fault: Fault, tables: WrongTables) -> Programme:
    choice = tables.periods if fault.kind == "wrong-periods" else tables.zones
    sets = list(programme.sets)
    sets[programme.tables_run] = choice[int(fault.size) % len(choice)]
    return replace(programme, sets=(sets[0], sets[1]))


def _connected(connection: Connection, fault: Fault) -> Connection:
    if fault.kind == "lost-voltage":
        return replace(connection, lost=connection.lost + fault.size)
    if fault.kind == "reversed-ct":
        return replace(connection, reversed=connection.reversed + fault.size)
    if fault.kind == "open-ct":
        return replace(connection, open_ct=connection.open_ct + fault.size)
    what, _, order = fault.size.partition(":")
    return replace(connection, voltages=order) if what == "v" else replace(connection, currents=order)


def manners_of(faults: Sequence[Fault]) -> Manners:
    """The manners that a meter's faults of the line make."""
    found = GOOD
    for one in faults:
        if one.kind in LINE:
            found = found.with_share(one.kind, float(one.size))
    return found
