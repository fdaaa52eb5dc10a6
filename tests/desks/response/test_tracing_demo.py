"""The scenario of tracing: five days of an invented plant, its contacts, one contest; played twice it is the same."""

from uuid import UUID, uuid5

import pytest

from tests.desks.response.tracing_world import NOW, STREET
from yinghuo.core.ledger import new_id
from yinghuo.demo.response import tracing
from yinghuo.demo.response.scene import Scene, event_id
from yinghuo.desks.response.models import Case, Contact, Contest, Event, Exposure, Trace, Venue, Visit

pytestmark = pytest.mark.django_db
PLANT = UUID(int=9)


def scene(people: int) -> Scene:
    names = [uuid5(PLANT, str(seat)) for seat in range(people)]
    return Scene(0.1, NOW, PLANT, names)


@pytest.fixture
def played() -> Scene:
    made = scene(120)
    event = Event.objects.create(
        id=event_id(),
        number="2201-0001",
        name="虚构",
        area_code=STREET,
        state="open",
        detected_at=NOW,
        entry_id=new_id(),
    )
    Case.objects.create(
        id=new_id(), number="2201-0001-1", event=event, person=made.people[0], area_code=STREET, held_as="confirmed",
        onset_on="2022-05-07", reported_at=NOW, index_of_event=True, entry_id=new_id(),
    )  # fmt: skip
    tracing.play(made)
    return made


def test_the_plant_has_close_contacts_a_second_generation_and_a_contest(played: Scene) -> None:
    counts = Trace.objects.get().counts
    assert 10 <= counts["close"] <= 60
    assert counts["general"] > 0
    assert counts["second"] > counts["close"] / 2
    assert counts["no_end"] > 0
    assert Contest.objects.get().decided_at is None
    assert played.people[0] not in set(Contact.objects.values_list("person", flat=True))


def test_played_twice_it_is_the_same(played: Scene) -> None:
    tables = (Visit, Venue, Contact, Exposure, Trace, Contest)
    before = [table.objects.count() for table in tables]
    tracing.play(played)
    assert [table.objects.count() for table in tables] == before


def test_without_an_event_nothing_happens() -> None:
    tracing.play(scene(60))
    assert Visit.objects.count() == 0
