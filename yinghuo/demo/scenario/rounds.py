"""The rounds of both campaigns: who comes on which day, who shares a tube, and which tubes are not negative."""

from dataclasses import dataclass

import numpy as np

from yinghuo.demo.scenario.infections import DETECTABLE_DAYS, plan_infections
from yinghuo.demo.scenario.places import DAYS
from yinghuo.demo.scenario.queue import cut_into_tubes
from yinghuo.demo.scenario.shapes import MANY, ONE_DAY, Columns, Flags, Groups, Ints, Outcome, People
from yinghuo.demo.scenario.sizes import Sizes

ABSENT_SHARE = 0.08
LAST_DOUBTFUL_DAY = DAYS - 4  # so that every re-collection is over before the campaign is
LEAST_DOUBTFUL_FILL = 3
GREY_TRUE_SHARE = 0.4


@dataclass
class Draft(Columns):
    """Pooled tubes as they were filled, in the order of the queue at each site; `odd` as in `Tubes`."""

    campaign: Ints
    day: Ints
    site: Ints
    swabs: Ints
    outcome: Ints
    odd: Ints


@dataclass
class Filled:
    """Drafts of all days with the people in them: `person` and `positive` are by swab, tube after tube."""

    tubes: Draft
    person: Ints
    positive: Flags


@dataclass
class Attendance:
    """What the rounds so far mean for the next: who is away, who waits for a re-collection, which group was last."""

    groups: Groups
    people: People
    infected_from: Ints
    last_day: Ints
    held_until: Ints
    gone: Flags
    doubtful: dict[int, list[Outcome]]


def run_rounds(groups: Groups, people: People, *, sizes: Sizes, rng: np.random.Generator) -> Filled:
    """All pooled tubes of both campaigns; with the re-collections to come, the long one meets its totals exactly."""
    state = _at_the_start(groups, people, sizes=sizes, rng=rng)
    left, left_tubes = sizes.swabs, sizes.tubes
    weights = _day_weights(rng)
    days = []
    for day in range(DAYS):
        share = weights[day] / weights[day:].sum()
        wanted = left if day == DAYS - 1 else round(left * share)
        tubes = left_tubes if day == DAYS - 1 else round(left_tubes * wanted / left)
        queue = _queue(state, _comers(state, day=day, wanted=wanted, rng=rng), groups.site, rng=rng)
        fill = cut_into_tubes(people.group[queue], groups.site[people.group[queue]], wanted=tubes, rng=rng)
        filled = _found(state, queue, fill, day=day, rng=rng)
        days.append(filled)
        again = people_to_recollect(filled.tubes)
        left, left_tubes = left - wanted - again, left_tubes - tubes - again
    return _together([*days, _one_day(state, sizes=sizes, rng=rng)])


def people_to_recollect(tubes: Draft) -> int:
    """How many are swabbed again, singly: all of a tube that is not negative, unless one person alone was positive."""
    return int(tubes.swabs[needs_recollection(tubes.outcome, tubes.swabs)].sum())


def needs_recollection(outcome: Ints, swabs: Ints) -> Flags:
    """Which tubes say nothing final of the people in them."""
    return (outcome != Outcome.NEGATIVE) & ((swabs > 1) | (outcome != Outcome.POSITIVE))


def _at_the_start(groups: Groups, people: People, *, sizes: Sizes, rng: np.random.Generator) -> Attendance:
    doubtful: dict[int, list[Outcome]] = {}
    for outcome, count in ((Outcome.GREY, sizes.grey_tubes), (Outcome.INVALID, sizes.invalid_tubes)):
        for day in rng.integers(0, LAST_DOUBTFUL_DAY, count).tolist():
            doubtful.setdefault(day, []).append(outcome)
    return Attendance(
        groups,
        people,
        infected_from=plan_infections(groups, people, cases=sizes.cases, rng=rng),
        last_day=rng.integers(-2, 0, len(groups)),
        held_until=np.full(len(people), -1),
        gone=np.zeros(len(people), np.bool_),
        doubtful=doubtful,
    )


