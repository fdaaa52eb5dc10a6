"""Columns for the tests of validation, and slow twins of its checks: plain loops over points."""

import numpy as np

from yinghuo.engines.meters.vee import Columns

NONE = float("nan")


def columns(**values: list[list[float]]) -> Columns:
    """Columns of a few meters, all points judged; meters are numbered from 1."""
    grids = {name: np.array(rows, dtype=float) for name, rows in values.items()}
    count, points = next(iter(grids.values())).shape
    return Columns(meters=np.arange(1, count + 1), values=grids, ends=points)


def slow_runs(marks: list[bool], least: int) -> list[tuple[int, int]]:
    """Stretches of true marks, one by one."""
    found, start = [], None
    for place, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = place
        if not mark and start is not None:
            if place - start >= least:
                found.append((start, place - 1))
            start = None
    return found


def slow_frozen(row: list[float], least: int) -> list[tuple[int, int]]:
    """Stretches of one value, not 0, one by one."""
    found, start = [], 0
    for place in range(1, len(row) + 1):
        if place == len(row) or row[place] != row[start]:
            if place - start >= least and row[start] != 0 and row[start] == row[start]:
                found.append((start, place - 1))
            start = place
    return found


def slow_falls(row: list[float]) -> list[int]:
    """Of each fall between two neighbouring readings the higher one, if the one before it fits, else the lower."""
    known = [(place, value) for place, value in enumerate(row) if value == value]
    found = []
    for number in range(1, len(known)):
        (high_at, high), (low_at, low) = known[number - 1], known[number]
        if low < high - 0.00005:
            fits = number > 1 and known[number - 2][1] <= low
            found.append(high_at if fits else low_at)
    return found


def slow_spikes(row: list[float], factor: float, at_least: float) -> list[int]:
    """Points above `factor` times the third-highest value."""
    known = sorted((value for value in row if value == value), reverse=True)
    if len(known) < 3:
        return []
    limit = max(factor * known[2], at_least)
    return [place for place, value in enumerate(row) if value > limit + 0.00005]
