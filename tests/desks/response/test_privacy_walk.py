"""Contacts never learn who the case is: every page, file and door that they or other desks can open is walked."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import numpy as np
import pyarrow as pa
import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.desks.response.followups_world import (
    DAY,
    MORNING,
    STREET,
    ask,
    case,
    contact,
    event,
    exposure,
    team,
    venue,
    visit,
)
from tests.desks.response.tracks_world import begun
from tests.web.pages_world import areas, at_noon, signed_in, user_of
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people.access import ALLOWED
from yinghuo.core.people.models import DeviceKind, Role
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import tracing, tracing_second
from yinghuo.desks.response.actions.stays.slips import give_slip
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.jobs.publishing import publish_week
from yinghuo.desks.response.models import Case, Contact, Venue
from yinghuo.desks.response.urls import urlpatterns
from yinghuo.engines import tracing as engine

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
OTHERS = sorted(set(Role) - ALLOWED["event.see"])
NAME, PLACE = "首例1", "总装二线休息室（虚构）"
CALLED = [reverse(name) for name in ("home", "orders", "figures", "published_levels", "published_tables", "isolation")]


class World:
    """One case, one contact of it at one place, a stay of the contact, the lists and tables of the day."""

    def __init__(self) -> None:
        areas()
        self.event = event()
        self.place = Venue.objects.create(
            id=uuid4(), name_zh=PLACE, kind="workplace", area_code=STREET, building="2号楼", entry_id=uuid4()
        )
        self.case = case(self.event)
        self.contact = contact(self.event)
        self.exposure = exposure(self.contact, self.case, self.place)
        self.stay = begun(self.event, person=self.contact.person, area_code=STREET)
        generate(DAY, now=MORNING)
        publish_week(date(2022, 5, 10), at=MORNING)

    def secrets(self) -> list[str]:
        """What would tell who the case is."""
        ids = [str(self.case.person), str(self.case.id), str(self.exposure.id)]
        return [*ids, self.case.number, NAME, "C0001"]


@pytest.fixture
def world() -> World:
    return World()


def _filled(pattern: URLPattern, world: World) -> Iterator[str]:
    """The addresses of a page: with the ids that the contact, the event, the case have; guessed by whoever asks."""
    names = list(pattern.pattern.converters)
    if not names:
        yield reverse(pattern.name)
        return
    ids = {"event_id": world.event.id, "case_id": world.case.id, "contact_id": world.contact.id}
    ids |= {"stay_id": world.stay.id, "person_id": world.case.person, "venue_id": world.place.id}
    for guess, number in ((world.contact.id, world.event.number), (world.case.id, world.case.number)):
        words = {"number": number, "code": number, "name": "open", "step": "x", "act": "x", "track": "tracing"}
        words["language"] = "en"
        yield reverse(pattern.name, kwargs={name: words.get(name) or ids.get(name) or guess for name in names})


def _told(content: str, address: str, world: World) -> list[str]:
    """Secrets in an answer that did not stand in the question."""
    return [secret for secret in world.secrets() if secret in content and secret not in address]


def _opened(reader: Client, addresses: Iterator[str], world: World) -> Iterator[str]:
    """Asks for addresses, and for the file behind each that opens; whatever is answered tells nothing."""
    for address in addresses:
        answer = reader.get(address)
        assert answer.status_code < 500, address
        assert _told(answer.getvalue().decode("utf-8", "replace"), address, world) == [], address
        if answer.status_code == 200:
            yield address
            file = reader.get(f"{address}?as=csv")
            assert _told(file.getvalue().decode("utf-8", "replace"), address, world) == [], address
        if answer.status_code in (302, 403):
            return  # the role, or the lack of one, shuts the whole page


@pytest.mark.parametrize("role", [*OTHERS, None])
def test_no_page_of_the_desk_tells_other_people_who_the_case_is(world: World, role: Role | None) -> None:
    reader = signed_in(user_of(role)) if role else Client(headers={"accept-language": "en"})
    opened = [address for pattern in urlpatterns for address in _opened(reader, _filled(pattern, world), world)]
    opened += list(_opened(reader, iter(CALLED), world))
    assert len(opened) > 3  # somebody did get in somewhere


def test_a_safety_officer_of_another_enterprise_sees_neither_case_nor_contact(world: World) -> None:
    own = register_party(kind="enterprise", id=uuid4(), name_zh="别厂", area_code=STREET, by="user:1", at=MORNING).id
    officer = user_of(Role.SAFETY)
    officer.party_id = own
    officer.save(update_fields=["party_id"])
    reader = signed_in(officer)
    for order in Order.objects.all():
        answer = reader.get(reverse("order", args=[order.id]))
        assert _told(answer.content.decode(), str(order.id), world) == []


def test_the_isolated_persons_own_page_says_until_when_and_why_not_whom(world: World) -> None:
    code = give_slip(world.stay.id, by="user:1", at=MORNING)
    for language in ("en", "zh"):
        page = Client(REMOTE_ADDR="10.9.8.7").get(reverse("my_stay_in", args=[code, language]))
        assert page.status_code == 200
        said = page.content.decode()
        for secret in (*world.secrets(), PLACE, world.event.number, "C0001"):
            assert secret not in said


@pytest.mark.parametrize("kind", DeviceKind.values)
def test_no_device_is_told_anything_of_a_case(world: World, kind: str) -> None:
    token = team(kind=kind)
    listed = ask("rounds", token)
    answers = [listed, *[ask(f"rounds/{one['id']}", token) for one in listed.json().get("rounds", [])]]
    answers += [ask(f"rounds/{guess}", token) for guess in (world.case.id, world.event.id, world.exposure.id)]
    for answer in answers:
        assert _told(answer.content.decode(), "", world) == []
        assert PLACE not in answer.content.decode()


def _traced() -> tuple[Case, Contact, Venue]:
    of, place = event(), venue("canteen", "")
    first = case(of, onset_on=date(2022, 5, 6))
    other = contact(of, 7).person
    Contact.objects.all().delete()
    for person in (first.person, other):
        visit(person, place, datetime(2022, 5, 6, 4, 12, tzinfo=UTC))
    tracing.trace(of.id, by="user:1", at=MORNING)
    return first, Contact.objects.get(person=other), place


def test_what_made_somebody_a_contact_is_kind_of_place_minutes_and_day_and_no_more() -> None:
    first, found, place = _traced()
    said = json.dumps(found.because, default=str, ensure_ascii=False)
    for secret in (str(first.person), str(first.id), first.number, str(place.id), place.name_zh):
        assert secret not in said
    assert not re.search(r"\d{1,2}:\d{2}", said)  # at what hour would tell who sat there
    assert "canteen" in said


def test_the_engine_is_given_whole_numbers_and_never_a_pseudonym(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watches the engine's door while a trace runs."""
    seen: list[object] = []

    def watched(name: str) -> None:
        plain = getattr(engine, name)

        def through(*given: object, **more: object) -> object:
            seen.extend([*given, *more.values()])
            return plain(*given, **more)

        for module in (engine, tracing, tracing_second):
            if getattr(module, name, None) is plain:
                monkeypatch.setattr(module, name, through)

    for name in engine.__all__:
        if not isinstance(getattr(engine, name), type):
            watched(name)
    _traced()
    assert seen
    for one in seen:
        _only_numbers(one)


def _only_numbers(given: object) -> None:
    """Columns and settings of whole numbers; words only for kinds of place, which are in the code."""
    if isinstance(given, np.ndarray):
        assert given.dtype.kind in "iub", given.dtype
    elif isinstance(given, pa.Table):
        assert all(pa.types.is_integer(field.type) or pa.types.is_boolean(field.type) for field in given.schema)
    elif isinstance(given, dict):
        for value in given.values():
            _only_numbers(value)
    elif isinstance(given, list | tuple):
        for value in given:
            _only_numbers(value)
    else:
        assert not isinstance(given, UUID)
        assert not (isinstance(given, str) and re.search(r"[0-9a-f]{8}-|\d{6}|[\u4e00-\u9fff]", given)), given


def test_a_role_that_sees_events_sees_them_in_its_own_area_only(world: World) -> None:
    reader = signed_in(user_of(Role.RESPONSE, "2202"))
    for pattern in urlpatterns:
        for address in _filled(pattern, world):
            answer = reader.get(address)
            if answer.status_code == 200:
                assert _told(answer.getvalue().decode("utf-8", "replace"), address, world) == [], address
