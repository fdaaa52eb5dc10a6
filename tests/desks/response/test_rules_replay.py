"""The same event in May, July and November 2022: what the rules in force made of it, and in what they differed."""

from datetime import date, timedelta

import pytest

from yinghuo.desks.response.rules.levels import Round, Standing, above, outlook
from yinghuo.desks.response.rules.levels_basis import bases_on
from yinghuo.desks.response.rules.measures import Taken, above_ceiling
from yinghuo.desks.response.rules.risk import PlaceFacts, suggest
from yinghuo.desks.response.rules.versions import version_on

MAY, JULY, NOVEMBER = date(2022, 5, 8), date(2022, 7, 8), date(2022, 11, 18)
DORMITORY = PlaceFacts("dormitory", "poor", cases=2, infectious_min=1320, people=60, onward=1)
WORKSHOP = PlaceFacts("workplace", "good", cases=3, infectious_min=180, people=25)
BUS = PlaceFacts("bus", "poor", cases=3, infectious_min=400, people=40, onward=2)
HEARD_OF = PlaceFacts("shop", "good", cases=0, infectious_min=0, people=0)


def after(day: date, days: int) -> date:
    """Some days later."""
    return day + timedelta(days=days)


def low_on(begun: date, *, rounds: int | None = 7) -> dict[str, date]:
    """The first day of each level of a place that became high on a day, with a negative round where one is held."""
    level, came_from, starts_on, reached = "high", None, begun, {"high": begun}
    while level != "low":
        held = [Round(after(starts_on, rounds), 300, 300, 0)] if rounds is not None else []
        standing = Standing(level, starts_on, came_from, None, held)
        days = (after(starts_on, number) for number in range(60))
        day = next(one for one in days if not outlook(version_on(one), standing, one).waits_for)
        level, came_from, starts_on = str(outlook(version_on(day), standing, day).to), level, day
        reached[level] = day
    return reached


def test_contacts_are_looked_for_over_fewer_days() -> None:
    assert [version_on(day).look_back_days for day in (MAY, JULY, NOVEMBER)] == [4, 2, 2]


def test_contacts_of_contacts_are_no_longer_determined_in_november() -> None:
    assert [version_on(day).second is None for day in (MAY, JULY, NOVEMBER)] == [False, False, True]


def test_contacts_are_managed_for_fewer_days() -> None:
    close = [version_on(day).close for day in (MAY, JULY, NOVEMBER)]
    assert [(one.facility_days, one.home_days) for one in close] == [(14, 7), (7, 3), (5, 3)]
    second = [one and (one.facility_days, one.home_days) for one in (version_on(day).second for day in (MAY, JULY))]
    assert second == [(7, 0), (0, 7)]


def test_the_same_places_are_judged_by_the_rule_in_force() -> None:
    found = {
        day: [one.level for one in suggest(version_on(day), [DORMITORY, WORKSHOP, BUS, HEARD_OF], day)]
        for day in (MAY, JULY, NOVEMBER)
    }
    assert found == {
        MAY: ["high", "medium", "none", "none"],
        JULY: ["high", "medium", "none", "none"],
        NOVEMBER: ["high", "none", "none", "none"],
    }


def test_what_rests_on_memory_alone_says_so() -> None:
    known = [version_on(day).areas_known for day in (MAY, JULY, NOVEMBER)]
    assert known == [False, True, True]
    assert "are from memory" in version_on(MAY).because_en
    [suggestion] = suggest(version_on(MAY), [DORMITORY], MAY)
    assert "from_memory" in suggestion.because


def test_in_november_the_workshop_is_no_area_because_the_level_is_abolished() -> None:
    [suggestion] = suggest(version_on(NOVEMBER), [WORKSHOP], NOVEMBER)
    assert suggestion.because == ("stayed", "level_abolished")


def test_no_area_is_needed_when_the_investigation_finds_nobody_infectious_there() -> None:
    for day in (MAY, JULY, NOVEMBER):
        [suggestion] = suggest(version_on(day), [HEARD_OF], day)
        assert (suggestion.level, suggestion.total) == ("none", 0)
        assert "no_community_risk" in suggestion.because
        assert "above_suggestion" in above(version_on(day), level="high", extent="building", suggested="none")


def test_a_high_level_comes_down_in_fourteen_ten_and_five_days() -> None:
    assert low_on(MAY) == {"high": MAY, "low": after(MAY, 14)}
    assert low_on(JULY) == {"high": JULY, "medium": after(JULY, 7), "low": after(JULY, 10)}
    assert low_on(NOVEMBER) == {"high": NOVEMBER, "low": after(NOVEMBER, 5)}


def test_in_july_no_level_falls_without_its_round_however_long_it_stands() -> None:
    standing = Standing("high", JULY)
    seen = outlook(version_on(after(JULY, 30)), standing, after(JULY, 30))
    assert (seen.waits_for, seen.clean_days, seen.overdue_days) == (("round",), 30, 23)


