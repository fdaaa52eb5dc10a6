"""Cases and events: a report opens a draft at once, a person judges, an event is opened, contained, ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.desks.response.cases_world import AT, BY, NOW, NUMBERLESS, STREET, WANG, case, plant, report
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.cases import close_event, contain_event, judge_case, open_event, reopen_event
from yinghuo.desks.response.models import Case, Contact, Event, Report

pytestmark = pytest.mark.django_db


def test_a_report_opens_event_case_and_clock_at_once() -> None:
    kept = report(onset_on=date(2022, 5, 6), symptoms=["fever", "cough"])
    assert (kept.event.state, kept.case.held_as, kept.case.index_of_event) == ("draft", "draft", True)
    assert (kept.event.number, kept.case.number) == ("2201-0001", "2201-C00001")
    assert (kept.event.detected_at, kept.event.notified_at) == (AT, NOW)
    order = Order.objects.get(subject=f"case:{kept.case.id}")
    assert (order.kind, order.role, order.finish_by) == ("response.check", "duty", NOW + timedelta(hours=2))


def test_the_same_report_twice_is_one_report() -> None:
    report_id = uuid4()
    first, again = report(id=report_id), report(id=report_id)
    assert first == again
    assert (Report.objects.count(), Case.objects.count(), Event.objects.count(), Order.objects.count()) == (1, 1, 1, 1)


def test_nobodys_name_phone_or_number_stands_in_a_table_of_the_desk_or_in_the_ledger() -> None:
    report(words="王小明说他发烧", caller=NUMBERLESS, detail={"place": "总装车间"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name ~ '^(response|ledger|work)_'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["王小明|1390000|11010519491231"])
            assert cursor.fetchone() == (0,), table
    assert Person.objects.count() == 2


def test_numbers_have_no_gaps_when_a_report_fails_half_way() -> None:
    report()
    with pytest.raises(Refused, match=r"report\.symptom"):
        report(symptoms=["no such"])
    assert report().case.number == "2201-C00002"


@pytest.mark.django_db(transaction=True)
def test_ten_reports_at_once_have_ten_numbers_in_a_row_and_one_event_of_the_plant() -> None:
    party_id = plant()

    def one(seat: int) -> None:
        try:
            report(type(WANG)(name=f"某{seat}", phone=f"1390000{seat:04}"), party_id=party_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(10)))
    assert Event.objects.count() == 1
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"2201-C{n:05}" for n in range(1, 11)]
    assert Case.objects.filter(index_of_event=True).count() == 1


def test_two_reports_of_one_plant_are_one_event_and_weeks_later_another() -> None:
    party_id = plant()
    first = report(party_id=party_id)
    second = report(NUMBERLESS, party_id=party_id)
    later = report(party_id=party_id, at=AT + timedelta(days=15))
    assert first.event == second.event != later.event
    assert first.event.name == "试验厂（虚构）"


def test_the_same_person_told_of_twice_in_one_event_is_one_case() -> None:
    party_id = plant()
    first, again = report(party_id=party_id), report(party_id=party_id)
    assert first.case == again.case
    assert first != again


def test_a_case_is_judged_with_a_reason_and_its_history_stays() -> None:
    one = case()
    facts = {"onset_on": date(2022, 5, 5), "in_isolation": False}
    judged = judge_case(one.id, held_as="suspected", reason="发热，有接触史", by=BY, at=NOW, **facts)
    later = NOW + timedelta(hours=5)
    judge_case(one.id, held_as="confirmed", reason="核酸阳性", by=BY, at=later, sampled_at=NOW)
    one.refresh_from_db()
    assert (one.held_as, one.onset_on, one.sampled_at, one.in_isolation) == ("confirmed", date(2022, 5, 5), NOW, False)
    assert [row.held_as for row in judged.judgements.order_by("at")] == ["suspected", "confirmed"]
    assert Event.objects.get().emerged_on == date(2022, 5, 5)
    assert Order.objects.get(subject=f"case:{one.id}").state == "closed"


def test_the_same_judgement_twice_is_one_judgement() -> None:
    one = case()
    for _ in range(2):
        judge_case(one.id, held_as="confirmed", reason="核酸阳性", by=BY, at=NOW)
    assert one.judgements.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "access.reason"),
        ({"held_as": "draft"}, "case.class"),
        ({"onset_on": date(2022, 5, 9)}, "case.onset_later"),
    ],
)
def test_a_judgement_needs_a_reason_a_class_and_no_onset_in_the_future(given: dict, code: str) -> None:
    told = {"held_as": "confirmed", "reason": "核酸阳性"} | given
    with pytest.raises(Refused, match=code):
        judge_case(case().id, by=BY, at=NOW, **told)


def test_one_case_alone_is_the_first_of_its_event() -> None:
    party_id = plant()
    first, second = case(party_id=party_id), case(NUMBERLESS, party_id=party_id)
    judge_case(second.id, held_as="confirmed", reason="发病更早", by=BY, at=NOW, index_of_event=True)
    first.refresh_from_db()
    assert not first.index_of_event


def test_a_contact_who_is_judged_infected_is_a_contact_no_more() -> None:
    one = case()
    contact = Contact.objects.create(
        id=uuid4(),
        event=one.event,
        person=one.person,
        area_code=STREET,
        grade="close",
        state="managed",
        last_on=AT.date(),
        rule="8th edition",
        found_at=AT,
        entry_id=uuid4(),
    )
    judge_case(one.id, held_as="confirmed", reason="核酸阳性", by=BY, at=NOW)
    contact.refresh_from_db()
    assert contact.state == "case"


def test_opening_an_event_opens_the_four_tracks_once() -> None:
    event = report().event
    for _ in range(2):
        open_event(event.id, by=BY, at=NOW)
    kinds = Order.objects.filter(subject=f"event:{event.id}").values_list("kind", flat=True)
    tracks = ["response.disinfection", "response.isolation", "response.tracing", "response.transfer"]
    assert sorted(kinds) == tracks
    assert Entry.objects.filter(kind="event.opened").count() == 1


def test_an_event_is_not_ended_while_something_is_left_and_says_what() -> None:
    one = case()
    open_event(one.event_id, by=BY, at=NOW)
    with pytest.raises(Refused) as refused:
        close_event(one.event_id, by=BY, at=NOW)
    assert (refused.value.code, refused.value.facts["cases"], refused.value.facts["orders"]) == (
        "event.not_ended",
        1,
        5,
    )
    with pytest.raises(Refused, match=r"event\.not_contained"):
        contain_event(one.event_id, by=BY, at=NOW)
    judge_case(one.id, held_as="confirmed", reason="核酸阳性", by=BY, at=NOW)
    assert contain_event(one.event_id, by=BY, at=NOW).state == "contained"
    with pytest.raises(Refused, match=r"event\.not_ended"):
        close_event(one.event_id, by=BY, at=NOW)


def test_a_draft_whose_case_was_ruled_out_ends_and_can_be_opened_again_for_a_reason() -> None:
    one = case()
    judge_case(one.id, held_as="discarded", reason="三次核酸阴性", by=BY, at=NOW)
    assert close_event(one.event_id, by=BY, at=NOW).state == "closed"
    with pytest.raises(Refused, match=r"access\.reason"):
        reopen_event(one.event_id, reason="", by=BY, at=NOW)
    assert reopen_event(one.event_id, reason="复检阳性", by=BY, at=NOW).state == "open"


def test_a_report_cannot_be_changed_or_deleted() -> None:
    kept = report()
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        Report.objects.filter(id=kept.id).update(door="api")
