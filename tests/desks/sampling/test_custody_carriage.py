"""Carriage: boxes that wait become a plan, a plan accepted becomes orders, and is held against what happened."""

import re
from uuid import UUID, uuid4

import pytest

from tests.desks.sampling.custody_world import MIN, CustodyWorld
from tests.desks.sampling.world import NOW, START
from tests.web.pages_world import NEXT_CITY, NOON, areas, at_noon, page, read, read_in_both, signed_in, text, user_of
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.desks.sampling.actions.custody import carriage
from yinghuo.desks.sampling.custody_rules import CARRIAGE
from yinghuo.desks.sampling.models import CarriageLaboratory, CarriagePlan, CarriageVehicle, Site

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CustodyWorld:
    areas()
    made = CustodyWorld()
    Site.objects.filter(pk=made.site.pk).update(lat=43.90, lon=125.30)
    made.fill(1, 2, 3, 4)
    made.pack("BX0001", 1, 2)
    made.pack("BX0002", 3)
    made.pack("BX0003", 4, site=made.other_site.pk)
    made.settle_down()
    return made


def place(
    name: str = "市疾控实验室", *, assays: int = 100, lat: float = 43.88, plates: tuple[str, ...] = ("吉A00001",)
) -> CarriageLaboratory:
    """A laboratory of the city with its vehicles."""
    fields = {"area_code": "2201", "name_zh": name, "name_en": name, "lat": lat, "lon": 125.32}
    made = carriage.add_laboratory(by="user:1", at=NOW, assays_per_h=assays, **fields)
    for plate in plates:
        carriage.add_vehicle(made, plate=plate, boxes=4, by="user:1", at=NOW)
    return made


def plan(world: CustodyWorld, plan_id: UUID | None = None) -> CarriagePlan:
    """A plan for what waits now."""
    return carriage.plan_carriage(world.campaign, carriage.Asked(), plan_id=plan_id or uuid4(), by="user:1", at=NOW)


def test_a_plan_fetches_every_box_that_waits_and_names_what_it_cannot(world: CustodyWorld) -> None:
    place()
    made = plan(world)
    boxes = [code for run in made.plan["runs"] for stop in run["stops"] for code in stop["boxes"]]
    assert sorted(boxes) == ["BX0001", "BX0002"]
    assert made.plan["unplaced"] == ["BX0003"]
    assert made.plan["laboratories"][0]["tubes"] == 3
    assert plan(world, made.id) == made
    assert CarriagePlan.objects.count() == 1


def test_without_a_laboratory_or_a_box_nothing_is_planned(world: CustodyWorld) -> None:
    with pytest.raises(Refused, match=r"carriage\.no_laboratory"):
        plan(world)
    place(plates=())
    with pytest.raises(Refused, match=r"carriage\.no_laboratory"):
        plan(world)
    for box, count in (("BX0001", 2), ("BX0002", 1)):
        world.hand(box, "collected", count, at=START + 20 * MIN)
    world.settle_down()
    place("二院", plates=("吉A00002",))
    with pytest.raises(Refused, match=r"carriage\.no_box"):
        plan(world)


def test_a_plan_accepted_is_one_order_a_vehicle_and_a_later_one_replaces_it(world: CustodyWorld) -> None:
    place()
    first = carriage.accept_plan(plan(world).id, by="user:1", at=NOW)
    carriage.accept_plan(first.id, by="user:1", at=NOW)
    order = Order.objects.get(kind=CARRIAGE)
    assert (order.subject, order.detail["boxes"], order.state) == ("vehicle:吉A00001", 2, "open")
    carriage.accept_plan(plan(world).id, by="user:1", at=NOW + MIN)
    assert sorted(Order.objects.filter(kind=CARRIAGE).values_list("state", flat=True)) == ["cancelled", "open"]


