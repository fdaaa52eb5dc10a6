"""Slow twins of the pooling designs: every case counted, and the procedure itself played with dice."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Counts = tuple[NDArray[np.float64], Truth]  # assays for each design played, who was reported positive


def every_split(
    share: float, parts: Sequence[int], sensitivity: Sequence[float], specificity: Sequence[float]
) -> tuple[float, float, float]:
    """Assays, sensitivity and specificity of three stages, summed over who is positive and what each pool says."""
    people = sum(parts)
    groups = np.split(np.arange(people), np.cumsum(parts)[:-1])
    assays, found, cleared = 0.0, np.zeros(people), np.zeros(people)
    for truth in product((0, 1), repeat=people):
        chance = np.prod([share if one else 1 - share for one in truth])
        master = _says(any(truth), sensitivity[0], specificity[0])
        assays += chance
        for group in groups:
            reached, spent = _group(truth, group, (sensitivity, specificity))
            assays += chance * master * spent
            found[group] += chance * master * reached * np.array([truth[one] for one in group])
            cleared[group] += chance * (1 - master * reached) * np.array([1 - truth[one] for one in group])
    return assays, float(found.sum() / (people * share)), float(cleared.sum() / (people * (1 - share)))


def every_array(
    share: float, side: int, *, row: float, single: float, specificity: float
) -> tuple[float, float, float]:
    """Assays, sensitivity and specificity of a square array, summed over who is positive and what each line says."""
    says = np.array(list(product((0, 1), repeat=2 * side)))  # rows, then columns
    rows, columns = says[:, :side], says[:, side:]
    alone = (rows.any(1) & ~columns.any(1))[:, None, None] * rows[:, :, None]
    alone = alone + (columns.any(1) & ~rows.any(1))[:, None, None] * columns[:, None, :]
    chosen = (rows[:, :, None] * columns[:, None, :]) + alone
    assays = found = alarms = 0.0
    for flat in product((0, 1), repeat=side * side):
        truth = np.array(flat).reshape(side, side)
        chance = share ** truth.sum() * (1 - share) ** (1 - truth).sum()
        lines = np.concatenate([truth.any(1), truth.any(0)])
        positive = np.where(lines, row, 1 - specificity)
        of_says = np.prod(np.where(says == 1, positive, 1 - positive), axis=1) * chance
        picked = np.tensordot(of_says, chosen, axes=1)
        assays += 2 * side * chance + picked.sum()
        found += single * picked[truth == 1].sum()
        alarms += (1 - specificity) * picked[truth == 0].sum()
    people = side * side
    return assays, found / (people * share), 1 - alarms / (people * (1 - share))


def play_two_stage(truth: Truth, sensitivity: float, specificity: float, rng: np.random.Generator) -> Counts:
    """Pools as rows of `truth`, shape (pools, people)."""
    pool = _dice(truth.any(axis=1), sensitivity, specificity, rng)
    reported = _dice(truth, sensitivity, specificity, rng) & pool[:, None]
    return 1.0 + pool * truth.shape[1], reported


def play_three_stage(
    truth: Truth, parts: Sequence[int], error: tuple[float, float], rng: np.random.Generator
) -> Counts:
    """Master pools as rows of `truth`; `error` is sensitivity and specificity."""
    master = _dice(truth.any(axis=1), *error, rng)
    assays, reported = np.ones(len(truth)), []
    for group in np.split(truth, np.cumsum(parts)[:-1], axis=1):
        people = group.shape[1]
        part = _dice(group.any(axis=1), *error, rng) & master
        assays += master + (part * people if people > 1 else 0)
        reported.append((_dice(group, *error, rng) & part[:, None]) if people > 1 else part[:, None])
    return assays, np.concatenate(reported, axis=1)


def play_array(truth: Truth, row: float, single: float, specificity: float, rng: np.random.Generator) -> Counts:
    """Arrays as `truth`, shape (arrays, side, side)."""
    rows = _dice(truth.any(axis=2), row, specificity, rng)
    columns = _dice(truth.any(axis=1), row, specificity, rng)
    chosen = rows[:, :, None] & columns[:, None, :]
    chosen |= rows[:, :, None] & ~columns.any(axis=1)[:, None, None]
    chosen |= columns[:, None, :] & ~rows.any(axis=1)[:, None, None]
    assays = 2.0 * truth.shape[1] + chosen.sum(axis=(1, 2))
    return assays, chosen & _dice(truth, single, specificity, rng)


def _group(truth: Sequence[int], group: NDArray[np.int_], errors: tuple[Sequence[float], ...]) -> tuple[NDArray, float]:
    """Once the master pool is positive: who of a sub-pool is reported positive, and assays spent on it."""
    sensitivity, specificity = errors
    alone = np.array([_says(truth[one], sensitivity[2], specificity[2]) for one in group])
    if len(group) == 1:
        return alone, 1.0
    part = _says(any(truth[one] for one in group), sensitivity[1], specificity[1])
    return part * alone, 1 + part * len(group)


def _says(positive: object, sensitivity: float, specificity: float) -> float:
    return sensitivity if positive else 1 - specificity


def _dice(positive: Truth, sensitivity: float, specificity: float, rng: np.random.Generator) -> Truth:
    return rng.random(positive.shape) < np.where(positive, sensitivity, 1 - specificity)
