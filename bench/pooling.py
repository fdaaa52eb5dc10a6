"""Planner sweeps beside a plain loop, and simulated days beside SimPy, in one run: `python bench/pooling.py`.

numba compiles the loop of a long day on its first use and keeps the machine code on disk; the first day is timed apart
(with and without that cache) and is not part of the comparison. SimPy plays the same day with its own dice.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import simpy

from yinghuo.engines import capacity, pooling
from yinghuo.engines.capacity import days

SHARES, REPEATS, DAYS = 1_000, 7, 24
POOLS, SIDES = range(2, 22), range(2, 22)
SPLITS = [(part * parts, (part,) * parts) for part in range(2, 12) for parts in (2, 3)]
SE, SP = 0.95, 0.995
QUANTILES = (0.1, 0.5, 0.9, 0.99)
PAUSES = tuple(capacity.Break(hour, 0.5, 10) for hour in (4.0, 4.5, 5.0, 10.0, 10.5, 11.0))
INVITED = [
    1_200,
    1_100,
    900,
    700,
    600,
    600,
    700,
    900,
    1_000,
    1_100,
    1_200,
    1_100,
    1_000,
    900,
    600,
    400,
]  # 14,000 in 16 h
DAY = capacity.Day(invited=INVITED, servers=30, service_s=110, service_cv=0.5, no_show=0.03, breaks=PAUSES)


def main() -> None:
    """Prints one line for each claim."""
    shares = np.geomspace(1e-5, 0.3, SHARES)
    designs = len(POOLS) + len(SPLITS) + len(SIDES)
    ours_s, ours = best_of(lambda: sweep(shares), REPEATS)
    twin_s, twin = best_of(lambda: plain_sweep(shares.tolist()), 1)
    apart = float(np.abs(ours - twin).max())
    print(f"sweep of {SHARES:,} shares by {designs} designs: {1000 * ours_s:.1f} ms (claim: under 200 ms)")
    times = twin_s / ours_s
    print(f"  the same by a plain loop: {1000 * twin_s:.0f} ms, {times:.0f} times ours; apart at most {apart:.1e}")
    compiling()
    beside_simpy()


def sweep(shares: np.ndarray) -> np.ndarray:
    """Assays per person for each design and share, by the engine; all other measures are computed with it."""
    tried = [pooling.two_stage(shares, pool, SE, SP) for pool in POOLS]
    tried += [pooling.three_stage(shares, sizes, SE, SP) for sizes in SPLITS]
    tried += [pooling.square_array(shares, side, SE, SE, SP) for side in SIDES]
    return np.array([one.assays_per_person for one in tried])


def plain_sweep(shares: list[float]) -> np.ndarray:
    """The same, one number at a time, written anew; assays only."""
    rows = [[plain_two(share, pool) for share in shares] for pool in POOLS]
    rows += [[plain_three(share, *sizes) for share in shares] for sizes in SPLITS]
    rows += [[plain_array(share, side) for share in shares] for side in SIDES]
    return np.array(rows)


def plain_two(share: float, pool: int) -> float:
    """Dorfman with an imperfect assay."""
    clean = (1 - share) ** pool
    return 1 / pool + SE * (1 - clean) + (1 - SP) * clean


def plain_three(share: float, master: int, parts: tuple[int, ...]) -> float:
    """Three stages with an imperfect assay."""
    clean, assays = (1 - share) ** master, 1.0
    for part in parts:
        clean_part = (1 - share) ** part
        both = SE * SE * (1 - clean_part) + SE * (1 - SP) * (clean_part - clean) + (1 - SP) ** 2 * clean
        assays += SE * (1 - clean) + (1 - SP) * clean + part * both
    return assays / master


def plain_array(share: float, side: int) -> float:
    """A square array with an imperfect assay, from the chances of row and column as they look."""
    line, rest = (1 - share) ** side, (1 - share) ** (side - 1)
    column = SP * line + (1 - SE) * (1 - line)
    column_beside = SP * rest + (1 - SE) * (1 - rest)
    crossing = share * SE**2 + (1 - share) * (1 - column_beside) ** 2
    one_way = (1 - SP) * line * column_beside**side + SE * (column**side - line * column_beside**side)
    return 2 / side + crossing + 2 * one_way


def compiling() -> None:
    """What the first long day of a process costs."""
    from numba import njit

    started = time.perf_counter()
    capacity.simulate_day(DAY, rng=np.random.default_rng(0))
    first_s = time.perf_counter() - started
    arrivals, none = np.zeros(1), (np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    started = time.perf_counter()
    njit(days._serve)(arrivals, arrivals, 1, none, np.zeros(1))
    print(f"first long day of this process, with numba's cache on disk if there is one: {first_s:.2f} s")
    print(f"  compiling the loop without a cache: {time.perf_counter() - started:.2f} s; neither is counted below")


def beside_simpy() -> None:
    """Speed and distribution of waits, ours and SimPy's."""
    rng, dice = np.random.default_rng(1), random.Random(2)
    ours_s, peers_s, ours, peers = [], [], [], []
    for _day in range(DAYS):
        spent, simulated = best_of(lambda: capacity.simulate_day(DAY, rng=rng), 1)
        ours_s.append(spent)
        ours.append(60 * simulated.wait_h)
        spent, waits = best_of(lambda: simpy_day(DAY, dice), 1)
        peers_s.append(spent)
        peers.append(60 * np.array(waits) / 3600)
    ours_mid, peers_mid = statistics.median(ours_s), statistics.median(peers_s)
    print(f"a day of {sum(INVITED):,} people, {DAY.servers} servers, breaks, no-shows, median of {DAYS} days:")
    print(f"  ours {1000 * ours_mid:.2f} ms, SimPy {simpy.__version__} {1000 * peers_mid:.0f} ms:", end=" ")
    print(f"{peers_mid / ours_mid:.0f} times faster (claim: at least 50)")
    for name, waits in (("ours", ours), ("SimPy", peers)):
        marks = np.quantile(np.concatenate(waits), QUANTILES)
        print(f"  waits in minutes at {QUANTILES}, {name}: {' '.join(f'{mark:.2f}' for mark in marks)}")
    print(
        f"  Kolmogorov-Smirnov distance of all waits {distance(np.concatenate(ours), np.concatenate(peers)):.4f};",
        end=" ",
    )
    halves = [distance(np.concatenate(kind[::2]), np.concatenate(kind[1::2])) for kind in (ours, peers)]
    print(f"between two halves of our own days {halves[0]:.4f}, of SimPy's {halves[1]:.4f}")


