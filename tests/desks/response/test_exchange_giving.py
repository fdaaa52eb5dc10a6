"""Giving out: pseudonyms unless names were asked for with a reason, few at a time, all in the ledger; the FHIR door."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from tests.desks.response.exchange_world import AT, BY, LATER, LI, WANG, begun, line_list, region, taken, user
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import exchange
from yinghuo.desks.response.actions.exchange import Asked
from yinghuo.desks.response.actions.exchange.giving import Given
from yinghuo.desks.response.models import Case, CaseReveal, Event, GivenOut
from yinghuo.engines.exchange import fhir
from yinghuo.engines.exchange.records import CaseRecord, PersonRecord, Records

__all__ = ["region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]


def given(form: str = "line_list", *, who: User | None = None, **asked: Any) -> Given:
    """A file of everything in the officer's area."""
    return exchange.give_out(Asked(form, **asked), user=who or user(), at=LATER)


@pytest.mark.parametrize("form", ["line_list", "godata", "sormas", "dhis2", "fhir"])
def test_no_form_gives_out_a_name_unasked(form: str) -> None:
    taken(line_list(WANG, LI))
    data = given(form).data
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        data = b"".join(archive.read(name) for name in archive.namelist())
    assert str(Case.objects.first().person).encode() in data
    assert not [word for word in ("王小明", "229999194912310021", "13900000001") if word.encode() in data]
    assert not GivenOut.objects.get().names


def test_names_are_given_out_for_a_reason_one_entry_each() -> None:
    taken(line_list(WANG, LI))
    file = given(reveal="trace", words="逐一核对（演练）", variant="csv")
    assert "王小明" in zipfile.ZipFile(io.BytesIO(file.data)).read("cases.csv").decode()
    assert Entry.objects.filter(kind="identity.revealed").count() == 2
    assert {one.reason for one in CaseReveal.objects.all()} == {"trace"}
    assert file.row.names
    assert "王小明" not in str([entry.body for entry in Entry.objects.all()])


def test_names_of_too_many_people_are_refused_and_nobody_is_looked_at() -> None:
    rows = [f"B-{number},J-7,人{number},{f'2299991980010{1000 + number:04}9'},,,疑似,,,,," for number in range(21)]
    taken(line_list(*rows))
    with pytest.raises(Refused) as refused:
        given(reveal="trace", words="演练")
    assert (refused.value.code, refused.value.facts["people"]) == ("exchange.too_many_names", 21)
    assert not CaseReveal.objects.exists()


def test_who_may_not_reveal_gets_no_names() -> None:
    taken(line_list(WANG))
    with pytest.raises(Refused) as refused:
        given(reveal="trace", words="演练", who=user(Role.ADMIN))
    assert refused.value.code == "access.role"


def test_another_area_is_given_nothing() -> None:
    taken(line_list(WANG))
    stranger = user(area_code="2202")
    assert "A-1" not in given(who=stranger, variant="csv").data.decode()
    with pytest.raises(Refused) as refused:
        given(who=stranger, event=Event.objects.get().id)
    assert refused.value.code == "event.unknown"


def test_what_came_from_a_source_goes_back_under_its_own_numbers() -> None:
    taken(line_list(WANG), source="go.data")
    bundle = json.loads(given("fhir", source="go.data").data)
    assert "A-1" in {one["resource"]["identifier"][0]["value"] for one in bundle["entry"]}


def test_what_a_form_cannot_hold_is_kept_with_the_export() -> None:
    taken(line_list(LI))
    file = given("godata", variant="json")
    assert ["cases", "in_isolation", 1] in file.row.unsaid
    assert Entry.objects.filter(kind="exchange.given_out").exists()


def test_our_own_file_taken_in_again_knows_everybody() -> None:
    taken(line_list(WANG, LI))
    event = Event.objects.get()
    file = given("fhir", event=event.id)
    again = begun(file.data, form="fhir", source="own", event=event.id)
    assert again.counts["cases"] == {"new": 0, "merged": 0, "skipped": 2, "rejected": 0}


def test_a_device_sends_a_bundle_once_and_reads_back_its_own() -> None:
    _, token = people.enrol_device(name="市医院（虚构）", kind="laboratory", area_code="220106", by=BY, at=AT)
    door = Client(headers={"authorization": f"Bearer {token}"})
    case = CaseRecord("H-1", person=PersonRecord(name="某人", number="229999197001010013"), held_as="suspected")
    data = fhir.write(Records(cases=[case])).files["bundle.json"]
    for _ in range(2):
        answer = door.post("/api/v1/response/fhir", data, content_type="application/fhir+json")
        assert answer.status_code == 200, answer.content
        assert "cases: 1 new" in answer.json()["issue"][0]["diagnostics"]
    assert Case.objects.count() == 1
    taken(line_list(WANG))
    back = door.get("/api/v1/response/fhir").content.decode()
    assert "H-1" in back
    assert not [word for word in ("某人", "229999197001010013", "A-1") if word in back]


def test_a_phone_has_no_door_to_cases() -> None:
    _, token = people.enrol_device(name="手机", kind="phone", area_code="220106", by=BY, at=AT)
    door = Client(headers={"authorization": f"Bearer {token}"})
    assert door.get("/api/v1/response/fhir").status_code == 403
    assert Client().get("/api/v1/response/fhir").status_code == 401
