"""Pages of the reconciliation: what differs is said, leads to its tubes, and belongs to its area alone."""

import pytest

from tests.desks.sampling.custody_world import MIN, CustodyWorld
from tests.desks.sampling.world import START, code
from tests.web.pages_world import (
    CITY,
    NEXT_CITY,
    areas,
    at_noon,
    csv_rows,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    user_of,
)
from yinghuo.core.people.models import Role, User
from yinghuo.core.work.models import Order
from yinghuo.desks.sampling.custody_rules import SILENT
from yinghuo.desks.sampling.jobs.custody import raise_silent
from yinghuo.desks.sampling.models import CustodyClock

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CustodyWorld:
    areas()
    made = CustodyWorld()
    made.fill(1, 2, 3, people=2, counted=5)
    made.pack("BX0001", 1, 2, seal="FQ1", count=4)
    made.hand("BX0001", "collected", 2, at=START + 20 * MIN, temperature_c=5)
    made.settle_down()
    return made


@pytest.fixture
def manager(world: CustodyWorld) -> User:
    assert world
    return user_of(Role.MANAGER)


def test_the_reconciliation_names_what_differs_and_who_holds_it(world: CustodyWorld, manager: User) -> None:
    english, chinese = read_in_both(manager, page("custody", world.campaign.id))
    assert "2 counts differ" in english
    assert "2 Sampled, not bound to the tube" in english
    assert "15 6 9" in english
    assert "吉A12345" in chinese


def test_a_number_leads_to_its_tubes(world: CustodyWorld, manager: User) -> None:
    client = signed_in(manager)
    answer = client.get(page("custody", world.campaign.id))
    address = page("custody_tubes", world.campaign.id, "unbound")
    assert address in answer.content.decode()
    read_in_both(manager, address)
    assert first_cells(client.get(address), "tubes") == [code(1), code(2), code(3)]
    assert csv_rows(client, address)[1][1] == "3"


def test_a_long_list_of_tubes_is_paged_without_losing_one(world: CustodyWorld, manager: User) -> None:
    world.send("tubes", [world.sealed(tube, count=1) for tube in range(100, 220)])
    world.settle_down()
    client, address = signed_in(manager), page("custody_tubes", world.campaign.id, "at_sealed")
    seen: list[str] = []
    after = ""
    while after is not None:
        answer = client.get(address, {"after": after} if after else {})
        seen += first_cells(answer, "tubes")
        after = answer.context["table"].pager.after or None
    assert len(seen) == len(set(seen)) == 121


def test_the_page_of_a_box_shows_every_count_and_the_tubes_that_differ(world: CustodyWorld, manager: User) -> None:
    english, chinese = read_in_both(manager, page("box", "BX0001"))
    assert "Packer counted 4 tubes Scanned 2 tubes differs System expected 3 tubes differs" in english
    assert f"{code(3)} expected, not scanned" in english
    assert "应装未扫" in chinese
    rows = first_cells(signed_in(manager).get(page("boxes", world.campaign.id)), "boxes")
    assert rows == ["BX0001"]


def test_a_clock_is_set_on_its_page_and_a_wrong_one_keeps_what_was_typed(world: CustodyWorld, manager: User) -> None:
    address = page("custody_clocks", world.campaign.id)
    read_in_both(manager, address)
    client = signed_in(manager)
    refused = client.post(address, {"stage": "boxed", "within_min": "0"})
    assert refused.status_code == 422
    assert 'value="0"' in refused.content.decode()
    assert client.post(address, {"stage": "boxed", "within_min": "45"}).status_code == 302
    assert CustodyClock.objects.get().within_min == 45
    assert "this campaign" in read(client, address)


def test_only_who_manages_campaigns_sets_clocks(world: CustodyWorld) -> None:
    address = page("custody_clocks", world.campaign.id)
    assert statuses(address, Role.STATISTICIAN, Role.LABORATORY, Role.ADMIN) == [403, 403, 200]


def test_custody_of_another_area_does_not_exist(world: CustodyWorld) -> None:
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    addresses = [page("custody", world.campaign.id), page("custody_tubes", world.campaign.id, "unbound")]
    addresses += [page("boxes", world.campaign.id), page("box", "BX0001"), page("custody_clocks", world.campaign.id)]
    assert [stranger.get(address).status_code for address in addresses] == [404] * 5


def test_a_point_that_is_none_is_not_found(world: CustodyWorld, manager: User) -> None:
    client = signed_in(manager)
    for which in ("at_moon", "moon"):
        assert client.get(page("custody_tubes", world.campaign.id, which)).status_code == 404


def test_the_order_for_a_silent_box_leads_to_the_box(world: CustodyWorld, manager: User) -> None:
    raise_silent(START + 300 * MIN)
    order = Order.objects.get(kind=SILENT, subject="box:BX0001")
    assert order.area_code.startswith(CITY)
    assert page("box", "BX0001") in signed_in(manager).get(page("order", order.id)).content.decode()
