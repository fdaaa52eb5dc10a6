"""No count of 1 to 10 can be read off a published table, nor worked out from its sums."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from yinghuo.engines.suppression import LEAST, Masked, bounds, suppress, with_totals

COUNTS = st.one_of(st.integers(0, 14), st.integers(0, 400))
TABLES = arrays(np.int64, array_shapes(min_dims=1, max_dims=2, max_side=6), elements=COUNTS)


def _small(masked: Masked) -> list[tuple[int, ...]]:
    return [tuple(place) for place in np.argwhere(masked.small).tolist()]


@given(TABLES)
@settings(max_examples=120, deadline=None)
def test_a_small_count_may_be_a_large_one_for_all_that_is_shown(table: np.ndarray) -> None:
    masked = suppress(table)
    assert not ((masked.counts >= 1) & (masked.counts < LEAST) & ~masked.hidden).any()
    for cell in _small(masked):
        low, high = bounds(masked.counts, masked.hidden, cell)
        assert low <= masked.counts[cell]
        assert high > LEAST


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_a_table_without_small_counts_is_shown_whole_and_the_same_table_gives_the_same_answer(
    table: np.ndarray,
) -> None:
    masked = suppress(table)
    assert masked.hidden.any() == masked.small.any()
    assert (suppress(table.copy()).hidden == masked.hidden).all()


@given(arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=COUNTS))
@settings(max_examples=40, deadline=None)
def test_a_column_published_alone_by_the_wide_mask_tells_no_more(table: np.ndarray) -> None:
    """Whoever takes rows out of the table (their own area) has fewer sums to work with, not more."""
    masked = suppress(table)
    part = masked.counts[:1], masked.hidden[:1]
    for cell in _small(masked):
        if cell[0] == 0:
            row = Masked(part[0][0], part[1][0], masked.small[0])
            assert bounds(row.counts, row.hidden, (cell[1],))[1] > LEAST


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ([3, 20, 50], [True, True, False, False]),  # the smaller of both others, and no total
        ([3, 0, 20], [True, False, True, False]),  # a nought would not do
        ([5, 6, 50], [True, True, True, False]),  # who knows the rule knows two hidden cells of sum 11
        ([5, 7, 50], [True, True, False, False]),
        ([4, 4, 4], [True, True, True, False]),
        ([0, 0, 0], [False] * 4),
        ([11, 30], [False] * 3),
        ([7], [True, True]),
    ],
)
def test_known_tables_of_one_way(table: list[int], hidden: list[bool]) -> None:
    assert suppress(np.array(table)).hidden.tolist() == hidden


def test_as_few_cells_as_can_be_are_hidden_beside_one_small_count() -> None:
    table = np.full((4, 5), 40)
    table[1, 2] = 3
    masked = suppress(table)
    assert masked.hidden.sum() == 4  # a rectangle is the least that a table of two ways can hide
    assert not masked.hidden[-1].any() and not masked.hidden[:, -1].any()


def test_no_fewer_cells_would_do_in_small_tables() -> None:
    rng = np.random.default_rng(7)
    for _ in range(6):
        table = rng.choice([0, 2, 9, 14, 60], size=(2, 3))
        masked = suppress(table)
        assert masked.hidden.sum() - masked.small.sum() <= _fewest(masked) + 1  # greedy: at most one too many here


def _fewest(masked: Masked) -> int:
    """The fewest complementary cells that protect all, by trying."""
    free = [tuple(place) for place in np.argwhere(~masked.small).tolist()]
    choices = sorted(product((False, True), repeat=len(free)), key=sum)
    for chosen in choices[:600]:
        hidden = masked.small.copy()
        for place, hide in zip(free, chosen, strict=True):
            hidden[place] = hide
        if all(bounds(masked.counts, hidden, cell)[1] > LEAST for cell in _small(masked)):
            return sum(chosen)
    return len(free)


def test_hiding_the_small_counts_alone_would_tell_them() -> None:
    """The direction test: without complementary cells the sums give the count away."""
    counts = with_totals(np.array([[3, 20], [40, 50]]))
    assert bounds(counts, (counts >= 1) & (counts < LEAST), (0, 0)) == (3.0, 3.0)


def test_one_who_knows_the_rule_and_tries_every_table_finds_no_small_count_beside_a_shown_total() -> None:
    """All tables of two counts below 40 that look the same when published: each hidden cell may be a large one."""
    alike: dict[tuple[int, ...], list[np.ndarray]] = {}
    for first, second in product(range(40), repeat=2):
        masked = suppress(np.array([first, second]))
        if masked.small.any() and not masked.hidden[-1]:
            seen = tuple(np.where(masked.hidden, -1, masked.counts).tolist())
            alike.setdefault(seen, []).append(masked.counts)
    assert alike
    for tables in alike.values():
        greatest = np.max(tables, axis=0)
        assert (greatest >= LEAST).all()


@pytest.mark.parametrize("table", [np.array([1.5, 2.0]), np.array([-1, 3]), np.zeros((2, 2, 2), dtype=int)])
def test_what_is_no_table_of_counts_is_an_error(table: np.ndarray) -> None:
    with pytest.raises(ValueError, match="whole counts"):
        suppress(table)


def test_a_whole_region_for_a_month_is_done_at_once() -> None:
    table = np.random.default_rng(1).negative_binomial(0.4, 0.02, size=(60, 30))
    masked = suppress(table)
    assert masked.small.sum() > 300
    assert (masked.hidden & ~masked.small).sum() < masked.small.sum() / 2