@pytest.mark.parametrize(
    ("held", "waits"),
    [
        (Round(after(JULY, 6), 300, 300, 0), ("round",)),
        (Round(after(JULY, 7), 300, 299, 0), ("round",)),
        (Round(after(JULY, 7), 0, 0, 0), ("round",)),
        (Round(after(JULY, 7), 300, 300, 1), ("positive",)),
        (Round(after(JULY, 7), 300, 300, 0), ()),
    ],
)
def test_only_a_whole_and_negative_round_of_the_seventh_day_counts(held: Round, waits: tuple[str, ...]) -> None:
    standing = Standing("high", JULY, rounds=[held])
    assert outlook(version_on(after(JULY, 7)), standing, after(JULY, 7)).waits_for == waits


def test_a_negative_round_does_not_outweigh_a_later_positive_one() -> None:
    rounds = [Round(after(JULY, 7), 300, 300, 0), Round(after(JULY, 8), 300, 300, 2)]
    assert outlook(version_on(JULY), Standing("high", JULY, rounds=rounds), after(JULY, 8)).waits_for == ("positive",)


def test_a_new_infection_begins_the_days_again() -> None:
    standing = Standing("high", JULY, last_found_on=after(JULY, 4), rounds=[Round(after(JULY, 7), 300, 300, 0)])
    seen = outlook(version_on(JULY), standing, after(JULY, 7))
    assert (seen.clean_days, seen.waits_for) == (3, ("days", "round"))
    assert (seen.due_on, seen.round_from) == (after(JULY, 11), after(JULY, 11))


def test_medium_from_the_start_needs_seven_days_and_medium_after_high_three() -> None:
    begun = outlook(version_on(JULY), Standing("medium", JULY), after(JULY, 3))
    came_down = outlook(version_on(JULY), Standing("medium", JULY, came_from="high"), after(JULY, 3))
    assert (begun.needed_days, begun.waits_for) == (7, ("days", "round"))
    assert (came_down.needed_days, came_down.waits_for, came_down.to) == (3, (), "low")


def test_an_event_that_crosses_the_change_of_november_is_judged_by_the_new_rule_from_that_day() -> None:
    standing = Standing("high", date(2022, 11, 5))
    assert outlook(version_on(date(2022, 11, 10)), standing, date(2022, 11, 10)).to == "medium"
    after_change = outlook(version_on(date(2022, 11, 11)), standing, date(2022, 11, 11))
    assert (after_change.to, after_change.waits_for, after_change.overdue_days) == ("low", (), 1)


def test_a_medium_level_that_outlives_its_rule_may_come_down_at_once_and_is_above_the_rule() -> None:
    standing, day = Standing("medium", date(2022, 11, 9)), date(2022, 11, 12)
    seen = outlook(version_on(day), standing, day)
    assert (seen.to, seen.waits_for, seen.overdue_days) == ("low", (), 1)
    assert above(version_on(day), level="medium", extent="building", suggested=None) == ("unknown_level",)


def test_how_wide_a_high_level_may_reach_shrinks() -> None:
    def too_wide(day: date) -> list[str]:
        extents = ("unit", "building", "cell", "street", "county")
        return [one for one in extents if above(version_on(day), level="high", extent=one, suggested="high")]

    assert [too_wide(day) for day in (MAY, JULY, NOVEMBER)] == [
        ["county"], ["street", "county"], ["cell", "street", "county"],
    ]  # fmt: skip


def test_the_same_closed_building_is_within_the_rule_in_may_and_above_it_in_november() -> None:
    def faults(day: date) -> tuple[str, ...]:
        taken = Taken("close_building", "building", "high", day, after(day, 6), ("law.places",))
        return above_ceiling(taken, day)

    assert [faults(day) for day in (MAY, JULY, NOVEMBER)] == [(), (), ("too_long",)]


def test_a_round_of_the_whole_district_is_above_the_rule_in_november() -> None:
    def faults(day: date) -> tuple[str, ...]:
        return above_ceiling(Taken("district_round", "county", "low", day, day, ("law.emergency",)), day)

    assert [faults(day) for day in (MAY, JULY, NOVEMBER)] == [(), (), ("no_level", "too_wide")]


def test_a_measure_without_level_end_or_basis_is_above_every_ceiling() -> None:
    taken = Taken("close_enterprise", "venue", "none", JULY, None, ())
    assert above_ceiling(taken, JULY) == ("no_level", "no_end", "no_basis")
    assert "too_long" in above_ceiling(taken, after(JULY, 8))


def test_every_day_of_the_outbreak_has_a_protocol_to_rest_on() -> None:
    named = [{one.key for one in bases_on(day)} for day in (MAY, JULY, NOVEMBER)]
    assert [("protocol.8" in one, "protocol.9" in one, "measures.20" in one) for one in named] == [
        (True, False, False), (False, True, False), (False, True, True),
    ]  # fmt: skip
