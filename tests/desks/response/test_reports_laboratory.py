"""A laboratory's positive, handed over as an order, becomes report, event, case and result; once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.desks.response.cases_world import AT, BY, ELSEWHERE, NOW, STREET, WANG, case, plant
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import KINDS
from yinghuo.desks.response.actions.cases import judge_case, take_up
from yinghuo.desks.response.actions.reports_laboratory import NewResult, keep_result
from yinghuo.desks.response.jobs.case_drafts import take_up_waiting
from yinghuo.desks.response.models import Case, Event, LabResult, Report

pytestmark = pytest.mark.django_db
SAMPLED, RESULT = AT - timedelta(hours=9), AT - timedelta(hours=1)


def draft(subject: str = "", *, people: int = 1, tube: str = "JL0000000001", **given: Any) -> Order:
    """The order that the sampling desk opens for a positive tube."""
    detail = {"tube": tube, "people": people, "site": 1, "place_zh": "一号点", "place_en": "Site 1"}
    detail |= {"sampled_at": SAMPLED.isoformat(), "result_at": RESULT.isoformat()}
    fields = {"id": uuid4(), "subject": subject or f"person:{uuid4()}", "area_code": STREET, "detail": detail}
    order = work.NewOrder(**(fields | {"opened_at": RESULT} | given))
    return work.open_order(order, kind="response.case_draft", by="system:sampling.judge", at=RESULT)


def test_the_kind_that_is_taken_up_is_the_one_that_the_sampling_desk_opens() -> None:
    assert KINDS["response.case_draft"].role == "duty"


def test_a_positive_single_tube_becomes_a_case_with_its_result() -> None:
    order = draft()
    kept = take_up(order.id, by=BY, at=NOW)
    assert kept.case
    assert (kept.door, kept.at, kept.case.found_by) == ("laboratory", RESULT, "sampling")
    kept.case.refresh_from_db()
    assert kept.case.person == UUID(order.subject.removeprefix("person:"))
    result = LabResult.objects.get()
    assert (result.case, result.result, result.sampled_at, result.message) == (
        kept.case,
        "positive",
        SAMPLED,
        "JL0000000001",
    )
    assert kept.case.sampled_at == SAMPLED
    order.refresh_from_db()
    assert (order.state, order.done_by) == ("done", BY)


def test_taking_up_twice_is_taking_up_once_and_the_judgement_checks_the_order() -> None:
    order = draft()
    first, again = take_up(order.id, by=BY, at=NOW), take_up(order.id, by=BY, at=NOW)
    assert first == again
    assert (Report.objects.count(), Case.objects.count(), LabResult.objects.count()) == (1, 1, 1)
    assert first.case
    judge_case(first.case.id, held_as="asymptomatic", reason="无症状，核酸阳性", by=BY, at=NOW)
    order.refresh_from_db()
    assert (order.state, order.verified_by) == ("closed", "system:response.cases")


def test_a_positive_pooled_tube_is_an_event_that_names_nobody() -> None:
    kept = take_up(draft("tube:JL0000000001", people=10).id, by=BY, at=NOW)
    assert kept.case is None
    assert not Case.objects.exists()
    assert kept.event.name == "一号点"
    assert Order.objects.filter(subject=f"event:{kept.event.id}", kind="response.check").count() == 1


def test_the_positive_of_somebody_reported_before_belongs_to_that_case() -> None:
    one = case()
    kept = take_up(draft(f"person:{pseudonym(WANG.number)}").id, by=BY, at=NOW)
    assert kept.case == one
    assert Event.objects.count() == 1
    assert LabResult.objects.get().case == one


def test_in_another_prefecture_it_is_a_case_of_its_own_that_is_proposed_as_the_same() -> None:
    one = case(area_code=ELSEWHERE)
    kept = take_up(draft(f"person:{pseudonym(WANG.number)}").id, by=BY, at=NOW)
    assert kept.case
    assert kept.case != one
    assert kept.case.alike.get().other == one


def test_positives_of_one_plant_are_one_event() -> None:
    party_id = plant()
    for number in range(3):
        take_up(draft(tube=f"JL000000000{number}", party_id=party_id).id, by=BY, at=NOW)
    assert (Event.objects.count(), Case.objects.count()) == (1, 3)


def test_a_positive_of_long_before_is_no_part_of_the_plants_event_of_today() -> None:
    party_id, long_ago = plant(), RESULT - timedelta(days=40)
    take_up(draft(party_id=party_id).id, by=BY, at=NOW)
    late = draft(tube="JL0000000002", party_id=party_id)
    Order.objects.filter(id=late.id).update(detail=late.detail | {"result_at": long_ago.isoformat()})
    take_up(late.id, by=BY, at=NOW)
    assert Event.objects.count() == 2


def test_a_withdrawn_positive_opens_nothing() -> None:
    order = draft()
    work.cancel(order.id, reason="the tube is no longer positive", by="system:sampling.judge", at=NOW)
    with pytest.raises(Refused, match=r"case\.draft_withdrawn"):
        take_up(order.id, by=BY, at=NOW)
    assert take_up_waiting(NOW) == 0
    assert not Event.objects.exists()


def test_only_a_case_draft_is_taken_up() -> None:
    one = case()
    other = Order.objects.get(subject=f"case:{one.id}")
    with pytest.raises(Refused, match=r"case\.no_draft"):
        take_up(other.id, by=BY, at=NOW)


def test_what_waits_is_taken_up_without_anybody_pressing_a_key() -> None:
    for number in range(3):
        draft(tube=f"JL000000000{number}")
    assert (take_up_waiting(NOW), take_up_waiting(NOW)) == (3, 0)
    assert Case.objects.count() == 3


def test_another_laboratorys_result_is_kept_once_and_moves_the_first_positive_sample_back() -> None:
    one = case(sampled_at=AT)
    told = {"reported_at": RESULT, "message": "M-1", "ct": {"orf1ab": "24.3"}}
    first = keep_result(one.id, NewResult(uuid4(), SAMPLED, result="positive", **told), by=BY, at=NOW)
    again = keep_result(one.id, NewResult(uuid4(), SAMPLED, result="positive", **told), by=BY, at=NOW)
    keep_result(one.id, NewResult(uuid4(), SAMPLED, RESULT, "negative", message="M-2"), by=BY, at=NOW)
    one.refresh_from_db()
    assert first == again
    assert (one.sampled_at, one.lab_results.count()) == (SAMPLED, 2)
    with pytest.raises(Refused, match=r"case\.result"):
        keep_result(one.id, NewResult(uuid4(), SAMPLED, RESULT, "perhaps"), by=BY, at=NOW)