def test_an_order_that_is_done_outlives_a_later_plan(world: CustodyWorld) -> None:
    place()
    carriage.accept_plan(plan(world).id, by="user:1", at=NOW)
    work.finish_many([Order.objects.get(kind=CARRIAGE).id], by="user:9", at=NOW)
    carriage.accept_plan(plan(world).id, by="user:1", at=NOW + MIN)
    assert sorted(Order.objects.filter(kind=CARRIAGE).values_list("state", flat=True)) == ["done", "open"]


def test_a_plate_belongs_to_one_vehicle(world: CustodyWorld) -> None:
    place()
    with pytest.raises(Refused, match=r"vehicle\.exists"):
        place("二院")
    assert CarriageVehicle.objects.count() == 1


def test_the_page_plans_accepts_and_shows_what_happened(world: CustodyWorld) -> None:
    place()
    manager = user_of(Role.MANAGER)
    client, address = signed_in(manager), page("carriage", world.campaign.id)
    english, chinese = read_in_both(manager, address)
    assert "3 boxes wait" in english
    assert "3 箱待转运" in chinese
    form_id = re.search(r'name="id" value="([^"]+)"', client.get(address).content.decode())
    assert form_id
    assert client.post(address, {"id": form_id[1], "hours": "0", "speed_kmh": "40"}).status_code == 422
    answer = client.post(address, {"id": form_id[1], "hours": "8", "speed_kmh": "40"})
    made = CarriagePlan.objects.get()
    assert answer["Location"] == page("carriage_plan", made.id)
    english, chinese = read_in_both(manager, answer["Location"])
    assert "boxes: 2, vehicles: 1" in english
    assert "BX0003" in english
    assert "市疾控实验室" in chinese
    shown = client.get(answer["Location"]).content.decode()
    assert (shown.count("<polyline"), shown.count('class="stop"')) == (1, 1)
    client.post(page("carriage_accept", made.id))
    world.hand("BX0001", "collected", 2, at=NOON + 5 * MIN)
    world.settle_down()
    assert "in part" in read(client, answer["Location"])
    world.hand("BX0002", "collected", 1, at=NOON + 6 * MIN)
    world.settle_down()
    told = read(client, answer["Location"])
    assert " collected" in told
    assert not re.search("in part|not collected|later by", told)


def test_laboratories_and_vehicles_are_added_on_pages(world: CustodyWorld) -> None:
    client = signed_in(user_of(Role.MANAGER))
    lab = {"name_zh": "一院", "name_en": "First", "lat": "43.9", "lon": "125.3", "assays_per_h": "200"}
    assert client.post(page("carriage_laboratory", world.campaign.id), lab | {"lat": "99"}).status_code == 422
    assert client.post(page("carriage_laboratory", world.campaign.id), lab).status_code == 302
    made = CarriageLaboratory.objects.get()
    vehicle = {"laboratory": str(made.pk), "plate": "吉A77777", "boxes": "6"}
    assert client.post(page("carriage_vehicle", world.campaign.id), vehicle).status_code == 302
    clash = client.post(page("carriage_vehicle", world.campaign.id), vehicle | {"boxes": "7"})
    assert clash.status_code == 422
    assert "belongs to another vehicle" in text(clash)
    assert "吉A77777 (6)" in read(client, page("carriage", world.campaign.id))


def test_carriage_of_another_area_does_not_exist_and_readers_do_not_plan(world: CustodyWorld) -> None:
    place()
    made = plan(world)
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    assert [
        stranger.get(page(*at)).status_code for at in (("carriage", world.campaign.id), ("carriage_plan", made.id))
    ] == [
        404,
        404,
    ]
    assert stranger.post(page("carriage_accept", made.id)).status_code == 404
    reader = signed_in(user_of(Role.AUDITOR))
    assert reader.get(page("carriage_plan", made.id)).status_code == 200
    assert (
        reader.post(
            page("carriage", world.campaign.id), {"id": str(uuid4()), "hours": "8", "speed_kmh": "40"}
        ).status_code
        == 403
    )
    assert reader.post(page("carriage_accept", made.id)).status_code == 403
    assert CarriagePlan.objects.get().accepted_at is None
