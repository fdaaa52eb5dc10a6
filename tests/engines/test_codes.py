"""Ranges of codes: counted, cut, and printed stretches, against sets of codes as a slow twin."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.codes import CodeRange, how_often, left_over

WHOLE = CodeRange.of("JL000", "JL120")


def span(low: int, high: int) -> CodeRange:
    return CodeRange("JL", 3, min(low, high), max(low, high))


spans = st.lists(st.builds(span, st.integers(0, 140), st.integers(0, 140)), max_size=8)


@given(spans)
def test_what_is_left_is_what_no_range_holds(given_away: list[CodeRange]) -> None:
    taken = {code for one in given_away for code in one}
    left = [code for one in left_over(WHOLE, given_away) for code in one]
    assert left == [code for code in WHOLE if code not in taken]


@given(spans)
def test_each_code_is_counted_as_often_as_it_was_printed(printed: list[CodeRange]) -> None:
    counted = Counter(code for one in printed for code in one)
    stretches = how_often(WHOLE, printed)
    assert [(code, count) for one, count in stretches for code in one] == [(code, counted[code]) for code in WHOLE]
    assert all(a[1] != b[1] for a, b in pairwise(stretches))


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_range_has_as_many_codes_as_it_names(low: int, high: int) -> None:
    one = span(low, high)
    assert len(list(one)) == len(one) == len(set(one))
    assert CodeRange.of(one.first, one.last).holds(one)


@pytest.mark.parametrize(("first", "last"), [("JL01", "JL001"), ("JL02", "JL01"), ("JLAA", "JLAB"), ("AB01", "AC01")])
def test_what_cannot_be_counted_is_no_range(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"no|differ"):
        CodeRange.of(first, last)
