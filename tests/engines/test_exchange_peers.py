"""Files as Go.Data, SORMAS, DHIS2 and FHIR servers make them: their public forms, written anew, invented people."""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.engines.exchange_records import READER, ZONE
from yinghuo.engines.exchange import dhis2, fhir, godata, line_list, sormas
from yinghuo.engines.exchange.archives import packed, parts
from yinghuo.engines.exchange.records import CaseRecord, ContactRecord, PersonRecord, Records, Rejected
from yinghuo.engines.exchange.sheets import UnreadableError
from yinghuo.engines.exchange.values import Reader

LNG = "LNG_REFERENCE_DATA_CATEGORY_"


def at(year: int, month: int, day: int) -> datetime:
    """A midnight in China."""
    return datetime(year, month, day, tzinfo=ZONE)


def test_sormas_cases_with_samples_and_tests_side_by_side() -> None:
    """Two head rows as in SORMAS's own import files: samples and tests repeat, `lab` stands in both."""
    entities = "CaseData," * 8 + "Sample,Sample,Sample,PathogenTest,PathogenTest,PathogenTest," * 2
    heads = (
        "externalID,disease,person.firstName,person.lastName,person.sex,reportDate,caseClassification,"
        "responsibleDistrict," + "sampleDateTime,sampleMaterial,lab,testDateTime,testType,testResult," * 2
    )
    row = (
        "c-1,CORONAVIRUS,Anna,Invented,FEMALE,05/07/2022,CONFIRMED_NO_SYMPTOMS,Lüyuan,"
        "05/06/2022,NASAL_SWAB,Lab A,05/07/2022,PCR_RT_PCR,POSITIVE,05/08/2022,NASAL_SWAB,Lab B,05/09/2022,"
        "ANTIGEN_DETECTION,NEGATIVE,"
    )
    found = sormas.read("\n".join([entities, heads, row]).encode(), reader=READER)
    (case,) = found.cases
    assert (case.held_as, case.area, case.person.name) == ("asymptomatic", "Lüyuan", "Anna Invented")
    assert case.reported_at == at(2022, 5, 7)
    assert [(one.kind, one.result, one.laboratory, one.sampled_at) for one in found.labs] == [
        ("pcr", "positive", "Lab A", at(2022, 5, 6)),
        ("antigen", "negative", "Lab B", at(2022, 5, 8)),
    ]
    assert found.rejected == []


def test_sormas_contacts_with_european_dates() -> None:
    heads = "externalID,caseIdExternalSystem,reportDateTime,lastContactDate,person.firstName,person.lastName,quarantine"
    data = f"{heads}\nk-1,c-1,08.05.2022,07.05.2022,Bert,Invented,HOME".encode()
    found = sormas.read(data, reader=Reader(ZONE, "dmy"))
    assert found.contacts[0].last_on == date(2022, 5, 7)
    assert (found.exposures[0].case, found.exposures[0].day) == ("c-1", date(2022, 5, 7))
    assert found.unread == ["quarantine"]


def test_sormas_events() -> None:
    heads = "externalId,eventStatus,eventInvestigationStatus,eventTitle,startDate,eventLocation.district"
    found = sormas.read(f"{heads}\ne-1,EVENT,DONE,Invented wedding,02/23/2022,Lüyuan".encode(), reader=READER)
    (event,) = found.events
    assert (event.state, event.name, event.emerged_on) == ("closed", "Invented wedding", date(2022, 2, 23))


def test_go_data_cases_as_its_api_gives_them() -> None:
    case = {
        "id": "5f1a",
        "visualId": "CASE-0001",
        "firstName": "Anna",
        "lastName": "Invented",
        "gender": f"{LNG}GENDER_FEMALE",
        "age": {"years": 30},
        "classification": f"{LNG}CASE_CLASSIFICATION_PROBABLE",
        "dateOfOnset": "2022-05-06T00:00:00.000Z",
        "dateOfReporting": "2022-05-07T00:00:00.000Z",
        "addresses": [{"typeId": f"{LNG}ADDRESS_TYPE_USUAL_PLACE_OF_RESIDENCE", "locationId": "220106"}],
        "documents": [{"type": f"{LNG}DOCUMENT_TYPE_PASSPORT", "number": "E12345678"}],
    }
    found = godata.read(json.dumps([case]).encode(), reader=READER)
    (one,) = found.cases
    assert (one.key, one.held_as, one.onset_on, one.area) == ("5f1a", "suspected", date(2022, 5, 6), "220106")
    assert one.person == PersonRecord(number="E12345678", name="Anna Invented")
    assert found.unread == ["cases.age", "cases.gender"]


def test_go_data_visits_that_were_only_planned_are_rejected_by_name() -> None:
    status = "LNG_REFERENCE_DATA_CONTACT_DAILY_FOLLOW_UP_STATUS_TYPE_NOT_PERFORMED"
    visit = {"id": "f-1", "personId": "k-1", "date": "2022-05-08T00:00:00.000Z", "statusId": status}
    found = godata.read(json.dumps([visit]).encode(), reader=READER)
    assert [(one.row, one.field, one.cause) for one in found.rejected] == [(1, "status", "not_done")]


