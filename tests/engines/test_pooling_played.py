"""The pooling formulas against the procedure itself, played many times with imperfect assays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.pooling_twins import Counts, play_array, play_three_stage, play_two_stage
from yinghuo.engines.pooling import Performance, square_array, three_stage, two_stage

PLAYED, SIGMAS = 60_000, 4.5
ERROR = (0.9, 0.95)
SHARE = 0.06


def people(shape: tuple[int, ...], clustering: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Who is positive, one design a row; clustered rows draw their own share from a beta."""
    if not clustering:
        return rng.random(shape) < SHARE
    spread = (1 - clustering) / clustering
    own = rng.beta(SHARE * spread, (1 - SHARE) * spread, shape[0])
    return rng.random(shape) < own.reshape(-1, *[1] * (len(shape) - 1))


def agrees(formula: Performance, truth: NDArray[np.bool_], counts: Counts) -> None:
    """Each number lies within the play's own uncertainty, designs being the independent units."""
    assays, reported = counts
    designs = len(truth)
    flat, said = truth.reshape(designs, -1), reported.reshape(designs, -1)
    assert formula.assays == pytest.approx(assays.mean(), abs=SIGMAS * assays.std() / designs**0.5)
    pairs = [
        (formula.sensitivity, flat & said, flat),
        (formula.specificity, ~flat & ~said, ~flat),
        (formula.ppv, flat & said, said),
        (formula.npv, ~flat & ~said, ~said),
    ]
    for value, part, whole in pairs:
        hits, all_of = part.sum(axis=1), whole.sum(axis=1)
        share = hits.sum() / all_of.sum()
        spread = np.std(hits - share * all_of) * designs**0.5 / all_of.sum()
        assert value == pytest.approx(share, abs=SIGMAS * spread + 1e-12)


@pytest.mark.parametrize("clustering", [0.0, 0.25])
def test_two_stages_played_agree_with_their_formula(clustering: float) -> None:
    rng = np.random.default_rng(7)
    truth = people((PLAYED, 9), clustering, rng)
    agrees(two_stage(SHARE, 9, *ERROR, clustering=clustering), truth, play_two_stage(truth, *ERROR, rng))


@pytest.mark.parametrize("clustering", [0.0, 0.25])
def test_three_stages_played_agree_with_their_formula(clustering: float) -> None:
    rng = np.random.default_rng(8)
    sizes = (12, (5, 4, 2, 1))
    truth = people((PLAYED, 12), clustering, rng)
    formula = three_stage(SHARE, sizes, *ERROR, clustering=clustering)
    agrees(formula, truth, play_three_stage(truth, sizes[1], ERROR, rng))


@pytest.mark.parametrize("clustering", [0.0, 0.25])
def test_arrays_played_agree_with_their_formula(clustering: float) -> None:
    rng = np.random.default_rng(9)
    truth = people((PLAYED, 6, 6), clustering, rng)
    formula = square_array(SHARE, 6, 0.85, 0.9, 0.95, clustering=clustering)
    agrees(formula, truth, play_array(truth, 0.85, 0.9, 0.95, rng))
