"""Reception in a laboratory: by tube and by box; a wrong code and a tube of another box are said at once and kept."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.desks.sampling.custody_world import MIN, CustodyWorld, doubts, stages
from tests.desks.sampling.world import START, code
from tests.web.pages_world import (
    NEXT_CITY,
    areas,
    at_noon,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role, User
from yinghuo.desks.sampling.models import BoxRow, Handover, Received, Tube
from yinghuo.desks.sampling.queries import timeline

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CustodyWorld:
    areas()
    made = CustodyWorld()
    made.fill(1, 2, 3, 4)
    made.pack("BX0001", 1, 2, seal="FQ1")
    made.pack("BX0002", 3)
    made.hand("BX0001", "collected", 2, at=START + 20 * MIN)
    made.settle_down()
    return made


@pytest.fixture
def technician(world: CustodyWorld) -> User:
    assert world
    return user_of(Role.LABORATORY)


def scan(client: Client, tube: str, *, box: str = "BX0001", scan_id: str = "") -> str:
    """A scan as the page sends it; what the server said."""
    data = {"code": tube, "box": box, "id": scan_id or str(uuid4())}
    answer = client.post(page("reception_scan"), data, headers={"X-Scan": "1"})
    assert answer.status_code == 200, answer.content
    return text(answer)


def test_the_page_shows_the_boxes_on_their_way_and_opens_one_by_its_code(world: CustodyWorld, technician: User) -> None:
    english, chinese = read_in_both(technician, page("reception"))
    assert "BX0001" in english
    assert "转运途中的箱" in chinese
    go = signed_in(technician).post(page("reception_scan"), {"code": "BX0001"}, headers={"X-Scan": "1"})
    assert (go.status_code, go["X-Go"]) == (204, "/reception?box=BX0001")
    english, _chinese = read_in_both(technician, f"{page('reception')}?box=BX0001")
    assert "0 / 2" in english


def test_tubes_scanned_one_by_one_tick_off_and_are_facts(world: CustodyWorld, technician: User) -> None:
    client = signed_in(technician)
    assert "1 / 2" in scan(client, code(1))
    assert "2 / 2" in scan(client, code(2))
    assert set(Received.objects.values_list("tube", "box")) == {(code(1), "BX0001"), (code(2), "BX0001")}
    assert Entry.objects.filter(kind="tubes.received", by=technician.label).count() == 2
    world.settle_down()
    assert [stages()[code(tube)] for tube in (1, 2)] == ["received", "received"]
    assert Tube.objects.get(tube=code(1)).received_at is not None
    row = BoxRow.objects.get(box="BX0001")
    assert (row.unpacked, row.received_at is not None) == (2, True)


def test_a_wrong_code_and_a_tube_of_another_box_are_said_at_once_and_kept_with_a_doubt(
    world: CustodyWorld, technician: User
) -> None:
    client = signed_in(technician)
    assert "belongs to box BX0002" in scan(client, code(3))
    assert "lies in no box" in scan(client, code(4))
    assert "nobody filled this code" in scan(client, "6901234567892")
    assert "nobody filled this code" in scan(client, "不是管号 / 乱码" * 9)
    assert Received.objects.count() == 4
    world.settle_down()
    assert sorted(one["box"] for one in doubts("received.other_box")) == ["", "BX0002"]
    assert len(doubts("received.not_sent")) == 2


def test_a_scan_sent_twice_is_one_fact_and_a_tube_scanned_twice_is_said(world: CustodyWorld, technician: User) -> None:
    client, scan_id = signed_in(technician), str(uuid4())
    first = scan(client, code(1), scan_id=scan_id)
    assert scan(client, code(1), scan_id=scan_id) == first
    assert Received.objects.count() == 1
    assert "scanned before" in scan(client, code(1))


def test_a_whole_box_is_taken_by_count_and_seal(world: CustodyWorld, technician: User) -> None:
    client, address = signed_in(technician), page("reception_box")
    wrong = client.post(address, {"id": str(uuid4()), "box": "BX0001", "count": "", "seal": "FQ9"})
    assert wrong.status_code == 422
    assert 'value="FQ9"' in wrong.content.decode()
    data = {"id": str(uuid4()), "box": "BX0001", "count": "2", "seal": "FQ1", "temperature_c": "5.5"}
    assert client.post(address, data).status_code == client.post(address, data).status_code == 302
    handover = Handover.objects.get(stage="received")
    assert (handover.count, handover.seal, str(handover.temperature_c), handover.vehicle) == (
        2,
        "FQ1",
        "5.50",
        "吉A12345",
    )
    world.settle_down()
    assert BoxRow.objects.get(box="BX0001").received_count == 2
    assert doubts("handover.seal") == []


def test_without_scripts_a_scan_is_a_form_that_comes_back(world: CustodyWorld, technician: User) -> None:
    client = signed_in(technician)
    answer = client.post(page("reception_scan"), {"code": code(1), "box": "BX0001"}, follow=True)
    assert f"{code(1)} · received" in text(answer)
    assert "1 / 2" in text(answer)


def test_one_timeline_per_tube(world: CustodyWorld, technician: User) -> None:
    scan(signed_in(technician), code(1))
    world.send("results", [world.result(1)])
    world.settle_down()
    told = [moment.what for moment in timeline(code(1))]
    assert told[:5] == ["swabbed", "swabbed", "sealed", "boxed", "collected"]
    assert sorted(told[5:]) == ["received", "reported"]
    assert "Received by laboratory" in read(signed_in(technician), page("tube", code(1)))


def test_reception_is_for_the_laboratory(world: CustodyWorld) -> None:
    assert statuses(page("reception"), Role.LABORATORY, Role.MANAGER, Role.STATISTICIAN) == [200, 403, 403]


def test_a_box_of_another_area_cannot_be_opened(world: CustodyWorld) -> None:
    client = signed_in(user_of(Role.LABORATORY, NEXT_CITY))
    assert "0 / 2" not in read(client, f"{page('reception')}?box=BX0001")
    taken = client.post(page("reception_box"), {"id": str(uuid4()), "box": "BX0001", "count": "2"})
    assert taken.status_code == 404
    assert not Handover.objects.filter(stage="received").exists()
