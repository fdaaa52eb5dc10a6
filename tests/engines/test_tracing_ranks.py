"""Contacts of contacts counted and ranked, places ranked by risk: known answers."""

import numpy as np
import pytest

from tests.engines.test_tracing import CASE, HOUR, columns
from yinghuo.engines import tracing


def test_the_second_generation_is_counted_ranked_and_not_listed() -> None:
    edges = {"case": [1, 1, 2, 2, 3, 2], "person": [2, 3, 4, 5, 5, 1]}
    found = tracing.second_generation(edges, [1])
    assert (found.first, found.second, found.listed) == (2, 2, None)
    assert found.ranked.to_pydict() == {"person": [2, 3], "reaches": [2, 1], "alone": [1, 0]}
    assert tracing.second_generation(edges, [1], listed=True).listed.tolist() == [4, 5]
    assert tracing.second_generation(edges, np.array([1]), top=1).ranked.num_rows == 1


def test_a_seed_or_a_first_contact_is_never_second() -> None:
    found = tracing.second_generation([(1, 2), (2, 3), (1, 3), (3, 9), (9, 1)], [1, 9], listed=True)
    assert (found.first, found.second) == (2, 0)
    assert tracing.second_generation([], [1]).second == 0


def test_places_rank_by_minutes_with_cases_and_worse_air_ranks_higher() -> None:
    rows = [(1, 7, 0, HOUR), (2, 7, 0, HOUR), (3, 7, 0, HOUR), (1, 8, 2 * HOUR, 3 * HOUR), (2, 8, 2 * HOUR, 3 * HOUR)]
    plain = tracing.rank_places(columns(*rows), CASE, minutes=15, look_back_days=4)
    assert plain.to_pydict() == {
        "place": [7, 8], "cases": [1, 1], "people": [2, 1], "person_minutes": [120, 60], "risk": [120.0, 60.0]
    }  # fmt: skip
    assert tracing.rank_places(columns(*rows), CASE, weights={8: 3.0})["place"].to_pylist() == [8, 7]
    with pytest.raises(ValueError, match="above 0"):
        tracing.rank_places(columns(*rows), CASE, weights={8: 0.0})
