"""When each swab was taken, by which phone, and when each tube was sealed."""

from dataclasses import dataclass

import numpy as np

from yinghuo.demo.scenario.places import DAYS, STARTS_AT, Places
from yinghuo.demo.scenario.rounds import Draft, Filled
from yinghuo.demo.scenario.shapes import (
    DAY_MS,
    HOUR_MS,
    MANY,
    MINUTE_MS,
    ONE_DAY,
    SECOND_MS,
    Flags,
    Floats,
    Ints,
    Swabs,
    Tubes,
    epoch_ms,
)

START_MS = epoch_ms(STARTS_AT)
SHIFT_HOURS = np.array([6.2, 11.6, 17.4])  # shift changes and meals
LONGEST_SHIFT_MS = 4 * HOUR_MS
ONE_DAY_START_MS = START_MS + DAYS * DAY_MS + 6 * HOUR_MS
ONE_DAY_LENGTH_MS = 16 * HOUR_MS - 4 * MINUTE_MS
SWABS_PER_PHONE = 75
SWAB_SHAPE, SWAB_SCALE_S = 4.0, 8.0  # seconds a swab, gamma
LEAST_SWAB_S = 5.0
SLOWEST_PACE = 2.5
OPENING_S, MEAN_PAUSE_S = 12.0, 60.0
SEAL_S = (15.0, 110.0)


@dataclass(frozen=True)
class Shifts:
    """The phone of each tube, and the shift (one phone on one day): its number, and its start in milliseconds."""

    device: Ints
    shift: Ints
    start_ms: Ints


def set_times(filled: Filled, places: Places, *, rng: np.random.Generator) -> tuple[Tubes, Swabs]:
    """Pooled tubes and their swabs with phones and times; outcomes as drafted, codes and ids still empty."""
    draft = filled.tubes
    shifts = _assign_phones(draft, places, rng=rng)
    tube = np.repeat(np.arange(len(draft)), draft.swabs)
    at_ms, sealed_ms = _clocks(draft, shifts, tube=tube, rng=rng)
    swabs = new_swabs(tube, filled.person, at_ms=at_ms, positive=filled.positive)
    tubes = new_tubes(
        {"campaign": draft.campaign, "site": draft.site, "device": shifts.device, "day": draft.day},
        swabs=draft.swabs,
        at_ms=at_ms,
        sealed_ms=sealed_ms,
        outcome=draft.outcome,
        parent=np.full(len(draft), -1),
    )
    tubes.odd = draft.odd
    return tubes, swabs


def new_tubes(
    where: dict[str, Ints], *, swabs: Ints, at_ms: Ints, sealed_ms: Ints, outcome: Ints, parent: Ints
) -> Tubes:
    """Tubes as they leave the site; their swabs stand side by side in `at_ms`, first of the first tube first."""
    count = len(swabs)
    first = np.cumsum(swabs) - swabs
    unknown = np.full(count, -1, np.int64)
    return Tubes(
        **where,
        parent=parent,
        first=first,
        swabs=swabs,
        first_ms=at_ms[first],
        last_ms=at_ms[first + swabs - 1],
        sealed_ms=sealed_ms,
        sealed_count=swabs.copy(),
        outcome=outcome,
        box=unknown,
        result_ms=unknown.copy(),
        odd=np.zeros(count, np.int64),
        code=np.zeros(count, "S12"),
        id=np.zeros(count, "S36"),
    )


def new_swabs(tube: Ints, person: Ints, *, at_ms: Ints, positive: Flags) -> Swabs:
    """Swabs with nothing odd about them yet."""
    count = len(tube)
    return Swabs(
        tube,
        person,
        at_ms,
        positive,
        identity=np.full(count, -1, np.int64),
        odd=np.zeros(count, np.int64),
        id=np.zeros(count, "S36"),
    )


def _assign_phones(draft: Draft, places: Places, *, rng: np.random.Generator) -> Shifts:
    """Deals the tubes of each site and day to phones in stretches; phones take turns over the days."""
    turn = np.r_[True, (np.diff(draft.day) != 0) | (np.diff(draft.site) != 0)]
    run = np.cumsum(turn) - 1
    begins = np.flatnonzero(turn)
    tubes = np.diff(np.r_[begins, len(draft)])
    crew = places.crew[draft.site[begins]]
    working = np.clip(np.ceil(np.bincount(run, draft.swabs) / SWABS_PER_PHONE).astype(np.int64), 1, crew - 1)
    working = np.minimum(np.where(draft.campaign[begins] == ONE_DAY, crew, working), tubes)
    slot = (np.arange(len(draft)) - begins[run]) * working[run] // tubes[run]
    device = places.first_device[draft.site] + (draft.day + slot) % crew[run]
    shift = np.cumsum(turn | np.r_[True, np.diff(slot) != 0]) - 1
    hour = SHIFT_HOURS[(slot + draft.day + draft.site) % len(SHIFT_HOURS)] + rng.uniform(0, 0.4, len(begins))[run]
    start = START_MS + draft.day * DAY_MS + (hour * HOUR_MS).astype(np.int64)
    return Shifts(device, shift, np.where(draft.campaign == MANY, start, ONE_DAY_START_MS + MINUTE_MS))


def _clocks(draft: Draft, shifts: Shifts, *, tube: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Times of the swabs and of the seals, one after the other on each phone."""
    first = np.cumsum(draft.swabs) - draft.swabs
    step = np.maximum(rng.gamma(SWAB_SHAPE, SWAB_SCALE_S, len(tube)), LEAST_SWAB_S)
    seal = rng.uniform(*SEAL_S, len(draft))
    step[first] += OPENING_S + rng.exponential(MEAN_PAUSE_S, len(draft)) + np.r_[0.0, seal[:-1]]
    begins = np.flatnonzero(np.r_[True, np.diff(shifts.shift) != 0])
    total = np.cumsum(step)
    before = np.r_[0.0, total][first[begins]]
    offset = (total - before[shifts.shift[tube]]) * SECOND_MS
    last_tube = np.r_[begins[1:], len(draft)] - 1
    length = offset[(first + draft.swabs - 1)[last_tube]] + seal[last_tube] * SECOND_MS
    pace, idle = _pace(length, tubes=last_tube - begins + 1, one_day=draft.campaign[begins] == ONE_DAY)
    waited = idle[shifts.shift] * (np.arange(len(draft)) - begins[shifts.shift])
    at_ms = (shifts.start_ms[tube] + offset * pace[shifts.shift[tube]] + waited[tube]).astype(np.int64)
    sealed = at_ms[first + draft.swabs - 1] + (seal * SECOND_MS * pace[shifts.shift]).astype(np.int64)
    return at_ms, sealed


def _pace(length_ms: Floats, *, tubes: Ints, one_day: Flags) -> tuple[Floats, Floats]:
    """By what to stretch each shift, and milliseconds of waiting before each further tube.

    No shift is longer than the longest; those of the one day fill all of it, at SLOWEST_PACE at the most.
    """
    pace = np.where(one_day, np.minimum(SLOWEST_PACE, ONE_DAY_LENGTH_MS / length_ms), LONGEST_SHIFT_MS / length_ms)
    pace = np.where(one_day, pace, np.minimum(1.0, pace))
    return pace, np.where(one_day, np.maximum(0.0, ONE_DAY_LENGTH_MS - pace * length_ms) / tubes, 0.0)
