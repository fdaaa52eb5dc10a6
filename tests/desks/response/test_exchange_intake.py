"""Files of other systems: tried out first, taken in whole and once, what is wrong comes back with row and cause."""

import json
from datetime import date
from uuid import uuid4

import pytest

from tests.desks.response.exchange_world import (
    AT,
    BY,
    LATER,
    LI,
    WANG,
    WRONG,
    begun,
    confirmed,
    line_list,
    region,
    taken,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.reading import files
from yinghuo.demo.response.exchange import play
from yinghuo.demo.response.scene import Scene
from yinghuo.desks.response.actions import exchange
from yinghuo.desks.response.models import Case, Contact, Event, Exposure, FollowUp, ForeignId, Import, LabResult

__all__ = ["region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]
CONTACTS = "接触者编号,姓名,证件号码,接触者类型,末次接触日期\nK-1,赵虚构,229999198505050015,密接,2022-05-06\n"
WORDS = "王小明", "229999194912310021", "13900000001"


def test_the_dry_run_counts_and_writes_nothing() -> None:
    one = begun(line_list(WANG, LI, WRONG))
    assert one.counts["cases"] == {"new": 2, "merged": 0, "skipped": 0, "rejected": 1}
    assert one.counts["events"]["new"] == 1
    assert one.unread == ["备注"]
    assert not Case.objects.exists() and not Event.objects.exists() and not Person.objects.exists()


def test_what_is_rejected_comes_back_with_row_and_cause() -> None:
    one = begun(line_list(WANG, WRONG, "A-4,J-7,,,,火星区,疑似,2022/5/1,,,,", "A-5,J-7,,,,2202,疑似,,,,,"))
    found = [(fault.row, fault.field, fault.cause) for fault in one.faults.order_by("row")]
    assert found == [(3, "onset_on", "date"), (4, "area", "unknown"), (5, "area", "elsewhere")]


def test_a_confirmed_file_becomes_draft_event_cases_and_sealed_people() -> None:
    one = taken(line_list(WANG, LI))
    wang = Case.objects.get(person=pseudonym("229999194912310021"))
    assert (wang.held_as, wang.onset_on, wang.area_code, wang.found_by) == (
        "confirmed",
        date(2022, 5, 6),
        "220106",
        "import",
    )
    assert wang.in_isolation is False
    li = Case.objects.get(person=pseudonym("229999198001010012"))
    assert (li.held_as, li.in_isolation, li.area_code) == ("asymptomatic", True, "220106001")
    assert wang.event == li.event
    assert (wang.event.name, wang.event.state) == ("J-7", "draft")
    assert len({wang.number, li.number}) == 2
    assert one.stage == "done"
    assert Person.objects.filter(identity__isnull=False).count() == 2


def test_no_name_number_or_telephone_stands_in_the_desks_tables_or_the_ledger() -> None:
    one = taken(line_list(WANG, WRONG))
    bodies = " ".join(str(entry.body) for entry in Entry.objects.all())
    rows = [str(vars(row)) for model in (Case, Event, ForeignId, Import) for row in model.objects.all()]
    said = " ".join([bodies, *rows, *(fault.value for fault in one.faults.all())])
    assert not [word for word in WORDS if word in said]


def test_the_same_file_taken_in_twice_changes_nothing() -> None:
    taken(line_list(WANG, LI))
    before = list(Case.objects.order_by("id").values()), Event.objects.count(), Person.objects.count()
    again = taken(line_list(WANG, LI))
    assert again.counts["cases"] == {"new": 0, "merged": 0, "skipped": 2, "rejected": 0}
    assert before == (list(Case.objects.order_by("id").values()), Event.objects.count(), Person.objects.count())


def test_an_import_confirmed_twice_is_taken_in_once() -> None:
    one = begun(line_list(WANG))
    confirmed(one.id)
    confirmed(one.id)
    assert Case.objects.count() == 1
    assert Entry.objects.filter(kind="exchange.taken_in").count() == 1


def test_a_policy_decides_what_becomes_of_known_records() -> None:
    taken(line_list(WANG))
    changed = WANG.replace("2022/5/6", "2022/5/5")
    assert begun(line_list(changed)).counts["cases"]["skipped"] == 1
    assert begun(line_list(changed), policy="new").counts["cases"]["rejected"] == 1
    assert taken(line_list(changed), policy="merge").counts["cases"]["merged"] == 1
    assert Case.objects.get().onset_on == date(2022, 5, 5)


def test_an_empty_cell_takes_nothing_away_when_merging() -> None:
    taken(line_list(WANG))
    taken(line_list(WANG.replace("2022/5/6", "")), policy="merge")
    assert Case.objects.get().onset_on == date(2022, 5, 6)


def test_what_somebody_judged_is_not_overwritten_by_a_file() -> None:
    taken(line_list(WANG))
    one = taken(line_list(WANG.replace("确诊病例", "排除")), policy="merge")
    assert [fault.cause for fault in one.faults.all()] == ["judged"]
    assert Case.objects.get().held_as == "confirmed"


def test_the_same_person_under_another_number_of_the_list_is_the_same_case() -> None:
    taken(line_list(WANG))
    one = taken(line_list(WANG.replace("A-1", "B-9")), source="另一来源")
    assert one.counts["cases"] == {"new": 1, "merged": 0, "skipped": 0, "rejected": 0}  # its event is another draft
    event = Case.objects.earliest("number").event_id
    same = taken(line_list(WANG.replace("A-1,J-7", "C-9,")), source="第三来源", event=event)
    assert same.counts["cases"]["skipped"] == 1


def test_a_case_elsewhere_is_not_touched_from_this_area() -> None:
    taken(line_list(WANG))
    one = begun(line_list(WANG.replace("绿园区", "")), area_code="2202", policy="merge")
    assert "cases" not in one.counts or one.counts["cases"]["rejected"] == 1


def test_contacts_of_a_later_file_find_the_cases_of_an_earlier_one() -> None:
    taken(line_list(WANG))
    event = Event.objects.get()
    taken(CONTACTS.encode(), event=event.id)
    taken(
        "接触记录编号,接触者编号,病例编号,接触日期,接触时长\nX-1,K-1,A-1,2022-05-06,45\nX-2,K-1,Z-9,2022-05-06,1\n".encode()
    )
    exposure = Exposure.objects.get()
    assert (exposure.contact, exposure.case, exposure.minutes) == (Contact.objects.get(), Case.objects.get(), 45)
    assert Contact.objects.get().until == date(2022, 5, 27)
    assert Contact.objects.get().rule == "8th edition"


def test_all_seven_kinds_of_go_data_come_in_and_again_change_nothing() -> None:
    data = _go_data()
    one = taken(data, form="godata", source="go.data")
    assert {kind: had["new"] for kind, had in one.counts.items()} == {
        "events": 1,
        "cases": 1,
        "contacts": 2,
        "exposures": 2,
        "followups": 1,
        "labs": 1,
    }
    assert Exposure.objects.filter(via__isnull=False).count() == 1
    assert (FollowUp.objects.get().status, FollowUp.objects.get().day_number) == ("seen_ill", 2)
    assert LabResult.objects.get().result == "positive"
    again = taken(data, form="godata", source="go.data")
    assert {had["new"] for had in again.counts.values()} == {0}
    assert FollowUp.objects.count() == LabResult.objects.count() == 1


def test_a_withdrawn_file_is_erased_with_its_faults() -> None:
    one = begun(line_list(WANG, WRONG))
    with pytest.raises(Refused) as refused:
        exchange.apply(one.id, at=LATER)
    assert refused.value.code == "exchange.stage"
    exchange.withdraw(one.id, by=BY, at=LATER)
    assert not one.faults.exists()
    with pytest.raises(Refused):
        exchange.start_applying(one.id, by=BY)


def test_a_file_lies_sealed_until_it_is_taken_in() -> None:
    one = begun(line_list(WANG))
    assert "王小明".encode("gb18030") not in files.path_of(one.id).read_bytes()
    confirmed(one.id)
    assert not files.path_of(one.id).exists()


@pytest.mark.parametrize(
    ("data", "form", "cause"),
    [
        (b"\x00\xff\x00", "line_list", "encoding"),
        ("甲,乙\n1,2\n".encode(), "line_list", "heads"),
        (b"[{]", "godata", "json"),
        (b'{"x": 1}', "dhis2", "form"),
        (b"PK\x03\x04broken", "sormas", "archive"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, form: str, cause: str) -> None:
    with pytest.raises(Refused) as refused:
        begun(data, form=form)
    assert (refused.value.code, refused.value.facts["cause"]) == ("exchange.unreadable", cause)
    assert not Import.objects.exists()


def test_columns_can_be_named_by_hand() -> None:
    data = "病例编号,何时病倒\nA-1,2022-05-06\n".encode()
    one = begun(data)
    assert one.unread == ["何时病倒"]
    exchange.read_again(one.id, columns={"key": 0, "onset_on": 1}, by=BY, at=AT)
    confirmed(one.id)
    assert Case.objects.get().onset_on == date(2022, 5, 6)


def test_a_file_is_forgotten_when_nobody_takes_it_in() -> None:
    one = begun(line_list(WANG))
    assert exchange.erase_old(today=date(2022, 5, 20), by=BY, at=AT.replace(day=20)) == 1
    one.refresh_from_db()
    assert one.stage == "withdrawn"


def _go_data() -> bytes:
    """Go.Data's arrays in one object, of invented people."""
    kind = "LNG_REFERENCE_DATA_CATEGORY_PERSON_TYPE_"
    day = "2022-05-06T00:00:00.000Z"
    persons = {
        "r1": [("c1", "CASE"), ("k1", "CONTACT")],
        "r2": [("k1", "CONTACT"), ("k2", "CONTACT_OF_CONTACT")],
    }
    relationships = [
        {
            "id": key,
            "contactDate": day,
            "persons": [
                {"id": pair[0][0], "type": kind + pair[0][1], "source": True},
                {"id": pair[1][0], "type": kind + pair[1][1], "target": True},
            ],
        }
        for key, pair in persons.items()
    ]
    seen = "LNG_REFERENCE_DATA_CONTACT_DAILY_FOLLOW_UP_STATUS_TYPE_SEEN_NOT_OK"
    positive = "LNG_REFERENCE_DATA_CATEGORY_LAB_TEST_RESULT_POSITIVE"
    return json.dumps(
        {
            "events": [{"id": "e1", "name": "集市（虚构）", "date": day}],
            "cases": [{"id": "c1", "firstName": "虚构", "outbreakId": "e1", "dateOfReporting": day}],
            "contacts": [{"id": "k1", "firstName": "甲", "outbreakId": "e1", "dateOfLastContact": day}],
            "contactsOfContacts": [{"id": "k2", "firstName": "乙", "outbreakId": "e1", "dateOfLastContact": day}],
            "relationships": relationships,
            "followUps": [{"id": "f1", "personId": "k1", "date": "2022-05-08T00:00:00.000Z", "statusId": seen}],
            "labResults": [{"id": "l1", "personId": "c1", "dateSampleTaken": day, "result": positive}],
        }
    ).encode()


def test_the_scenarios_line_list_waits_for_confirmation_however_often_it_is_played() -> None:
    scene = Scene(scale=1, now=AT, plant=uuid4(), people=[])
    for _ in range(2):
        play(scene)
    one = Import.objects.get()
    assert (one.stage, one.counts["cases"]["new"], one.counts["cases"]["rejected"]) == ("ready", 10, 2)
    assert {fault.cause for fault in one.faults.all()} == {"date", "elsewhere"}