def simpy_day(day: capacity.Day, dice: random.Random) -> list[float]:
    """The same day as SimPy processes; a break asks for a server with precedence. Returns waits in seconds."""
    world = simpy.Environment()
    servers = simpy.PriorityResource(world, day.servers)
    waits: list[float] = []
    shape = day.service_cv**-2

    def person() -> Any:
        came = world.now
        with servers.request(priority=1) as turn:
            yield turn
            waits.append(world.now - came)
            yield world.timeout(dice.gammavariate(shape, day.service_s / shape))

    def pause(one: capacity.Break) -> Any:
        yield world.timeout(3600 * one.from_h)
        with servers.request(priority=0) as turn:
            yield turn
            yield world.timeout(3600 * one.length_h)

    def arrivals() -> Any:
        moments = [3600 * (hour + dice.random()) for hour, count in enumerate(day.invited) for _ in range(count)]
        for moment in sorted(at for at in moments if dice.random() >= day.no_show):
            yield world.timeout(moment - world.now)
            world.process(person())

    for one in day.breaks:
        for _server in range(one.servers):
            world.process(pause(one))
    world.process(arrivals())
    world.run()
    return waits


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Kolmogorov-Smirnov: the largest difference of two empirical distributions, 0..1."""
    both = np.sort(np.concatenate([first, second]))
    shares = [np.searchsorted(np.sort(one), both, side="right") / len(one) for one in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


def best_of(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The shortest time of a few, in seconds, and what came out last."""
    spent, made = [], None
    for _ in range(times):
        started = time.perf_counter()
        made = work()
        spent.append(time.perf_counter() - started)
    return min(spent), made


if __name__ == "__main__":
    main()
