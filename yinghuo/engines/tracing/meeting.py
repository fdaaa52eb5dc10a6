"""Who met a case: the sweep over visits by place and time, its exposures by day, and the pairs they make."""

from typing import Any, NamedTuple, TypedDict, Unpack

import numpy as np
import pyarrow as pa

from yinghuo.engines.tracing.columns import Cases, Ints, read_cases
from yinghuo.engines.tracing.sorting import STAY_S, SortedVisits, sort_visits

DAY_S = 86_400
MOST_PER_PLACE = 5_000_000
HASH, BUCKETS_BITS = 0x9E3779B97F4A7C15, 20


class More(TypedDict, total=False):
    """What `contacts` and `exposures` take besides, all by name.

    stay_s:  seconds for a visit without an end: one figure or {kind of place: seconds}; 4 h unless told
    skew_s:  seconds by which two clocks may differ: the visits of others are widened by it at both ends; 0
    utc_offset_s: what turns the times into local ones, for the day that minutes are counted in; 0
    most_per_place: overlaps listed of one place at most; what is over it is reported, never silently lost; 5,000,000
    """

    stay_s: Any
    skew_s: int
    utc_offset_s: int
    most_per_place: int


class Overlaps(NamedTuple):
    """Rows of one length, by case, person, place and start, united where they overlap; seconds."""

    case: Ints
    person: Ints
    place: Ints
    start: Ints
    end: Ints


class Asked(NamedTuple):
    """The visits of cases within their windows, by case, place and start, duplicates joined."""

    person: Ints
    place: Ints
    start: Ints
    end: Ints


def contacts(visits: Any, cases: Any, *, minutes: int, look_back_days: int, **more: Unpack[More]) -> pa.Table:
    """Who met a case for at least so many minutes on one day: one row for each pair of case and other person.

    visits: columns person, place, start, end[, kind] (Arrow table, dict of arrays, structured array, frame) or what
            `sort_visits` made; whole numbers, times in seconds; end may be missing
    cases:  columns person, onset (or reference, since) and, if there are, sampled (used where there is no onset) and
            until (isolated from then on). A case's contacts count from onset less `look_back_days` x 24 h
    minutes: of one pair and day, summed over places and visits after duplicate check-ins are joined; an overlap belongs
            to the day on which it began, also over midnight; who merely touch (0 min) never met
    returns: int64 columns case, person, minutes (whole, over the days that reach the threshold), places, days, first,
            last (seconds), and is_case (bool: the other is a case, too), ascending by case and person.
            Metadata of its schema: no_end, before_start (visits mended), capped (places over `most_per_place`, as
            "place:found:listed", separated by spaces)
    raises:  ValueError for missing columns or negative limits; TypeError for what is no whole number

    >>> visits = {"person": [1, 2, 2], "place": [7, 7, 7], "start": [0, 0, 3600], "end": [7200, 600, 4200]}
    >>> contacts(visits, {"person": [1], "onset": [86400]}, minutes=15, look_back_days=4).to_pylist()
    [{'case': 1, 'person': 2, 'minutes': 20, 'places': 1, 'days': 1, 'first': 0, 'last': 4200, 'is_case': False}]
    """
    found, said = _exposures(visits, cases, minutes, look_back_days, more)
    pairs = _pairs(found)
    whose = np.isin(pairs["person"], read_cases(cases, look_back_s=0).person)
    return pa.table(pairs | {"is_case": pa.array(whose, pa.bool_())}).replace_schema_metadata(said)


def exposures(visits: Any, cases: Any, *, minutes: int, look_back_days: int, **more: Unpack[More]) -> pa.Table:
    """The same by place and day: where a pair's minutes were spent. For what is given, see `contacts`.

    returns: int64 columns case, person, place, day (days since 1970 in local time), seconds, first, last, ascending;
             only days on which the pair reached `minutes`; the same metadata
    """
    found, said = _exposures(visits, cases, minutes, look_back_days, more)
    return pa.table(found).replace_schema_metadata(said)