def _day_weights(rng: np.random.Generator) -> np.ndarray:
    """Shares of work of the days: ramp, closed loop with fewer people in early April, restart after mid-April."""
    level = np.interp(np.arange(DAYS), [0, 5, 18, 26, 34, DAYS - 1], [0.6, 1.1, 1.1, 0.8, 1.05, 1.1])
    return np.asarray(level * rng.uniform(0.88, 1.12, DAYS))


def _comers(state: Attendance, *, day: int, wanted: int, rng: np.random.Generator) -> Ints:
    """The people of one round: groups that have waited longest come first; ValueError if too few are there."""
    may_come = ~state.gone & (state.held_until < day) & (rng.random(len(state.people)) >= ABSENT_SHARE)
    here = np.flatnonzero(may_come)
    if len(here) < wanted:
        raise ValueError(f"day {day}: {wanted} wanted, {len(here)} there")
    waited = day - state.last_day + rng.random(len(state.groups))
    turn = np.empty(len(waited), np.int64)
    turn[np.argsort(-waited)] = np.arange(len(waited))
    chosen = here[np.argsort(turn[state.people.group[here]], kind="stable")][:wanted]
    state.last_day[state.people.group[chosen]] = day
    return chosen


def _queue(state: Attendance, comers: Ints, site: Ints, *, rng: np.random.Generator) -> Ints:
    """The comers in the order of their sites, groups together, both in random order."""
    group = state.people.group[comers]
    turn = rng.permutation(len(state.groups))
    return comers[np.lexsort((rng.random(len(comers)), turn[group], site[group]))]


def _found(state: Attendance, queue: Ints, fill: Ints, *, day: int, rng: np.random.Generator) -> Filled:
    """What the laboratory will find of one day, and what it means for those people."""
    tube = np.repeat(np.arange(len(fill)), fill)
    since = day - state.infected_from[queue]
    positive = (since >= 0) & (since <= DETECTABLE_DAYS) & (day <= LAST_DOUBTFUL_DAY)
    outcome = np.zeros(len(fill), np.int64)
    outcome[tube[positive]] = Outcome.POSITIVE
    for kind in state.doubtful.get(day, []):
        choice = int(rng.choice(np.flatnonzero((outcome == Outcome.NEGATIVE) & (fill >= LEAST_DOUBTFUL_FILL))))
        outcome[choice] = kind
        if kind == Outcome.GREY and rng.random() < GREY_TRUE_SHARE:
            positive[int(rng.choice(np.flatnonzero(tube == choice)))] = True
    state.held_until[queue[(outcome != Outcome.NEGATIVE)[tube]]] = day + 1
    state.gone[queue[positive]] = True
    begins = np.cumsum(fill) - fill
    site = state.groups.site[state.people.group[queue[begins]]]
    same = np.full(len(fill), day)
    return Filled(Draft(np.full(len(fill), MANY), same, site, fill, outcome, np.zeros_like(fill)), queue, positive)


def _one_day(state: Attendance, *, sizes: Sizes, rng: np.random.Generator) -> Filled:
    """The one-day campaign: each of so many people of the first plant once. Its positive tubes are chosen later."""
    there = np.flatnonzero((state.people.plant == 0) & ~state.gone)
    comers = np.sort(rng.choice(there, sizes.one_day_people, replace=False))
    site_of = state.groups.one_day_site
    queue = _queue(state, comers, site_of, rng=rng)
    group = state.people.group[queue]
    fill = cut_into_tubes(group, site_of[group], wanted=0, rng=rng)
    site = site_of[group[np.cumsum(fill) - fill]]
    count = len(fill)
    nothing = np.zeros_like(fill)
    draft = Draft(np.full(count, ONE_DAY), np.full(count, DAYS), site, fill, nothing, nothing.copy())
    return Filled(draft, queue, np.zeros(len(queue), np.bool_))


def _together(days: list[Filled]) -> Filled:
    tubes = days[0].tubes
    for filled in days[1:]:
        tubes = tubes.then(filled.tubes)
    return Filled(tubes, np.concatenate([one.person for one in days]), np.concatenate([one.positive for one in days]))
