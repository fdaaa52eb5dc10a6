"""The review of an event: 7-1-7, contacts, isolation, clocks, ceilings; from records, with entries; figures; pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.desks.response.cases_world import AT, BY, STREET, case
from tests.web.pages_world import areas, at_noon, csv_rows, page, read, read_in_both, signed_in, user_of
from yinghuo.core.figures.queries import ask, compute, evidence
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.sequencer import sequence_all
from yinghuo.core.people.models import Role
from yinghuo.desks.response.actions.cases import judge_case
from yinghuo.desks.response.actions.cases_events import open_event
from yinghuo.desks.response.models import Case, Contact, Event, Step
from yinghuo.desks.response.queries.review import Counts, EventReview, reviews_of
from yinghuo.desks.response.queries.review_orders import clocks_of_events, met_and_missed
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
__all__ = ["at_noon"]
HOUR = timedelta(hours=1)


def contact(of: Event, grade: str = "close", state: str = "managed") -> Contact:
    """A contact that was found."""
    given: dict[str, Any] = {"last_on": date(2022, 5, 6), "rule": "8th edition", "found_at": AT + HOUR}
    entry_id = Entry.objects.filter(subject=f"event:{of.id}").earliest("id").id
    given |= {"person": uuid4(), "area_code": STREET, "grade": grade, "state": state, "entry_id": entry_id}
    return Contact.objects.create(id=uuid4(), event=of, **given)


@pytest.fixture
def first() -> Case:
    """A judged case of an event that is under way: emerged on 6 May, three contacts found."""
    areas()
    found = case()
    open_event(found.event_id, by=BY, at=AT + HOUR)
    facts: dict[str, Any] = {"onset_on": date(2022, 5, 6), "in_isolation": False, "index_of_event": True}
    judge_case(found.id, held_as="confirmed", reason="positive", by=BY, at=AT + 2 * HOUR, **facts)
    event = Event.objects.get(id=found.event_id)
    Event.objects.filter(id=event.id).update(emerged_on=date(2022, 5, 6))
    for grade, state in (("close", "managed"), ("close", "found"), ("close", "dropped"), ("general", "found")):
        contact(event, grade, state)
    return Case.objects.select_related("event").get(id=found.id)


def reviewed(of: Case) -> EventReview:
    return reviews_of([Event.objects.get(id=of.event_id)])[0]


def state_of(review: EventReview, key: str) -> str:
    return next(span.state(AT + 20 * HOUR) for span in review.spans if span.key == key)


def test_contacts_and_isolation_are_counted_as_they_stand(first: Case) -> None:
    assert reviewed(first).counts == Counts(contacts=2, cases=1, isolated=0, unknown=0)
    assert Counts(4, 2, 1, 0) + Counts(0, 1, 0, 1) == Counts(4, 3, 1, 1)
    assert (Counts(4, 2, 1, 1).per_case, Counts(4, 2, 1, 1).share_isolated) == (2.0, 1.0)
    assert (Counts(0, 0, 0, 0).per_case, Counts(0, 0, 0, 0).share_isolated) == (None, None)


def test_each_shown_action_names_a_ledger_entry_that_is_there(first: Case) -> None:
    shown = [one for one in reviewed(first).actions if one.shown]
    assert {"laboratory", "coordination"} <= {one.action.key for one in shown}
    for one in shown:
        assert one.shown is not None
        assert Entry.objects.filter(id=one.shown.entry_id).exists()


def test_the_early_response_ends_with_the_latest_of_the_applicable_and_leaves_the_others_out(first: Case) -> None:
    assert state_of(reviewed(first), "early_response") == "running"
    done = {"tracing.visits": 3, "tracing.report": 5, "isolation.told": 6}
    for key, hours in done.items():
        Step.objects.filter(event=first.event, key=key).update(outcome="done", done_at=AT + hours * HOUR, by=BY)
    for key in ("transfer.arrived", "disinfection.applied"):
        spared = {"outcome": "not_needed", "done_at": AT + 2 * HOUR, "by": BY, "note": "nobody lives there"}
        Step.objects.filter(event=first.event, key=key).update(**spared)
    found = reviewed(first)
    assert [one.action.key for one in found.actions if not one.applicable] == ["cases", "community"]
    last = found.spans[-1]
    assert last.until == AT + 6 * HOUR
    assert last.state(AT + 20 * HOUR) == "met"


def test_the_three_targets_are_held_against_their_clocks(first: Case) -> None:
    found = reviewed(first)
    assert state_of(found, "detection") == "met"
    assert state_of(found, "notification") == "met"
    assert state_of(found, "first_action") == "met"
    Event.objects.filter(id=first.event_id).update(emerged_on=date(2022, 4, 20), notified_at=AT + 30 * HOUR)
    late = reviewed(first)
    assert state_of(late, "detection") == "missed"
    assert state_of(late, "notification") == "missed"
    Event.objects.filter(id=first.event_id).update(emerged_on=None)
    assert state_of(reviewed(first), "detection") == "unknown"


def test_the_clocks_of_the_tracks_are_counted_and_the_missed_name_their_cause(first: Case) -> None:
    clocks = clocks_of_events([first.event], AT + 30 * HOUR)
    tracing = [one for one in clocks if one.kind == "response.tracing"]
    assert {one.kept.clock: one.kept.cause for one in tracing}["finish"] == "not_taken"
    met, missed, running = met_and_missed(clocks)["finish"]
    assert met == 1  # the check of the report, which the judgement ended
    assert met + missed + running == sum(one.kept.clock == "finish" for one in clocks)
    assert Entry.objects.filter(id__in=[one.entry_id for one in clocks]).exists()


def figure(key: str) -> Decimal | None:
    sequence_all()
    return compute(f"response.{key}", area="22", first=AT - 24 * HOUR, last=AT + 300 * HOUR).value


def test_figures_are_those_of_the_review(first: Case) -> None:
    assert (figure("events"), figure("cases"), figure("contacts")) == (1, 1, 2)
    assert figure("contacts_per_case") == 2
    assert figure("share_in_isolation") == 0
    assert figure("clocks") == 5  # four tracks, and the check of the report
    assert figure("clocks_met") == 20


def test_a_judgement_after_the_asked_size_changes_nothing_of_the_answer(first: Case) -> None:
    sequence_all()
    asked = ask("response.share_in_isolation", area="22", first=AT - 24 * HOUR, last=AT + 300 * HOUR)
    judge_case(
        first.id, held_as="confirmed", reason="was in a room already", by=BY, at=AT + 9 * HOUR, in_isolation=True
    )
    sequence_all()
    span = {"area": "22", "first": asked.first, "last": asked.last}
    assert compute(asked.figure.key, size=asked.size, **span).value == 0
    assert compute(asked.figure.key, **span).value == 100


def test_every_record_behind_a_figure_has_its_entry_and_no_pseudonym(first: Case) -> None:
    sequence_all()
    for key in ("events", "contacts_per_case", "clocks_met"):
        records = evidence(ask(f"response.{key}", area="22", first=AT - 24 * HOUR, last=AT + 300 * HOUR))
        assert records
        assert not any(str(first.person) in record.line for record in records)


def test_the_review_of_an_event_is_a_page_in_both_languages_and_a_pdf(first: Case) -> None:
    catalogue.compile_all()
    user = user_of(Role.AUDITOR)
    english, chinese = read_in_both(user, page("event_review", first.event.number))
    assert "Countermeasures among people and places" in english
    assert "人群与场所防控措施" in chinese
    answer = signed_in(user, language="zh-CN").get(page("event_review_pdf", first.event.number))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"NotoSansSC" in answer.content


def test_the_review_of_a_period_lists_its_events_and_their_file(first: Case) -> None:
    browser = signed_in(user_of(Role.DUTY))
    address = page("review") + "?first=2022-05-01&last=2022-05-08"
    assert first.event.number in read(browser, address)
    assert len(csv_rows(browser, address)) == 2
    assert first.event.number not in read(browser, page("review") + "?first=2022-04-01&last=2022-04-02")
    assert browser.get(page("review_pdf")).content.startswith(b"%PDF")


def test_a_stranger_from_the_next_city_finds_nothing(first: Case) -> None:
    stranger = signed_in(user_of(Role.AUDITOR, "2202"))
    assert stranger.get(page("event_review", first.event.number)).status_code == 404
    assert first.event.number not in read(stranger, page("review"))
    assert signed_in(user_of(Role.SAFETY)).get(page("review")).status_code == 403
