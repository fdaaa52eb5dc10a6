"""Why a clock was missed, as the times of an order show it."""

from datetime import UTC, datetime, timedelta

import pytest

from yinghuo.desks.response.rules.review import ACTIONS, CAUSES, Run, kept

AT = datetime(2022, 5, 7, 12, tzinfo=UTC)
NOW = AT + timedelta(days=3)


def at(minutes: int | None) -> datetime | None:
    return None if minutes is None else AT + timedelta(minutes=minutes)


def run(taken: int | None, arrived: int | None, done: int | None, closed: int | None = None, **more: int) -> Run:
    """Times in minutes after the opening; clocks at 15, 60, 120 and 1,440 minutes."""
    given = (at(taken), at(arrived), at(done), at(closed))
    return Run(*given, at(15), at(60), at(120), at(1440), **more)


@pytest.mark.parametrize(
    ("order", "causes"),
    [
        (run(5, 40, 100, 200), ["", "", "", ""]),
        (run(30, 50, 100, 200), ["taken_late", "", "", ""]),
        (run(30, 80, 150, 200), ["taken_late", "taken_late", "taken_late", ""]),
        (run(5, 80, 100, 200), ["", "way", "", ""]),
        (run(5, 80, 100, 200, delay_min=30), ["", "delayed", "", ""]),
        (run(5, 80, 150, 200), ["", "way", "began_late", ""]),
        (run(5, 40, 150, 200), ["", "", "work", ""]),
        (run(5, 40, 150, 200, reopened=1), ["", "", "reopened", ""]),
        (run(5, 40, 150, 2000), ["", "", "work", "checked_late"]),
        (run(5, 40, 100), ["", "", "", "not_checked"]),
        (run(5, 40, None), ["", "", "not_finished", "not_finished"]),
        (run(None, None, None), ["not_taken", "not_taken", "not_taken", "not_finished"]),
        (run(None, None, 10, 20), ["", "", "", ""]),
    ],
)
def test_the_nearest_cause_is_named(order: Run, causes: list[str]) -> None:
    found = kept(order, NOW)
    assert [one.cause for one in found] == causes
    assert [one.missed for one in found] == [bool(cause) for cause in causes]


def test_a_clock_that_still_runs_is_neither_met_nor_missed() -> None:
    found = kept(run(5, None, None), AT + timedelta(minutes=30))
    assert [one.running for one in found] == [False, True, True, True]
    assert not any(one.missed for one in found)


def test_how_late_is_counted_from_the_clock_to_the_deed_or_to_now() -> None:
    late, still = kept(run(30, 40, 100, 200), NOW)[0], kept(run(5, 40, None), NOW)[2]
    assert late.late == timedelta(minutes=15)
    assert still.late == NOW - AT - timedelta(minutes=120)


def test_there_are_seven_actions_and_a_word_for_each_cause() -> None:
    assert len(ACTIONS) == 7
    assert {"taken_late", "not_taken", "way", "work", "delayed", "began_late", "not_checked"} <= CAUSES.keys()