def _exposures(
    visits: Any, cases: Any, minutes: int, look_back_days: int, more: More
) -> tuple[dict[str, Ints], dict[str, str]]:
    skew_s, most = more.get("skew_s", 0), more.get("most_per_place", MOST_PER_PLACE)
    if min(minutes, look_back_days, skew_s, most) < 0:
        raise ValueError("minutes, look_back_days, skew_s and most_per_place are not negative")
    ready = visits
    if not isinstance(visits, SortedVisits):
        ready = sort_visits(visits, stay_s=more.get("stay_s", STAY_S), skew_s=skew_s)
    asked = _asked(ready, read_cases(cases, look_back_s=look_back_days * DAY_S))
    overlaps, capped = _meetings(ready, asked, skew_s, most)
    found = _by_day(overlaps, 60 * minutes, more.get("utc_offset_s", 0))
    said = {name: str(count) for name, count in ready.mended.items()}
    return found, said | {"capped": " ".join(":".join(map(str, row)) for row in capped)}


def _asked(ready: SortedVisits, cases: Cases) -> Asked:
    """The visits of the cases, cut to their windows; double check-ins are one."""
    rows = _rows_of(ready.person, cases.person)
    which = np.searchsorted(cases.person, ready.person[rows])
    start = np.maximum(ready.start[rows], cases.since[which])
    end = np.minimum(ready.end[rows], cases.until[which])
    keep = end > start
    person, place, start, end = ready.person[rows][keep], ready.place[rows][keep], start[keep], end[keep]
    if not len(person):
        return Asked(person, place, start, end)
    from yinghuo.engines.tracing import kernels

    order = np.lexsort((start, place, person))
    person, place, start, end = (one[order] for one in (person, place, start, end))
    many = kernels.merged(person, place, start, end)
    return Asked(person[:many], place[:many], start[:many], end[:many])


def _rows_of(person: Ints, wanted: Ints) -> Ints:
    """Rows whose person is one of `wanted` (sorted): first by a hash that lets few others through, then exactly."""
    if not len(person) or not len(wanted):
        return np.zeros(0, dtype=np.int64)
    from yinghuo.engines.tracing import kernels

    bucket = (wanted.view(np.uint64) * np.uint64(HASH)) >> np.uint64(64 - BUCKETS_BITS)
    marked = np.zeros(1 << BUCKETS_BITS, dtype=np.bool_)
    marked[bucket.astype(np.int64)] = True
    rows = kernels.marked_rows(person, marked, np.uint64(HASH), np.uint64(64 - BUCKETS_BITS))
    return rows[np.isin(person[rows], wanted)]


def _meetings(ready: SortedVisits, asked: Asked, skew_s: int, most: int) -> tuple[Overlaps, list[tuple[int, int, int]]]:
    """All overlaps with visits of others, and the places where not all could be listed: place, found, listed."""
    none = np.zeros(0, dtype=np.int64)
    if not len(asked.person):
        return Overlaps(none, none, none, none, none), []
    from yinghuo.engines.tracing import kernels

    low, high = (np.searchsorted(ready.place, asked.place, side=side) for side in ("left", "right"))
    question = (asked.person, low, high, asked.start, asked.end)
    held = (ready.person, ready.start, ready.end, ready.latest)
    counts = np.zeros(len(asked.person), dtype=np.int64)
    kernels.count_meetings(question, held, skew_s, counts)
    counts, capped = _capped(asked.place, counts, most)
    begins = np.concatenate([[0], np.cumsum(counts)])
    of, person, start, end = out = tuple(np.empty(begins[-1], dtype=np.int64) for _ in range(4))
    kernels.fill_meetings(question, held, skew_s, begins, out)
    case, place = asked.person[of], asked.place[of]
    order = _by_pair(np.searchsorted(np.unique(asked.person), case), person)
    keys = (case[order], person[order], place[order])
    start, end = start[order], end[order]
    many = kernels.unite(keys, start, end)
    return Overlaps(*(one[:many] for one in (*keys, start, end))), capped


