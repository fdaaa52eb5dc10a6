"""The compiled loops of tracing; numba compiles them on their first use and keeps the machine code on disk.

This file is imported by the first call that needs it, for numba takes its time to load.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit


def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    try:
        return njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # numba found no place for its cache
        return njit(nogil=True)(loop)


@_compiled
def first_at_least(values: Any, low: int, high: int, wanted: int) -> int:
    """The first row of low..high whose value is at least `wanted`; `high` when there is none."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def merged(case: Any, place: Any, start: Any, end: Any) -> int:
    """Joins the visits of one case at one place that overlap or touch, in place; returns how many remain.

    The rows lie by case, place and start.
    """
    kept = 0
    for row in range(len(case)):
        joins = kept > 0 and case[row] == case[kept - 1] and place[row] == place[kept - 1]
        if joins and start[row] <= end[kept - 1]:
            end[kept - 1] = max(end[kept - 1], end[row])
        else:
            case[kept], place[kept], start[kept], end[kept] = case[row], place[row], start[row], end[row]
            kept += 1
    return kept


@_compiled
def count_meetings(asked: Any, sorted_visits: Any, skew_s: int, counts: Any) -> None:
    """How many visits of others overlap each visit of a case (asked: person, first row, last row, start, end)."""
    who, low, high, since, until = asked
    person, start, end, latest = sorted_visits
    for one in range(len(who)):
        row = first_at_least(latest, low[one], high[one], since[one] - skew_s + 1)
        found = 0
        while row < high[one] and start[row] - skew_s < until[one]:
            if end[row] + skew_s > since[one] and person[row] != who[one]:
                found += 1
            row += 1
        counts[one] = found


@_compiled
def fill_meetings(asked: Any, sorted_visits: Any, skew_s: int, begins: Any, out: Any) -> None:
    """Writes each overlap from row begins[one] to begins[one + 1] of out (asked row, person, start, end)."""
    who, low, high, since, until = asked
    person, start, end, latest = sorted_visits
    of, met, first, last = out
    for one in range(len(who)):
        row = first_at_least(latest, low[one], high[one], since[one] - skew_s + 1)
        place, stop = begins[one], begins[one + 1]
        while place < stop:
            if end[row] + skew_s > since[one] and person[row] != who[one]:
                of[place], met[place] = one, person[row]
                first[place] = max(start[row] - skew_s, since[one])
                last[place] = min(end[row] + skew_s, until[one])
                place += 1
            row += 1


@_compiled
def unite(keys: Any, start: Any, end: Any) -> int:
    """Joins overlaps of one case, person and place that overlap or touch, in place; returns how many remain.

    keys: case, person, place; all lie by case, person, place and start
    """
    case, person, place = keys
    kept = 0
    for row in range(len(case)):
        last = kept - 1
        joins = kept > 0 and case[row] == case[last] and person[row] == person[last] and place[row] == place[last]
        if joins and start[row] <= end[last]:
            end[last] = max(end[last], end[row])
        else:
            case[kept], person[kept], place[kept] = case[row], person[row], place[row]
            start[kept], end[kept] = start[row], end[row]
            kept += 1
    return kept


@_compiled
def marked_rows(person: Any, marked: Any, factor: Any, shift: Any) -> Any:
    """Rows whose person falls into a marked bucket of the hash (person x factor) >> shift."""
    rows = np.empty(len(person), dtype=np.int64)
    found = 0
    for row in range(len(person)):
        if marked[(np.uint64(person[row]) * factor) >> shift]:
            rows[found] = row
            found += 1
    return rows[:found].copy()


@_compiled
def ascending(key: Any, bits: int) -> Any:
    """The stable ascending order of whole numbers of at most so many bits: a radix sort, 11 bits at a time."""
    here, there = key.copy(), np.empty_like(key)
    rows, moved = np.arange(len(key)).astype(np.int32), np.empty(len(key), dtype=np.int32)
    for shift in range(0, bits, 11):
        place = np.zeros(2049, dtype=np.int64)
        for row in range(len(here)):
            place[((here[row] >> shift) & 2047) + 1] += 1
        for digit in range(2048):
            place[digit + 1] += place[digit]
        for row in range(len(here)):
            digit = (here[row] >> shift) & 2047
            there[place[digit]], moved[place[digit]] = here[row], rows[row]
            place[digit] += 1
        here, there, rows, moved = there, here, moved, rows
    return rows


@_compiled
def gathered(order: Any, person: Any, place: Any, start: Any, end: Any) -> Any:
    """The four columns in an order, and for each visit the latest end among those of its place up to it."""
    out = np.empty((5, len(order)), dtype=np.int64)
    for row in range(len(order)):
        of = order[row]
        out[0, row], out[1, row], out[2, row], out[3, row] = person[of], place[of], start[of], end[of]
        out[4, row] = end[of]
        if row > 0 and out[1, row] == out[1, row - 1] and out[4, row - 1] > end[of]:
            out[4, row] = out[4, row - 1]
    return out
