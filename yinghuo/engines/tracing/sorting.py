"""Visits made ready for the sweep: every visit closed, then sorted by place and start; done once for many questions."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yinghuo.engines.tracing.columns import OPEN, Ints, Visits, read_visits

STAY_S = 4 * 3600  # this project's choice, where a visit has no end and nothing is said of its kind of place
MOST_PACKED, MOST_ROWS = 2**62, 2**31


class SortedVisits(NamedTuple):
    """Visits by place, then start. `latest` is the latest end so far at the place; `mended` counts what was unclear.

    mended: no_end (capped by kind of place), before_start (an end before the start that clocks do not explain)
    """

    person: Ints
    place: Ints
    start: Ints
    end: Ints
    latest: Ints
    mended: dict[str, int]


def sort_visits(visits: Any, *, stay_s: int | Mapping[int, int] = STAY_S, skew_s: int = 0) -> SortedVisits:
    """Visits closed and sorted; give the outcome to `contacts` instead of the visits when asking more than once.

    visits: columns person, place, start, end[, kind]: whole numbers, times in seconds; end may be missing
    stay_s: seconds somebody is held to have stayed who never checked out: one figure, or one for each kind of place
            (key -1: where the kind is not in the table)
    skew_s: seconds by which clocks may differ: an end up to so much before its start is a stay without length; an
            earlier one is not believed, and counts as missing
    """
    read = visits if isinstance(visits, Visits) else read_visits(visits)
    end, mended = _closed(read, stay_s, skew_s)
    if not len(end):
        return SortedVisits(read.person, read.place, read.start, end, end, mended)
    from yinghuo.engines.tracing import kernels

    order = _order(read.place, read.start)
    person, place, start, end, latest = kernels.gathered(order, read.person, read.place, read.start, end)
    return SortedVisits(person, place, start, end, latest, mended)


def _closed(visits: Visits, stay_s: int | Mapping[int, int], skew_s: int) -> tuple[Ints, dict[str, int]]:
    """The end of every visit, and how many had to be mended."""
    missing = visits.end == OPEN
    early = ~missing & (visits.end < visits.start)
    unbelieved = early & (visits.start - visits.end > skew_s)
    mended = {"no_end": int(missing.sum()), "before_start": int(unbelieved.sum())}
    if not (missing.any() or early.any()):
        return visits.end, mended
    end = np.where(early, visits.start, visits.end)
    capped = missing | unbelieved
    end[capped] = visits.start[capped] + _stays(visits.kind[capped], stay_s)
    return end, mended


def _stays(kind: Ints, stay_s: int | Mapping[int, int]) -> Any:
    if isinstance(stay_s, int):
        return stay_s
    instead = stay_s.get(-1, STAY_S)
    known, place = np.unique(kind, return_inverse=True)
    return np.array([stay_s.get(int(one), instead) for one in known], dtype=np.int64)[place]


def _order(place: Ints, start: Ints) -> NDArray[Any]:
    """Places in ascending order, each place's visits by start; one sort of packed numbers where they fit."""
    from yinghuo.engines.tracing import kernels

    first, since = int(place.min()), int(start.min())
    span = int(start.max()) - since + 1
    top = (int(place.max()) - first + 1) * span
    if top < MOST_PACKED and len(place) < MOST_ROWS:
        return kernels.ascending((place - first) * span + (start - since), top.bit_length())
    return np.lexsort((start, place))
