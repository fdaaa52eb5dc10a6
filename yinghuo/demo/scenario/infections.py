"""Who carries the virus from when: clusters in a team, a room or their neighbours, fewer and fewer over the weeks."""

import numpy as np

from yinghuo.demo.scenario.shapes import Groups, Ints, People

NEVER = 10_000
CASES_PER_CLUSTER = 4.0
MEAN_CLUSTER_DAY = 10.0
LAST_CLUSTER_DAY = 44
SPREAD_DAYS = 6
DETECTABLE_DAYS = 10
SAME_GROUP_SHARE = 0.5


def plan_infections(groups: Groups, people: People, *, cases: int, rng: np.random.Generator) -> Ints:
    """Day from which each person can be found positive (days since the start), NEVER for nearly all; shape (people,).

    A cluster begins in one group; half of its further cases are in that group, half in the same block (a line's
    shift, a dormitory floor). Days of clusters fall off exponentially.
    """
    begins = np.full(len(people), NEVER)
    while (left := cases - int((begins < NEVER).sum())) > 0:
        size = min(left, 1 + int(rng.poisson(CASES_PER_CLUSTER - 1)))
        _infect_cluster(begins, groups=groups, people=people, size=size, rng=rng)
    return begins


def _infect_cluster(begins: Ints, *, groups: Groups, people: People, size: int, rng: np.random.Generator) -> None:
    """Adds one cluster of up to `size` cases to `begins`."""
    index_person = int(rng.integers(len(people)))
    group = people.group[index_person]
    day = _cluster_day(rng)
    block = np.flatnonzero(groups.block[people.group] == groups.block[group])
    room = block[people.group[block] == group]
    begins[index_person] = min(begins[index_person], day)
    for _ in range(size - 1):
        pool = room if rng.random() < SAME_GROUP_SHARE else block
        person = int(rng.choice(pool))
        begins[person] = min(begins[person], day + int(rng.integers(1, SPREAD_DAYS)))


def _cluster_day(rng: np.random.Generator) -> int:
    day = LAST_CLUSTER_DAY + 1
    while day > LAST_CLUSTER_DAY:
        day = int(rng.exponential(MEAN_CLUSTER_DAY))
    return day
