"""Re-collection: everyone of a tube that is not negative, again and singly, but for one tube that is still waiting."""

import numpy as np

from yinghuo.demo.scenario.places import Places
from yinghuo.demo.scenario.rounds import needs_recollection
from yinghuo.demo.scenario.shapes import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    ONE_DAY,
    SECOND_MS,
    Ints,
    Outcome,
    Swabs,
    Tubes,
)
from yinghuo.demo.scenario.times import ONE_DAY_START_MS, START_MS, new_swabs, new_tubes

CALLED_AFTER_MIN = (60.0, 200.0)
EACH_S = (60.0, 150.0)
SEALED_AFTER_S = (15.0, 50.0)
EARLY_H, LATE_H = (0.0, 0.5), (9.0, 15.0)  # of the one day: the settled positive tube, the waiting one
GOOD_FILL = 6


def infect_one_day(tubes: Tubes, swabs: Swabs, *, rng: np.random.Generator) -> int:
    """Makes two tubes of the one day positive, an early and a late one, by one person each; returns the late one."""
    early, late = (_one_tube(tubes, hours, rng=rng) for hours in (EARLY_H, LATE_H))
    for tube in (early, late):
        tubes.outcome[tube] = Outcome.POSITIVE
        swabs.positive[tubes.first[tube] + int(rng.integers(tubes.swabs[tube]))] = True
    return late


def _one_tube(tubes: Tubes, hours: tuple[float, float], *, rng: np.random.Generator) -> int:
    """A well-filled tube begun within these hours of the one day."""
    begun = (tubes.first_ms - ONE_DAY_START_MS) / HOUR_MS
    there = (tubes.campaign == ONE_DAY) & (begun >= hours[0]) & (begun < hours[1])
    good = there & (tubes.swabs >= min(GOOD_FILL, tubes.swabs[there].max()))
    return int(rng.choice(np.flatnonzero(good)))


def recollect(
    tubes: Tubes, swabs: Swabs, places: Places, *, waiting: int, rng: np.random.Generator
) -> tuple[Tubes, Swabs]:
    """Single tubes and their swabs for every tube that needs it except the one `waiting`.

    The tubes are numbered as if they followed the pooled ones; so are the swabs.
    """
    needed = needs_recollection(tubes.outcome, tubes.swabs)
    needed[waiting] = False
    parents = np.flatnonzero(needed)
    fill = tubes.swabs[parents]
    parent = np.repeat(parents, fill)
    begins = np.cumsum(fill) - fill
    again = np.arange(len(parent)) - np.repeat(begins - tubes.first[parents], fill)
    steps = rng.uniform(*EACH_S, len(parent)) * SECOND_MS
    called = tubes.result_ms[parents] + rng.uniform(*CALLED_AFTER_MIN, len(parents)) * MINUTE_MS
    total = np.cumsum(steps)
    at_ms = (np.repeat(called - total[begins], fill) + total).astype(np.int64)
    day = (at_ms[begins] - START_MS) // DAY_MS
    positive = swabs.positive[again]
    where = {
        "campaign": tubes.campaign[parent],
        "site": tubes.site[parent],
        "device": np.repeat(_free_phones(tubes, places, parents=parents, day=day), fill),
        "day": np.repeat(day, fill),
    }
    singles = new_tubes(
        where,
        swabs=np.ones(len(parent), np.int64),
        at_ms=at_ms,
        sealed_ms=at_ms + (rng.uniform(*SEALED_AFTER_S, len(parent)) * SECOND_MS).astype(np.int64),
        outcome=np.where(positive, Outcome.POSITIVE, Outcome.NEGATIVE).astype(np.int64),
        parent=parent,
    )
    singles.first += len(swabs)
    mine = np.arange(len(parent)) + len(tubes)
    return singles, new_swabs(mine, swabs.person[again], at_ms=at_ms, positive=positive)


def _free_phones(tubes: Tubes, places: Places, *, parents: Ints, day: Ints) -> Ints:
    """For each parent a phone of its site: one without work on that day, if there is one."""
    phones = []
    for site, when in zip(tubes.site[parents].tolist(), day.tolist(), strict=True):
        busy = np.unique(tubes.device[(tubes.site == site) & (tubes.day == when)])
        own = np.arange(places.first_device[site], places.first_device[site] + places.crew[site])
        phones.append(int(np.r_[np.setdiff1d(own, busy), own][0]))
    return np.array(phones, np.int64)
