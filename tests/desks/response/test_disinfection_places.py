"""Disinfection: the mix is exact and never too weak, who treats does not check, what fails is done again."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks.response.tracks_world import AREA, AT, HOUR, ME, OTHER, event, order, refused
from yinghuo.desks.response.actions import disinfection
from yinghuo.desks.response.models import CheckMethod, Event
from yinghuo.desks.response.rules.disinfection import CHECKS, DOSES, Target, dose_of, litres_for, mix

LITRES = st.decimals(min_value="0.001", max_value=9999, places=3)


@given(litres=LITRES, mg_l=st.integers(50, 20_000), stock=st.integers(20_000, 150_000))
def test_a_mix_adds_up_and_is_never_weaker_than_the_dose(litres: Decimal, mg_l: int, stock: int) -> None:
    made = mix(litres, mg_l=mg_l, stock_mg_l=stock)
    assert made.stock_l + made.water_l == made.litres >= litres
    assert made.stock_l * stock >= litres * mg_l
    assert (made.stock_l - Decimal("0.001")) * stock < litres * mg_l
    assert made.water_l >= 0


def test_more_area_needs_more_solution_and_a_stronger_stock_less_of_it() -> None:
    dose = dose_of("surface", date(2022, 5, 8))
    assert litres_for(dose, Decimal(200)) == 2 * litres_for(dose, Decimal(100)) == Decimal(40)
    weak, strong = (mix(Decimal(40), mg_l=1000, stock_mg_l=stock) for stock in (50_000, 100_000))
    assert (weak.stock_l, strong.stock_l) == (Decimal("0.800"), Decimal("0.400"))


def test_what_cannot_be_mixed_is_said() -> None:
    for litres, mg_l, stock in ((Decimal(0), 1000, 50_000), (Decimal(1), 1000, 999)):
        with pytest.raises(ValueError, match="cannot be made"):
            mix(litres, mg_l=mg_l, stock_mg_l=stock)
    with pytest.raises(ValueError, match="by volume"):
        litres_for(dose_of("excreta", date(2022, 5, 8)), Decimal(1))


def test_the_handbook_has_a_row_for_every_target_and_a_rule_for_every_check() -> None:
    assert {dose.target for dose in DOSES} == set(Target)
    assert set(CHECKS) == set(CheckMethod.values)
    assert all(dose.source for dose in DOSES)


@pytest.fixture
def opened(db: None) -> Event:
    return event()


def listed(of: Event, **more: object) -> UUID:
    given = {"place": "room 3 (invented)", "target": "surface", "stock_mg_l": 50_000, "area_m2": Decimal(30)}
    new = disinfection.NewPlace(id=uuid4(), event_id=of.id, area_code=AREA, **(given | more))  # type: ignore[arg-type]
    return disinfection.list_place(new, by=ME, at=AT).id


def test_a_place_is_listed_with_the_dose_of_the_day(opened: Event) -> None:
    new = disinfection.NewPlace(uuid4(), opened.id, AREA, "excreta", 50_000, place="ward", litres=Decimal(2))
    first = disinfection.list_place(new, by=ME, at=AT)
    assert disinfection.list_place(new, by=OTHER, at=AT + HOUR) == first
    assert (first.dose_mg_l, first.contact_min, first.stock_l) == (20_000, 120, Decimal("0.800"))
    assert order(new.id).kind == "response.place"


def test_a_place_without_name_amount_or_strength_is_refused(opened: Event) -> None:
    with refused("place.missing"):
        listed(opened, place=" ")
    with refused("place.amount"):
        listed(opened, area_m2=None)
    with refused("place.stock", needs=1000):
        listed(opened, stock_mg_l=500)
    with refused("place.target"):
        listed(opened, target="moon")


def test_who_treated_a_place_does_not_check_it(opened: Event) -> None:
    place = listed(opened)
    with refused("place.not_done"):
        disinfection.check(place, method="chlorine", value=Decimal(1), by=OTHER, at=AT)
    disinfection.apply(place, by=ME, at=AT)
    with refused("order.self_verified"):
        disinfection.check(place, method="chlorine", value=Decimal(1), by=ME, at=AT)
    for _ in range(2):
        assert disinfection.check(place, method="chlorine", value=Decimal("0.3"), by=OTHER, at=AT).passed
    assert order(place).state == "closed"


@pytest.mark.parametrize(("method", "value"), [("chlorine", "0.29"), ("atp", "501"), ("culture", "10.01")])
def test_what_fails_the_check_is_done_again(opened: Event, method: str, value: str) -> None:
    place = listed(opened)
    disinfection.apply(place, by=ME, at=AT)
    failed = disinfection.check(place, method=method, value=Decimal(value), by=OTHER, at=AT + HOUR)
    assert (failed.passed, failed.done_at, order(place).state) == (None, None, "open")
    disinfection.apply(place, by=ME, at=AT + 2 * HOUR)
    assert order(place).reopened == 1
