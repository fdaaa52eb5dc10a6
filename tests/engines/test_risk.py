"""Points for the risk of a place: known answers, directions, ceilings."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinghuo.engines.risk import FACTORS, Places, Weight, points

WEIGHTS = {
    name: Weight(most, full)
    for name, most, full in zip(FACTORS, (25, 20, 15, 15, 15, 10), (3, 24, 50, 1, 2, 2), strict=True)
}
VALUES = st.tuples(*(st.floats(0, 500) for _name in FACTORS))


def total(*values: float) -> float:
    """The points of one place."""
    return float(points(Places(*(np.array([value]) for value in values)), WEIGHTS).sum())


def test_a_place_with_everything_at_its_ceiling_has_a_hundred_points() -> None:
    assert total(3, 24, 50, 1, 2, 2) == pytest.approx(100)
    assert total(30, 240, 500, 1, 20, 20) == pytest.approx(100)


def test_points_are_the_sum_of_shares_of_each_factor() -> None:
    assert total(1, 12, 10, 0.8, 0, 0) == pytest.approx(25 / 3 + 10 + 3 + 12)


def test_a_place_where_nobody_infectious_was_has_no_points() -> None:
    assert total(0, 0, 400, 1, 0, 5) == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, st.integers(0, len(FACTORS) - 1), st.floats(0, 100))
def test_more_of_any_factor_never_lowers_the_points(values: tuple[float, ...], factor: int, more: float) -> None:
    raised = [value + more * (number == factor) for number, value in enumerate(values)]
    assert total(*raised) >= total(*values) - 1e-9
    assert 0 <= total(*values) <= 100 + 1e-9


def test_places_are_judged_each_for_itself() -> None:
    many = Places(
        *(np.array([low, high], dtype=float) for low, high in [(1, 3), (2, 24), (0, 50), (0, 1), (0, 2), (0, 2)])
    )
    assert points(many, WEIGHTS).sum(axis=1).tolist() == pytest.approx([total(1, 2, 0, 0, 0, 0), 100])


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_what_cannot_be_a_count_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="below 0"):
        total(1, wrong, 0, 0, 0, 0)


def test_a_factor_without_weight_is_refused() -> None:
    one = Places(*(np.ones(1) for _name in FACTORS))
    with pytest.raises(ValueError, match="weight"):
        points(one, {name: WEIGHTS[name] for name in FACTORS[1:]})
