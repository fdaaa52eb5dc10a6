"""Rows of rosters checked as a set, beside the slow twin that checks one number; heads, masks, likeness."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.identity import identity_check_digit, identity_number_error
from yinghuo.engines.rosters.heads import mapping_fault, mapping_of
from yinghuo.engines.rosters.masking import masked
from yinghuo.engines.rosters.matching import Facets, likeness, plain_name
from yinghuo.engines.rosters.rows import Known, Problem, checked, plain_names

TODAY = date(2022, 5, 8)
KNOWN = Known({"正阳街道": "220106001", "220106001": "220106001", "新区": ""}, {"虚构厂": "ab" * 16}, TODAY)
VALID = "11010519491231002X"


def faults(**cells: str) -> set[tuple[str, str]]:
    row = {"name": "王小明", "number": VALID, **cells}
    frame = pl.DataFrame({"row": [2], **{name: [value] for name, value in row.items()}})
    return {(problem.field, problem.cause) for problem in checked(frame, KNOWN).problems}


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Identity numbers: valid, mistyped in one place, or of any shape."""
    day = draw(st.dates(date(1900, 1, 1), TODAY))
    first = f"{draw(st.integers(110000, 659999))}{day:%Y%m%d}{draw(st.integers(0, 999)):03}"
    number = first + identity_check_digit(first)
    place = draw(st.integers(0, 17))
    wrong = number[:place] + draw(st.sampled_from("0123456789X")) + number[place + 1 :]
    return draw(st.sampled_from([number, wrong, wrong[:-1]]))


@settings(max_examples=200, deadline=None)
@given(st.lists(numbers(), min_size=1, max_size=20))
def test_a_set_of_numbers_is_judged_as_each_of_them(given_numbers: list[str]) -> None:
    frame = pl.DataFrame(
        {"row": range(len(given_numbers)), "number": given_numbers, "name": ["甲"] * len(given_numbers)}
    )
    good = set(checked(frame, KNOWN).rows["row"])
    for row, number in enumerate(given_numbers):
        lived = number[6:14] <= f"{TODAY:%Y%m%d}" and number[6:10] >= "1890"
        assert (row in good) == (identity_number_error(number) is None and lived), number


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"number": "110105194912310021"}, ("number", "check")),
        ({"number": "2.2E+17"}, ("number", "lost_digits")),
        ({"number": "110105194912310000"}, ("number", "lost_digits")),
        ({"number": "110105491231002"}, ("number", "first_generation")),
        ({"number": "110105194913310021"}, ("number", "date")),
        ({"number": "abc"}, ("number", "form")),
        ({"number": ""}, ("number", "missing")),
        ({"name": " "}, ("name", "missing")),
        ({"name": "王" * 81}, ("name", "too_long")),
        ({"name": "王\n小明"}, ("name", "characters")),
        ({"birth": "1949-13-01"}, ("birth", "date")),
        ({"birth": "1950-12-31"}, ("birth", "differs")),
        ({"phone": "1390431"[:4]}, ("phone", "form")),
        ({"phone": "1.39E+10"}, ("phone", "lost_digits")),
        ({"area": "没有"}, ("area", "unknown")),
        ({"area": "新区"}, ("area", "several")),
        ({"party": "没有"}, ("party", "unknown")),
    ],
)
def test_each_fault_is_named_at_its_field(cells: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults(**cells) == {fault}


@pytest.mark.parametrize(
    "birth", ["1949-12-31", "1949/12/31", "1949.12.31", "19491231", "1949年12月31日", "1949-12-31 00:00:00"]
)
def test_a_birth_date_is_read_as_people_write_it(birth: str) -> None:
    assert faults(birth=birth) == set()


def test_all_faults_of_a_row_come_back_at_once() -> None:
    assert faults(number="abc", name="", area="没有") == {("number", "form"), ("name", "missing"), ("area", "unknown")}


def test_a_row_that_is_well_formed_is_made_plain() -> None:
    frame = pl.DataFrame(
        {
            "row": [2],
            "number": [" １１０１０５19491231002x"],
            "name": [" 王小明 "],
            "phone": ["139 0431-0000"],
            "area": ["正阳街道"],
        }
    )
    (row,) = checked(frame, KNOWN).rows.to_dicts()
    assert (row["number"], row["name"], row["phone"], row["area"]) == (VALID, "王小明", "13904310000", "220106001")
    assert row["birth"] == date(1949, 12, 31)


def test_heads_are_understood_with_their_marks_and_remarks() -> None:
    assert mapping_of(["序号", "*姓名", "身份证号码（必填）", "Mobile"]) == {"name": 1, "number": 2, "phone": 3}
    assert mapping_fault({"number": 0}) == "name"
    assert mapping_fault({"name": 0, "document": 1}) is None


@given(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=30))
def test_no_mask_shows_the_middle_of_a_value(value: str) -> None:
    assert value not in masked(value)


@given(st.text(alphabet="王小明晓A a·.-１", max_size=8))
def test_names_are_made_plain_the_same_one_by_one_and_as_a_set(name: str) -> None:
    frame = pl.DataFrame({"name": [name]}).select(plain_names(pl.col("name")))
    assert frame.item() == plain_name(name)


def test_likeness_does_not_depend_on_the_order_and_grows_with_what_agrees() -> None:
    one = Facets("", "王小明", date(1990, 1, 2), "13900000001")
    other = one._replace(name="王晓明", phone="13900000002")
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one).score > likeness(one, other).score > likeness(one, other._replace(birth=None)).score > 0
    assert likeness(one, Facets(name="李四", birth=date(1950, 5, 5), phone="13711112222")).score == 0


def test_a_problem_is_a_row_a_field_a_cause_and_a_mask() -> None:
    frame = pl.DataFrame({"row": [7], "number": ["110105194912310021"], "name": ["甲"]})
    assert checked(frame, KNOWN).problems == [Problem(7, "number", "check", "11**************21")]
