"""The sampling desk's figures: what counts, what does not, and what later facts may change."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.figure_world import (
    DAY,
    MIDNIGHT,
    keep,
    keep_results,
    keep_sealed,
    keep_swabs,
    result,
    sealed,
    site,
    swab,
)
from yinghuo.core.figures import queries
from yinghuo.core.figures.registry import all_figures
from yinghuo.core.ledger.facts import FactTable
from yinghuo.desks.sampling.actions.facts import SEALED, SWABS

pytestmark = pytest.mark.django_db
KEYS = [figure.key for figure in all_figures() if figure.key.startswith("sampling.")]
AREAS = ("220104001", "220104002", "220202001")


def count(name: str, area: str = "", **period: object) -> Decimal | None:
    return queries.compute(f"sampling.{name}", area=area, **DAY | period).value


def test_every_figure_of_the_desk_is_offered() -> None:
    names = "swabs people samplers mean_fill tubes results laboratory_staff vehicles positive_tubes recollected"
    assert {key.partition(".")[2] for key in KEYS} == set(names.split())


def test_swabs_people_samplers_and_fill() -> None:
    one, two = site(AREAS[0]), site(AREAS[2])
    keep_swabs(
        swab(1, tube="A001", person="li", where=one),
        swab(2, tube="A001", person="wang", where=one),
        swab(3, tube="B001", person="li", where=two),
    )
    assert [count(name) for name in ("swabs", "people", "samplers", "mean_fill")] == [3, 2, 2, Decimal("1.50")]
    assert [count(name, "2201") for name in ("swabs", "people", "samplers", "mean_fill")] == [2, 2, 1, 2]
    assert [count(name, "2202") for name in ("swabs", "people", "samplers", "mean_fill")] == [1, 1, 1, 1]


def test_the_same_batch_sent_twice_counts_once() -> None:
    here = site(AREAS[0])
    for _ in range(2):
        keep_swabs(swab(1, tube="A001", person=1, where=here))
    assert count("swabs") == 1


def test_a_tube_sealed_twice_is_one_tube() -> None:
    here = site(AREAS[0])
    keep_sealed(sealed(1, tube="A001", where=here), sealed(2, tube="A001", where=here, minute=700))
    assert count("tubes") == 1


def test_a_period_holds_its_beginning_and_not_its_end() -> None:
    here = site(AREAS[0])
    keep_swabs(
        swab(1, tube="A001", person=1, where=here, minute=0),
        swab(2, tube="A001", person=2, where=here, minute=24 * 60),
    )
    assert count("swabs") == 1
    assert count("swabs", last=MIDNIGHT + timedelta(days=2)) == 2


def test_a_swab_at_an_unknown_site_counts_for_the_whole_and_for_no_area() -> None:
    keep_swabs(swab(1, tube="A001", person=1, where=987_654))
    assert (count("swabs"), count("swabs", "22")) == (1, 0)


def test_laboratory_staff_and_vehicles_come_from_the_results() -> None:
    keep_swabs(*(swab(n, tube=f"A00{n}", person=n, where=site(AREAS[0])) for n in range(3)))
    keep_results(
        result(0, tube="A000", technician="T1", vehicle="V1"),
        result(1, tube="A001", technician="T2", vehicle="V1"),
        result(2, tube="A002", technician="T2"),
    )
    assert [count(name) for name in ("results", "laboratory_staff", "vehicles")] == [3, 2, 1]
    assert queries.compute("sampling.vehicles", area="2201", **DAY).records == 2
    assert [count(name, "2202") for name in ("results", "laboratory_staff", "vehicles")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("first", "second", "positive"),
    [("positive", "negative", 0), ("negative", "positive", 1), ("positive", "positive", 1), ("grey", "invalid", 0)],
)
def test_a_correction_counts_and_not_the_first_message(first: str, second: str, positive: int) -> None:
    keep_swabs(swab(1, tube="A001", person=1, where=site(AREAS[0])))
    keep_results(result(2, tube="A001", said=second, minute=950))
    keep_results(result(1, tube="A001", said=first, minute=900))
    assert count("positive_tubes", "2201") == positive
    assert count("results", "2201") == 1


def test_a_correction_from_another_day_still_takes_the_positive_away() -> None:
    keep_swabs(swab(1, tube="A001", person=1, where=site(AREAS[0])))
    keep_results(result(1, tube="A001", said="positive"))
    size = queries.tree_size()
    keep_results(result(2, tube="A001", said="negative", minute=48 * 60))
    assert count("positive_tubes") == 0
    assert count("positive_tubes", size=size) == 1


@pytest.mark.parametrize(
    ("minute", "tube", "beside", "recollected"),
    [
        (1_000, "S001", False, 1),
        (850, "S001", False, 0),  # before the result
        (1_000, "S001", True, 0),  # somebody else is in the tube
        (1_000, "A001", False, 0),  # the same tube again
    ],
)
def test_only_a_single_swab_after_the_result_is_a_recollection(
    minute: int, tube: str, *, beside: bool, recollected: int
) -> None:
    here = site(AREAS[0])
    keep_swabs(*(swab(n, tube="A001", person=n, where=here) for n in range(3)))
    keep_results(result(1, tube="A001", said="positive"))
    keep_swabs(swab(10, tube=tube, person=0, where=here, minute=minute))
    if beside:
        keep_swabs(swab(11, tube=tube, person="guest", where=here, minute=minute))
    assert count("recollected") == recollected


def test_a_swab_is_no_recollection_of_its_own_tube_even_when_a_clock_is_wrong() -> None:
    keep_swabs(swab(1, tube="A001", person=1, where=site(AREAS[0]), minute=1_000))
    keep_results(result(1, tube="A001", said="grey"))
    assert count("recollected") == 0


def test_two_results_at_one_moment_are_one_positive_tube() -> None:
    keep_swabs(swab(1, tube="A001", person=1, where=site(AREAS[0])))
    keep_results(*(result(n, tube="A001", said="positive") for n in range(3)))
    assert count("positive_tubes") == 1


def test_what_comes_later_changes_no_recollection_of_an_older_size() -> None:
    here = site(AREAS[0])
    keep_swabs(
        *(swab(n, tube="A001", person=n, where=here) for n in range(2)),
        swab(5, tube="B001", person="alone", where=here),
        swab(10, tube="S000", person=0, where=here, minute=1_000),
        swab(11, tube="S001", person=1, where=here, minute=1_000),
        swab(12, tube="S002", person="alone", where=here, minute=1_000),
    )
    keep_results(result(1, tube="A001", said="positive"), result(2, tube="B001", said="positive"))
    size = queries.tree_size()
    keep_swabs(swab(20, tube="S000", person="beside", where=here), swab(21, tube="B001", person="second", where=here))
    assert (count("recollected", size=size), count("recollected")) == (2, 2)
    keep_results(result(3, tube="A001", minute=950))
    assert (count("recollected", size=size), count("recollected")) == (2, 1)


@pytest.mark.parametrize("table", [SWABS, SEALED])
def test_a_tube_seen_in_the_area_later_brings_no_result_there_at_an_older_size(table: FactTable) -> None:
    here = site(AREAS[0])
    keep_results(result(1, tube="A001"))
    size = queries.tree_size()
    keep(table, swab(1, tube="A001", person=1, where=here) if table is SWABS else sealed(1, tube="A001", where=here))
    assert (count("results", "2201", size=size), count("results", "2201")) == (0, 1)


def test_a_single_positive_tube_calls_nobody_and_a_single_grey_one_does() -> None:
    here = site(AREAS[0])
    keep_swabs(*(swab(n, tube=f"A00{n}", person=n, where=here) for n in range(2)))
    keep_results(result(0, tube="A000", said="positive"), result(1, tube="A001", said="grey"))
    keep_swabs(*(swab(10 + n, tube=f"S00{n}", person=n, where=here, minute=1_000) for n in range(2)))
    assert count("recollected") == 1


def test_after_a_correction_to_negative_a_swab_is_routine_again() -> None:
    here = site(AREAS[0])
    keep_swabs(*(swab(n, tube="A001", person=n, where=here) for n in range(2)))
    keep_results(result(1, tube="A001", said="positive"), result(2, tube="A001", said="negative", minute=950))
    keep_swabs(swab(10, tube="S000", person=0, where=here, minute=940))
    keep_swabs(swab(11, tube="S001", person=1, where=here, minute=960))
    assert count("recollected") == 1
