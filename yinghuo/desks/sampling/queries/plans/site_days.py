"""A mean site of a plan, played several times: the queue at each hour and when the last person is done."""

from dataclasses import dataclass

import numpy as np

from yinghuo.desks.sampling.planning_rules import ARRIVALS
from yinghuo.engines.capacity import PLAIN_UP_TO, Break, Day, simulate_day

RUNS = 9
MOST_PEOPLE = PLAIN_UP_TO  # at one site; beyond it the plan is wrong before any queue is played
SERVICE_CV = 0.5
MEAL_H, MEALS_EVERY_H = 0.5, 8


@dataclass(frozen=True)
class SiteDays:
    """Played days of one site; hours since opening, queues as (lowest, middle, highest) of the days played.

    hours:     full hours at which the queue is read
    queue:     people waiting at each
    finish_h:  when the last was done, (earliest, middle, latest)
    wait_min:  nine tenths wait at most so long, the middle of the days, minutes
    """

    hours: list[int]
    queue: list[tuple[int, int, int]]
    finish_h: tuple[float, float, float]
    wait_min: float


def play_site(people: int, hours: int, *, servers: int, service_s: float, opens: int, seed: int) -> SiteDays | None:
    """Plays a site RUNS times; None where more people would stand there than MOST_PEOPLE.

    people, hours: who comes to the site, and for how many hours it is open, 1 or more
    servers:       samplers at work at once; half of them go to a meal after four hours, then the other half
    opens:         hour of the day at which it opens, 0..23; arrivals follow ARRIVALS from there
    """
    if people > MOST_PEOPLE:
        return None
    day = Day(
        invited=_invited(people, hours, opens),
        servers=servers,
        service_s=service_s,
        service_cv=SERVICE_CV,
        breaks=_meals(hours, servers),
    )
    rng = np.random.default_rng(seed)
    played = [simulate_day(day, rng=rng) for _ in range(RUNS)]
    marks = list(range(hours + 1))
    queues = np.sort([one.queue_at(marks) for one in played], axis=0)
    ends = sorted(one.finish_h for one in played)
    waits = [float(np.quantile(one.wait_h, 0.9)) * 60 for one in played]
    middle = RUNS // 2
    return SiteDays(
        hours=marks,
        queue=[(int(low), int(mid), int(high)) for low, mid, high in queues[[0, middle, -1]].T],
        finish_h=(ends[0], ends[middle], ends[-1]),
        wait_min=sorted(waits)[middle],
    )


def expected_people(people: int, hours: int, opens: int) -> list[int]:
    """People who come in each hour of opening, whole numbers that add up to `people`."""
    return _invited(people, hours, opens)


def _invited(people: int, hours: int, opens: int) -> list[int]:
    weights = np.array([ARRIVALS[(opens + hour) % 24] for hour in range(hours)], dtype=float)
    upto = np.round(np.cumsum(weights) / weights.sum() * people).astype(int)
    return np.diff(upto, prepend=0).tolist()


def _meals(hours: int, servers: int) -> tuple[Break, ...]:
    first, second = servers // 2, servers - servers // 2
    if servers < 2:
        return ()
    starts = range(MEALS_EVERY_H // 2, hours, MEALS_EVERY_H)
    pairs = [(Break(at, MEAL_H, first), Break(at + MEAL_H, MEAL_H, second)) for at in starts]
    return tuple(one for pair in pairs for one in pair)