def _capped(place: Ints, counts: Ints, most: int) -> tuple[Ints, list[tuple[int, int, int]]]:
    """Counts cut so that no place lists more than `most`, the earlier rows first; and the places that were cut."""
    places, which = np.unique(place, return_inverse=True)
    found = np.bincount(which, weights=counts).astype(np.int64)
    over = np.flatnonzero(found > most)
    if not len(over):
        return counts, []
    cut = counts.copy()
    for one in over:
        rows = np.flatnonzero(which == one)
        before = np.cumsum(counts[rows]) - counts[rows]
        cut[rows] = np.clip(most - before, 0, counts[rows])
    return cut, [(int(places[one]), int(found[one]), min(most, int(found[one]))) for one in over]


def _by_pair(case_rank: Ints, person: Ints) -> Ints:
    """A stable order by case and person: overlaps of one pair keep theirs, which is by place and start."""
    if not len(person):
        return np.zeros(0, dtype=np.int64)
    first, span = int(person.min()), int(person.max()) - int(person.min()) + 1
    if (int(case_rank.max()) + 1) * span < 2**62:
        return np.argsort(case_rank * span + (person - first), kind="stable")
    return np.lexsort((person, case_rank))


def _by_day(overlaps: Overlaps, least_s: int, utc_offset_s: int) -> dict[str, Ints]:
    """Seconds by case, person, place and day, of pairs and days that reach `least_s` in all."""
    day = (overlaps.start + utc_offset_s) // DAY_S
    order = np.lexsort((overlaps.place, day, overlaps.person, overlaps.case))
    case, person, place, start, end = (one[order] for one in overlaps)
    day, lasted = day[order], end - start
    first_of_day = _changes(case, person, day)
    totals = _sums(first_of_day, lasted)
    enough = np.repeat(totals >= max(least_s, 1), np.diff(np.append(first_of_day, len(case))))
    case, person, place, day, start, end = (one[enough] for one in (case, person, place, day, start, end))
    firsts = _changes(case, person, day, place)
    return {
        "case": case[firsts],
        "person": person[firsts],
        "place": place[firsts],
        "day": day[firsts],
        "seconds": _sums(firsts, end - start),
        "first": np.minimum.reduceat(start, firsts) if len(firsts) else start,
        "last": np.maximum.reduceat(end, firsts) if len(firsts) else end,
    }


def _pairs(found: dict[str, Ints]) -> dict[str, Ints]:
    """The rows of exposures, one for each pair."""
    case, person = found["case"], found["person"]
    firsts = _changes(case, person)
    by_place = np.lexsort((found["place"], person, case))
    new_place = np.zeros(len(case), dtype=np.int64)
    new_place[_changes(case[by_place], person[by_place], found["place"][by_place])] = 1
    new_day = np.zeros(len(case), dtype=np.int64)
    new_day[_changes(case, person, found["day"])] = 1
    return {
        "case": case[firsts],
        "person": person[firsts],
        "minutes": _sums(firsts, found["seconds"]) // 60,
        "places": _sums(firsts, new_place),
        "days": _sums(firsts, new_day),
        "first": np.minimum.reduceat(found["first"], firsts) if len(firsts) else found["first"],
        "last": np.maximum.reduceat(found["last"], firsts) if len(firsts) else found["last"],
    }


def _changes(*columns: Ints) -> Ints:
    """The first row of each run of equal values."""
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    differs = np.zeros(len(columns[0]), dtype=np.bool_)
    differs[0] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)


def _sums(firsts: Ints, values: Ints) -> Ints:
    return np.add.reduceat(values, firsts) if len(firsts) else np.zeros(0, dtype=np.int64)