def tracker(**more: Any) -> bytes:
    """A flat payload, as the documentation of POST /api/tracker shows one, in the example's UIDs."""
    mapping = dhis2.EXAMPLE
    elements = mapping.elements["cases"]
    values = {"key": "c-1", "held_as": "confirmed", "onset_on": "2022-05-06"}
    event = {
        "event": "ZwwuwNp6gVd",
        "enrollment": "MNWZ6hnuhSw",
        "programStage": mapping.stages["cases"],
        "orgUnit": "EXorgUnit01",
        "occurredAt": "2022-05-07T00:00:00.000",
        "dataValues": [{"dataElement": elements[name], "value": value} for name, value in values.items()],
    }
    event["dataValues"].append({"dataElement": "UXz7xuGCEhU", "value": "5.7"})  # type: ignore[attr-defined]
    enrolment = {
        "enrollment": "MNWZ6hnuhSw",
        "trackedEntity": "Kj6vYde4LHh",
        "program": mapping.programs["cases"],
        "orgUnit": "EXorgUnit01",
        "enrolledAt": "2022-05-07T00:00:00.000",
    }
    entity = {"trackedEntity": "Kj6vYde4LHh", "trackedEntityType": mapping.entity_type, "orgUnit": "EXorgUnit01"}
    return json.dumps({"trackedEntities": [entity], "enrollments": [enrolment], "events": [event]} | more).encode()


def test_dhis2_flat_payloads_are_put_together() -> None:
    found = dhis2.read(tracker(), reader=READER)
    (case,) = found.cases
    assert (case.key, case.held_as, case.onset_on) == ("c-1", "confirmed", date(2022, 5, 6))
    assert found.unread == ["dataElement UXz7xuGCEhU"]


def test_dhis2_what_the_mapping_has_no_place_for_is_named() -> None:
    elements = {**dhis2.EXAMPLE.elements, "cases": {"key": dhis2.EXAMPLE.elements["cases"]["key"]}}
    mapping = replace(dhis2.EXAMPLE, elements=elements)
    written = dhis2.write(Records(cases=[CaseRecord("c-1", area="2201")]), mapping=mapping, zone=ZONE)
    assert {(one.kind, one.field) for one in written.unsaid} >= {("cases", "area"), ("cases", "held_as")}


def test_dhis2_options_stand_for_our_words_both_ways() -> None:
    mapping = replace(dhis2.EXAMPLE, options={"held_as": {"confirmed": "LAB_CONFIRMED"}})
    written = dhis2.write(Records(cases=[CaseRecord("c-1", held_as="confirmed")]), mapping=mapping, zone=ZONE)
    assert b"LAB_CONFIRMED" in written.files["tracker.json"]
    found = dhis2.read(written.files["tracker.json"], reader=READER, mapping=mapping)
    assert found.cases[0].held_as == "confirmed"


def test_dhis2_a_mapping_with_a_uid_that_is_none_is_refused() -> None:
    told = json.loads(json.dumps(vars(dhis2.EXAMPLE)))
    assert dhis2.mapping_of(json.dumps(told).encode()) == dhis2.EXAMPLE
    with pytest.raises(UnreadableError):
        dhis2.mapping_of(json.dumps(told | {"relationship": "not a uid"}).encode())


def test_fhir_of_another_server_is_read_by_its_standard_elements() -> None:
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Invented", "given": ["Anna"]}],
        "gender": "female",
    }
    status = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "verificationStatus": {"coding": [{"system": status, "code": "provisional"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "840539006"}]},
        "subject": {"reference": "Patient/p1"},
        "onsetDateTime": "2022-05-06",
    }
    result = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "94309-2"}]},
        "focus": [{"reference": "Condition/c1"}],
        "effectiveDateTime": "2022-05-07T08:00:00+08:00",
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260373001"}]},
    }
    entries = [{"resource": one} for one in (patient, condition, result, {"resourceType": "Medication"})]
    found = fhir.read(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode(), reader=READER
    )
    assert (found.cases[0].key, found.cases[0].held_as, found.cases[0].person.name) == (
        "c1",
        "suspected",
        "InventedAnna",
    )
    assert (found.labs[0].case, found.labs[0].result) == ("c1", "positive")
    assert found.rejected == [Rejected(4, "fhir", "resourceType", "word", "Medication")]
    assert found.unread == ["Patient.gender"]


def test_a_written_bundle_is_a_valid_resource_of_fhir_r4() -> None:
    people = PersonRecord("p-1", "229999199001010014", "某人（虚构）", "13800000000", date(1990, 1, 1))
    records = Records(cases=[CaseRecord("c-1", person=people)], contacts=[ContactRecord("k-1", date(2022, 5, 6))])
    bundle = Bundle.model_validate(json.loads(fhir.write(records).files["bundle.json"]))
    assert len(bundle.entry) == 4


@pytest.mark.parametrize("value", ["229999199001010014", "x" * 121, ""])
def test_a_number_that_may_not_be_kept_rejects_its_row(value: str) -> None:
    found = line_list.read(f"病例编号,姓名\n{value},某人\n".encode(), reader=READER)
    assert found.cases == []
    assert found.rejected[0].field == "key"
    assert value[2:] not in found.rejected[0].value or not value[2:]


@pytest.mark.parametrize(
    "text", ["2022-05-07", "2022/5/7", "2022年5月7日", "20220507", "2022.05.07 00:00", "05/07/2022"]
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert READER.day(text, "day") == date(2022, 5, 7)


def test_text_that_a_spreadsheet_would_run_is_disarmed_and_comes_back() -> None:
    records = Records(cases=[CaseRecord("=1+1", area="-x")])
    written = line_list.write(records, chinese=1, form="csv")
    assert b"\n=1+1" not in written.files["cases.csv"]
    assert line_list.read(written.files["cases.csv"], reader=READER).cases == records.cases


def test_an_archive_that_unpacks_to_more_than_allowed_is_refused() -> None:
    with pytest.raises(UnreadableError) as refused:
        parts(packed({"a": b"0" * 5_000}), most_bytes=4_000)
    assert refused.value.cause == "too_large"
