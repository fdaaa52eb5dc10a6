"""Stated facts: units are kept as stated and made plain beside it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from yinghuo.engines.stated_facts import StatedFact, normalise, parse_facts

TEXT = (Path(__file__).parents[2] / "yinghuo/demo/data/jilin-2022/other_facts.csv").read_text(encoding="utf-8")
FACTS = parse_facts(TEXT)
HEAD = TEXT.splitlines()[0]


def about(words: str, day: date) -> StatedFact:
    (fact,) = (fact for fact in FACTS if words in fact.what and fact.first_day == day)
    return fact


def test_every_line_of_the_table_is_read() -> None:
    assert len(FACTS) == 89
    assert all(fact.source and fact.what for fact in FACTS)


def test_person_times_in_ten_thousands_are_kept_and_made_plain() -> None:
    fact = about("cumulative person-samples collected", date(2022, 3, 14))
    assert (fact.value, fact.unit) == (Decimal("1591.06"), "10^4 person-times")
    assert (fact.normalised_value, fact.normalised_unit) == (Decimal(15_910_600), "person-times")


def test_capacity_in_tubes_is_made_plain() -> None:
    fact = about("daily testing capacity", date(2022, 3, 16))
    assert (str(fact.normalised_value), fact.normalised_unit) == ("285000", "tubes")


def test_a_rate_becomes_a_share() -> None:
    fact = about("长春 复工率", date(2022, 4, 16))
    assert (fact.value, fact.unit, fact.normalised_value, fact.normalised_unit) == (
        Decimal("56.6"),
        "%",
        Decimal("0.566"),
        "share",
    )


def test_more_than_and_about_stay_beside_the_number() -> None:
    assert {fact.qualifier for fact in FACTS} == {"", "about", "close to", "more than"}
    assert about("hospital beds added", date(2022, 3, 14)).normalised_unit == "beds"


def test_a_fact_of_a_month_covers_the_month() -> None:
    fact = about("employees back (same page)", date(2022, 5, 1))
    assert (fact.first_day, fact.last_day) == (date(2022, 5, 1), date(2022, 5, 31))


def test_every_unit_of_the_table_has_a_plain_one() -> None:
    assert {fact.normalised_unit for fact in FACTS} == {
        "beds",
        "enterprises",
        "hospitals",
        "kits",
        "patients",
        "people",
        "person-times",
        "plants",
        "points",
        "rooms",
        "round",
        "rounds",
        "samples",
        "share",
        "suppliers",
        "teams",
        "tubes",
        "vehicles",
    }
    assert all(0 <= fact.normalised_value <= 1 for fact in FACTS if fact.normalised_unit == "share")


def test_a_plain_number_is_written_without_an_exponent() -> None:
    assert str(normalise(Decimal("9.9"), "10^4 people")[0]) == "99000"
    assert str(normalise(Decimal(70), "%")[0]) == "0.7"
    assert str(normalise(Decimal(0), "10^4 tubes")[0]) == "0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what,value\nx,1\n", "head"),
        (f"{HEAD}\n2022-03-01,x,many,people,s\n", "line 2: 'many' is no number"),
        (f"{HEAD}\n2022-03-01,x,-1,people,s\n", "no count or rate"),
        (f"{HEAD}\n2022-03-01,x,NaN,people,s\n", "no count or rate"),
        (f"{HEAD}\n2022-13-01,x,1,people,s\n", "line 2"),
        (f"{HEAD}\n2022-03-01,x,1,people (about,s\n", "unknown form"),
        (f"{HEAD}\n2022-03-01,x,1,,s\n", "unknown form"),
    ],
)
def test_a_fact_without_a_clear_figure_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_facts(text)
