"""Routes by cheapest insertion: quick, never wrong about what is allowed, seldom the best; what there is when all else
fails, and what the search is measured against.
"""

from yinghuo.engines.dispatch.rounds import UNBOUNDED, Orders, Problem


def insert(problem: Problem) -> Orders:
    """Each stop, the weightiest and then the most urgent first, goes where it costs the least way; else it is left out.

    returns: for each vehicle the places of its stops in order
    """
    orders: Orders = [[] for _ in problem.vehicles]
    by_need = sorted(
        range(len(problem.stops)),
        key=lambda place: (-problem.stops[place].weight, problem.window(problem.stops[place])[1], place),
    )
    for place in by_need:
        if (best := _cheapest(problem, orders, place)) is not None:
            vehicle, position = best
            orders[vehicle].insert(position, place)
    return orders


def _cheapest(problem: Problem, orders: Orders, place: int) -> tuple[int, int] | None:
    """Vehicle and position at which the stop costs the least further way."""
    best: tuple[int, int, int] | None = None
    empty: set[tuple[object, ...]] = set()
    for vehicle, order in enumerate(orders):
        if place not in problem.allowed[vehicle] or not _fits(problem, vehicle, [*order, place]):
            continue
        if not order:  # of equal empty vehicles one is as good as another
            kind = _kind(problem, vehicle)
            if kind in empty:
                continue
            empty.add(kind)
        for position in range(len(order) + 1):
            further = _further(problem, vehicle, order, place, position)
            if (best is None or further < best[0]) and in_time(
                problem, vehicle, [*order[:position], place, *order[position:]]
            ):
                best = (further, vehicle, position)
    return best and (best[1], best[2])


def _kind(problem: Problem, vehicle: int) -> tuple[object, ...]:
    one = problem.vehicles[vehicle]
    return one.id, one.capacity, problem.window(one), problem.at[vehicle], problem.allowed[vehicle]


def _fits(problem: Problem, vehicle: int, order: list[int]) -> bool:
    capacity = problem.vehicles[vehicle].capacity
    return sum(problem.stops[place].demand for place in order) <= (UNBOUNDED if capacity is None else capacity)


def _further(problem: Problem, vehicle: int, order: list[int], place: int, position: int) -> int:
    home, there = problem.at[vehicle], problem.row(place)
    before = problem.row(order[position - 1]) if position else home
    after = problem.row(order[position]) if position < len(order) else home
    way = problem.distance
    return int(way[before, there] + way[there, after] - way[before, after])


def in_time(problem: Problem, vehicle: int, order: list[int]) -> bool:
    """Whether the vehicle is everywhere in time and back in time."""
    home = problem.at[vehicle]
    now, latest = problem.window(problem.vehicles[vehicle])
    row = home
    for place in order:
        stop, there = problem.stops[place], problem.row(place)
        opens, closes = problem.window(stop)
        now = max(now + int(problem.duration[row, there]), opens)
        if now > closes:
            return False
        now, row = now + round(stop.service_min * 10), there
    return now + int(problem.duration[row, home]) <= latest
