"""Door 7: the system's count of tubes that wait to be boxed, for the phone's own area alone."""

import pytest
from django.test import Client

from tests.desks.sampling.custody_world import CustodyWorld
from tests.desks.sampling.world import START, STREET, code
from yinghuo.core.people import actions as people

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/phone/unboxed"


@pytest.fixture
def world() -> CustodyWorld:
    made = CustodyWorld()
    made.fill(1, 2, 3)
    made.pack("BX0001", 2)
    made.settle_down()
    return made


def ask(site: object, *, kind: str = "phone", area: str = STREET) -> tuple[int, dict[str, object]]:
    """What a device of this kind and area is answered."""
    _device, token = people.enrol_device(kind, kind, by="user:1", at=START, area_code=area)
    answer = Client().get(DOOR, {"site": site}, headers={"authorization": f"Bearer {token}"})
    return answer.status_code, answer.json()


def test_tubes_sealed_at_the_site_and_in_no_box_are_counted_and_named(world: CustodyWorld) -> None:
    assert ask(world.site.pk) == (200, {"count": 2, "tubes": [code(1), code(3)]})
    assert ask(world.other_site.pk) == (200, {"count": 0, "tubes": []})


def test_more_than_five_hundred_are_counted_and_the_first_named(world: CustodyWorld) -> None:
    world.send("tubes", [world.sealed(tube, count=1) for tube in range(100, 700)])
    world.settle_down()
    status, answer = ask(world.site.pk)
    assert (status, answer["count"], len(answer["tubes"])) == (200, 602, 500)  # type: ignore[arg-type]


def test_a_site_outside_the_devices_area_does_not_exist(world: CustodyWorld) -> None:
    assert ask(world.site.pk, area="220281")[0] == 404
    assert ask(10**30)[0] in (400, 404)
    assert ask("tent")[0] == 400


def test_a_laboratory_packs_no_boxes_and_a_stranger_is_refused(world: CustodyWorld) -> None:
    assert ask(world.site.pk, kind="laboratory")[0] == 403
    assert Client().get(DOOR, {"site": world.site.pk}).status_code == 401
