"""The FHIR door: reports in once by their identifier, out by tube and by time, checked with real R4B models."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.desks.sampling.messages_fhir_world import BASE, DETECTED, FHIR, Peer, bundle, checked, concept, parts, report
from tests.desks.sampling.messages_world import Laboratory
from tests.desks.sampling.world import NOW, code
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.models import Message, Result, Tube

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(settings: Any) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()


def test_a_report_becomes_a_result_and_comes_back_as_it_was_said() -> None:
    world, peer = Laboratory(), Peer()
    world.send("swabs", world.swabs(10))
    status, body, answer = peer.report(value=DETECTED)
    assert (status, body["status"]) == (201, "final")
    world.judge()
    assert Tube.objects.get(tube=code(1)).result == "positive"
    again = peer.get(answer["Location"])
    assert again["id"] == body["id"]
    first, ct = (peer.get(f"/{one['reference']}") for one in again["result"])
    assert first["valueCodeableConcept"]["coding"][0]["code"] == "260373001"
    assert ct["valueQuantity"]["value"] == 31.2
    assert peer.get(f"/{again['subject']['reference']}")["quantity"] == 10
    assert peer.get(f"/{again['specimen'][0]['reference']}")["subject"] == {"reference": f"Group/{code(1)}"}


def test_nobody_leaves_by_name_or_pseudonym() -> None:
    world, peer = Laboratory(), Peer()
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    peer.report()
    world.judge()
    asked = "/DiagnosticReport?_lastUpdated=ge2000-01-01T00:00:00Z"
    asked += "&_include=DiagnosticReport:result&_include=DiagnosticReport:specimen&_include=DiagnosticReport:subject"
    said = json.dumps(peer.get(asked))
    assert said.count('"resourceType"') == 1 + 1 + 2 + 1 + 1
    assert not [one for one in swabs if one["person"] in said]


def test_the_same_identifier_again_is_the_same_report() -> None:
    _world, peer = Laboratory(), Peer()
    first = peer.report()
    status, body, _ = peer.report()
    assert (status, body["id"]) == (200, first[1]["id"])
    status, body, _ = peer.report(value=DETECTED, headers={"if-none-exist": "identifier=urn:lab|R1"})
    assert (status, body["id"]) == (200, first[1]["id"])
    assert Result.objects.count() == 1


def test_the_same_identifier_with_other_content_is_a_conflict_and_an_issue() -> None:
    _world, peer = Laboratory(), Peer()
    peer.report()
    status, body, _ = peer.report(value=DETECTED)
    assert (status, body["issue"][0]["code"]) == (409, "duplicate")
    assert body["issue"][0]["location"] == ["DiagnosticReport.identifier"]
    assert (Result.objects.count(), Issue.objects.filter(code="message.used_again").count()) == (1, 1)


def test_an_amended_report_is_a_further_fact() -> None:
    _world, peer = Laboratory(), Peer()
    peer.report(value=DETECTED)
    status, body, _ = peer.report(status="amended", issued="2022-05-08T15:00:00+08:00")
    assert (status, body["status"]) == (201, "amended")
    found = peer.get(f"/DiagnosticReport?specimen.identifier=urn:tube|{code(1)}")
    assert [one["resource"]["status"] for one in found["entry"]] == ["amended", "final"]
    assert [one["resource"]["identifier"][0]["value"] for one in found["entry"]] == ["R1", "R1"]
    assert len(peer.get("/DiagnosticReport?identifier=urn:lab|R1")["entry"]) == 2


def test_a_preliminary_report_is_noted_and_is_no_result() -> None:
    _world, peer = Laboratory(), Peer()
    assert peer.report(status="preliminary")[0] == 202
    assert (Result.objects.count(), str(Message.objects.get().taken)) == (0, "noted")


def test_a_single_tube_is_a_group_of_one_and_a_tube_without_result_is_a_specimen() -> None:
    world, peer = Laboratory(), Peer()
    world.send("swabs", world.swabs(1))
    world.judge()
    found = peer.get(f"/Specimen?identifier={code(1)}")
    assert [one["resource"]["id"] for one in found["entry"]] == [code(1)]
    group = peer.get(f"/Group/{code(1)}")
    assert (group["quantity"], "member" in group) == (1, False)


def test_a_specimen_is_one_however_many_reports_there_are() -> None:
    world, peer = Laboratory(), Peer()
    world.send("swabs", world.swabs(10))
    for number in range(3):
        peer.report(number=f"R{number}")
    world.judge()
    assert len(peer.get(f"/Specimen?identifier={code(1)}")["entry"]) == 1
    assert Tube.objects.count() == 1


def test_a_transaction_is_taken_whole() -> None:
    _world, peer = Laboratory(), Peer()
    status, body, _ = peer.post(bundle(*parts("R1", 1)))
    assert status == 200
    assert body["type"] == "transaction-response"
    assert [one["response"]["status"] for one in body["entry"]] == ["201", "200", "200"]
    assert Result.objects.get().tube == code(1)


def test_a_transaction_with_a_fault_stores_no_result_and_a_batch_only_what_is_good() -> None:
    _world, peer = Laboratory(), Peer()
    bad = report("R2", 2)
    bad["contained"][0]["valueCodeableConcept"] = concept("http://snomed.info/sct", "1")
    status, body, _ = peer.post(bundle(report("R1", 1), bad))
    assert (status, Result.objects.count()) == (422, 0)
    assert body["issue"][0]["location"] == ["Bundle.entry[1].resource.contained[0].valueCodeableConcept"]
    status, body, _ = peer.post(bundle(report("R1", 1), bad, kind="batch"))
    assert [one["response"]["status"] for one in body["entry"]] == ["201", "422"]
    assert Result.objects.get().tube == code(1)


def test_two_reports_of_one_identifier_in_one_transaction_are_refused_together() -> None:
    _world, peer = Laboratory(), Peer()
    status, _, _ = peer.post(bundle(report("R1", 1), report("R1", 2)))
    assert (status, Result.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "finished"}, "DiagnosticReport.status"),
        ({"identifier": []}, "DiagnosticReport.identifier"),
        ({"issued": "2022-05-08T13:00:00"}, "DiagnosticReport.issued"),
        ({"specimen": []}, "DiagnosticReport.specimen"),
        ({"result": [{"reference": "Observation/elsewhere"}]}, "DiagnosticReport.result[0]"),
        ({"colour": "red"}, "DiagnosticReport.colour"),
        ({"contained": [{"resourceType": "Spaceship"}]}, "DiagnosticReport.contained[0].resourceType"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], place: str) -> None:
    _world, peer = Laboratory(), Peer()
    if change.get("specimen") == []:
        change = change | {"contained": [one for one in report()["contained"] if one["id"] == "ct"]}
        change |= {"result": [{"reference": "#ct"}]}
    status, body, _ = peer.report(**change)
    assert status in (400, 422)
    assert place in [one["location"][0] for one in body["issue"]]
    assert Result.objects.count() == 0


@pytest.mark.parametrize("body", ["[]", "{", '{"resourceType": "Bundle", "type": "batch", "entry": 3}', "null"])
def test_what_is_no_resource_is_answered_as_such(body: str) -> None:
    Laboratory()
    answer = Peer().client.post(BASE, body, content_type=FHIR)
    assert answer.status_code == 400
    assert checked(answer)["resourceType"] == "OperationOutcome"


def test_pages_by_time_of_arrival_miss_nothing() -> None:
    world, peer = Laboratory(), Peer()
    for number in range(1, 8):
        world.send("swabs", world.swabs(1, tube=number))
        peer.report(number=f"R{number}", tube=number)
    world.judge()
    seen: list[str] = []
    page = peer.get("/DiagnosticReport?_lastUpdated=ge2022-05-08T00:00:00Z&_count=3")
    while True:
        seen += [one["resource"]["specimen"][0]["identifier"]["value"] for one in page.get("entry", [])]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        page = peer.get(following[0])
    assert seen == [code(number) for number in range(1, 8)]
    later = (NOW + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert "entry" not in peer.get(f"/DiagnosticReport?_lastUpdated=ge{later}")


def test_a_device_of_another_area_sees_none_of_it() -> None:
    world, peer, stranger = Laboratory(), Peer(), Peer(area="2202")
    world.send("swabs", world.swabs(10))
    _, body, _ = peer.report()
    world.judge()
    assert "entry" not in stranger.get(f"/DiagnosticReport?specimen.identifier={code(1)}")
    assert "entry" not in stranger.get(f"/Specimen?identifier={code(1)}")
    for path in (f"DiagnosticReport/{body['id']}", f"Specimen/{code(1)}", f"Group/{code(1)}"):
        assert stranger.client.get(f"{BASE}/{path}").status_code == 404


def test_only_a_laboratorys_device_may_use_the_door_and_everybody_may_ask_what_it_can() -> None:
    Laboratory()
    status, body, _ = Peer(kind="phone").report()
    assert (status, body["issue"][0]["code"]) == (403, "forbidden")
    assert Client().post(f"{BASE}/DiagnosticReport", "{}", content_type=FHIR).status_code == 401
    assert checked(Client().get(f"{BASE}/metadata"))["fhirVersion"] == "4.0.1"


def test_a_patient_in_a_bundle_is_not_kept() -> None:
    _world, peer = Laboratory(), Peer()
    patient = {"resourceType": "Patient", "name": [{"text": "李四"}]}
    bad = report("R2", 2, status="finished")
    peer.post(bundle(report("R1", 1), bad, patient, kind="batch"))
    assert "李四" not in "".join(Message.objects.values_list("raw", flat=True))
    assert "finished" in Message.objects.get(taken="faulty").raw
