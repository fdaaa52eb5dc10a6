"""Pooling designs against printed tables, against every possible case of tiny designs, and against directions."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.pooling_twins import every_array, every_split
from yinghuo.engines.pooling import (
    LARGEST_SHARE,
    MINIMAX_POOL,
    best_square_array,
    best_three_stage,
    best_two_stage,
    diluted_sensitivity,
    shift_ct,
    square_array,
    three_stage,
    two_stage,
)

# Dorfman 1943, table I: share in percent, most economical pool, its cost in percent of one assay for each person
DORFMAN = [
    (1, 11, 20), (2, 8, 27), (3, 6, 33), (4, 6, 38), (5, 5, 43), (6, 5, 47), (7, 5, 50), (8, 4, 53), (9, 4, 56),
    (10, 4, 59), (12, 4, 65), (13, 3, 67), (15, 3, 72), (20, 3, 82), (25, 3, 91), (30, 3, 99),
]  # fmt: skip
MEASURES = ("assays", "assays_per_person", "sensitivity", "specificity", "ppv", "npv")
shares = st.floats(0, 1)
errors = st.floats(0.5, 1)
pools = st.integers(2, 40)


@pytest.mark.parametrize(("percent", "pool", "cost"), DORFMAN)
def test_the_best_pools_are_those_of_dorfmans_table(percent: int, pool: int, cost: int) -> None:
    best = best_two_stage(percent / 100, range(2, 41))[0]
    assert round(100 * best.assays_per_person) == cost
    assert round(100 * two_stage(percent / 100, pool).assays_per_person) == cost


@pytest.mark.parametrize(("share", "pool", "cost"), [(0.01, 11, 0.196), (0.02, 8, 0.274), (0.05, 5, 0.426)])
def test_the_best_pool_for_a_share_is_the_known_one(share: float, pool: int, cost: float) -> None:
    best = best_two_stage(share, range(2, 41))[0]
    assert (best.design, round(best.assays_per_person, 3)) == (pool, cost)


def test_two_stages_with_an_imperfect_assay_give_what_bingroup2_prints() -> None:
    """binGroup2 1.3.3, opChar1 with D2, p = 0.01, Se = Sp = 0.99, 10 people: from its article on identification."""
    ours = two_stage(0.01, 10, 0.99, 0.99)
    printed = (2.0371, 0.2037, 0.9801, 0.9991, 0.9127, 0.9998)
    assert tuple(round(getattr(ours, name), 4) for name in MEASURES) == printed


@pytest.mark.parametrize("sizes", [(2, (1, 1)), (4, (2, 2)), (5, (3, 1, 1)), (6, (3, 2, 1)), (9, (5, 4))])
@pytest.mark.parametrize("share", [0.05, 0.4])
def test_three_stages_agree_with_every_case_counted(sizes: tuple[int, tuple[int, ...]], share: float) -> None:
    ours = three_stage(share, sizes, (0.9, 0.85, 0.95), (0.97, 0.92, 0.99))
    assays, sensitivity, specificity = every_split(share, sizes[1], (0.9, 0.85, 0.95), (0.97, 0.92, 0.99))
    assert (ours.assays, ours.sensitivity, ours.specificity) == pytest.approx((assays, sensitivity, specificity))


@pytest.mark.parametrize("side", [2, 3])
@pytest.mark.parametrize("share", [0.03, 0.35])
def test_arrays_agree_with_every_case_counted(side: int, share: float) -> None:
    ours = square_array(share, side, 0.85, 0.9, 0.95)
    assays, sensitivity, specificity = every_array(share, side, row=0.85, single=0.9, specificity=0.95)
    assert (ours.assays, ours.sensitivity, ours.specificity) == pytest.approx((assays, sensitivity, specificity))


@settings(deadline=None)
@given(
    share=st.floats(0, 0.999),
    pool=st.integers(2, 20),
    sensitivity=st.floats(0.5, 0.9999),
    specificity=st.floats(0.5, 0.9999),
    clustering=st.floats(0, 0.8),
)
def test_a_master_pool_split_into_single_people_is_two_stages(share: float, pool: int, **error: float) -> None:
    split, plain = three_stage(share, (pool, (1,) * pool), **error), two_stage(share, pool, **error)
    for name in MEASURES:
        assert getattr(split, name) == pytest.approx(getattr(plain, name), rel=1e-6, abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(share=st.floats(1e-6, 1), pool=pools, sensitivity=st.floats(0.5, 0.999), specificity=st.floats(0.5, 0.999))
def test_predictive_values_are_what_bayes_says(share: float, pool: int, sensitivity: float, specificity: float) -> None:
    ours = two_stage(share, pool, sensitivity, specificity)
    reported = share * ours.sensitivity + (1 - share) * (1 - ours.specificity)
    if reported > 0:
        assert ours.ppv == pytest.approx(share * ours.sensitivity / reported)
    if reported < 1:
        assert ours.npv == pytest.approx((1 - share) * ours.specificity / (1 - reported))


@settings(deadline=None)
@given(share=shares, size=st.integers(2, 12), sensitivity=errors, specificity=errors, clustering=st.floats(0, 0.9))
def test_nobody_is_assayed_more_often_than_the_design_allows(share: float, size: int, **error: float) -> None:
    clustering, sensitivity, specificity = error["clustering"], error["sensitivity"], error["specificity"]
    pooled = two_stage(share, size, sensitivity, specificity, clustering=clustering)
    square = square_array(share, size, sensitivity, sensitivity, specificity, clustering=clustering)
    assert 1 <= pooled.assays <= 1 + size + 1e-9
    assert 2 * size <= square.assays <= 2 * size + size**2 + 1e-6
    for one in (pooled, square):
        assert 0 <= one.sensitivity <= 1 and 0 <= one.specificity <= 1 + 1e-12


@settings(deadline=None)
@given(values=st.lists(shares, min_size=1, max_size=5), pool=st.integers(2, 9), clustering=st.sampled_from([0.0, 0.2]))
def test_many_shares_at_once_are_each_share_alone(values: list[float], pool: int, clustering: float) -> None:
    def tried(share: Any) -> list[Any]:
        split = (pool + 1, (pool, 1))
        three = three_stage(share, split, 0.9, 0.98, clustering=clustering)
        square = square_array(share, pool, 0.9, 0.95, 0.98, clustering=clustering)
        return [two_stage(share, pool, 0.9, 0.98, clustering=clustering), three, square]

    for number, together in enumerate(tried(np.array(values))):
        alone = [tried(share)[number] for share in values]
        for name in MEASURES:
            assert getattr(together, name) == pytest.approx([getattr(one, name) for one in alone], nan_ok=True)


@settings(deadline=None)
@given(share=st.floats(0.001, 0.3), pool=st.integers(2, 30))
def test_clustered_positives_need_fewer_assays_than_scattered_ones(share: float, pool: int) -> None:
    needed = [two_stage(share, pool, clustering=clustering).assays for clustering in (0, 0.1, 0.3, 0.6)]
    assert needed == sorted(needed, reverse=True) and needed[0] > needed[-1]


def test_a_little_clustering_is_almost_none() -> None:
    assert square_array(0.02, 8, 0.9, 0.9, 0.98, clustering=1e-7).assays == pytest.approx(
        square_array(0.02, 8, 0.9, 0.9, 0.98).assays, rel=1e-4
    )


@settings(deadline=None)
@given(share=st.floats(0.0005, 0.3), pool=pools)
def test_more_positives_cost_more_assays(share: float, pool: int) -> None:
    split = (2 * pool, (pool, pool))
    for fewer, more in (
        (two_stage(share, pool), two_stage(share * 1.1, pool)),
        (three_stage(share, split), three_stage(share * 1.1, split)),
        (square_array(share, pool), square_array(share * 1.1, pool)),
    ):
        assert fewer.assays < more.assays


@settings(deadline=None)
@given(share=st.floats(0.001, 0.2), pool=pools, better=st.floats(0.001, 0.1))
def test_a_better_assay_finds_more_and_raises_fewer_alarms(share: float, pool: int, better: float) -> None:
    plain, sensitive = square_array(share, pool, 0.8, 0.8, 0.9), square_array(share, pool, 0.8 + better, 0.8, 0.9)
    assert sensitive.sensitivity > plain.sensitivity
    assert two_stage(share, pool, 0.9, 0.9 + better).specificity > two_stage(share, pool, 0.9, 0.9).specificity


def test_a_perfect_assay_finds_everybody_and_nobody_else() -> None:
    for one in (two_stage(0.1, 5), three_stage(0.1, (9, (5, 4))), square_array(0.1, 5)):
        assert (one.sensitivity, one.specificity, one.ppv, one.npv) == pytest.approx((1, 1, 1, 1))


def test_nobody_positive_leaves_the_predictive_value_open() -> None:
    assert np.isnan(two_stage(0.0, 5).ppv) and np.isnan(two_stage(1.0, 5).npv)
    assert two_stage(0.0, 5, 0.9, 0.9).ppv == 0


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_the_cheapest_split_is_the_cheapest_of_all_splits(share: float) -> None:
    def splits(people: int, largest: int) -> list[tuple[int, ...]]:
        if not people:
            return [()]
        parts = range(min(people, largest), 0, -1)
        return [(part, *rest) for part in parts for rest in splits(people - part, part)]

    for best in best_three_stage(share, 12, 0.95, 0.98):
        tried = [
            three_stage(share, (best.people, one), 0.95, 0.98).assays for one in splits(best.people, best.people - 1)
        ]
        assert best.assays == pytest.approx(min(tried))


def test_the_best_come_first() -> None:
    for found in (
        best_two_stage(0.03, range(2, 30)),
        best_three_stage(0.03, 30),
        best_square_array(0.03, range(2, 30)),
    ):
        costs = [one.assays_per_person for one in found]
        assert len(found) >= 28 and costs == sorted(costs)


def test_above_the_bound_no_pool_saves_an_assay_and_below_it_one_does() -> None:
    assert round(LARGEST_SHARE, 4) == 0.3066
    assert best_two_stage(LARGEST_SHARE + 1e-4, range(2, 200))[0].assays_per_person > 1
    assert best_two_stage(LARGEST_SHARE - 1e-4, range(2, 200))[0].assays_per_person < 1


def test_a_pool_of_eight_is_least_regretted_when_the_share_is_unknown() -> None:
    """Regret at a share of 0 is 1 / pool, since an endless pool would cost nothing there."""
    grid = np.linspace(0, LARGEST_SHARE, 2000)
    costs = np.array([two_stage(grid, pool).assays_per_person for pool in range(2, 200)])
    best = np.where(grid > 0, costs.min(axis=0), 0)
    regret = (costs[:30] - best).max(axis=1)
    assert int(regret.argmin()) + 2 == MINIMAX_POOL


def test_a_pool_delays_the_threshold_by_log2_of_its_size_and_costs_sensitivity() -> None:
    assert [shift_ct(pool) for pool in (2, 8, 16)] == [1, 3, 4]
    found = [diluted_sensitivity(k, mean_ct=32, sd_ct=4, cutoff_ct=37, sensitivity=0.98) for k in (2, 5, 10, 20)]
    assert found == sorted(found, reverse=True) and found[0] < 0.98


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("from 0 to 1", lambda: two_stage(1.2, 5)),
        ("from 0 to 1", lambda: two_stage([0.1, float("nan")], 5)),
        ("from 0 to 1", lambda: square_array(-0.1, 5)),
        ("at least 2", lambda: two_stage(0.1, 1)),
        ("at least 2", lambda: square_array(0.1, 1)),
        ("whole number", lambda: two_stage(0.1, 2.5)),
        ("hold 8 people, the master pool 9", lambda: three_stage(0.1, (9, (5, 3)))),
        ("at least 2 sub-pools", lambda: three_stage(0.1, (9, (9,)))),
        ("at least 2 sub-pools", lambda: three_stage(0.1, (9, (9, 0)))),
        ("written as", lambda: three_stage(0.1, 9)),
        ("sensitivity is a number", lambda: two_stage(0.1, 5, 1.5)),
        ("3 values for 2 stages", lambda: two_stage(0.1, 5, (1, 1, 1))),
        ("clustering", lambda: two_stage(0.1, 5, clustering=1)),
        ("one share at a time", lambda: best_two_stage([0.1, 0.2], range(2, 9))),
        ("above 0", lambda: diluted_sensitivity(5, mean_ct=30, sd_ct=0, cutoff_ct=37)),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(words: str, call: Any) -> None:
    with pytest.raises(ValueError, match=words):
        call()
