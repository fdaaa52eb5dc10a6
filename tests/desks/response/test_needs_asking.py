"""Needs in isolation: a clock by kind, asked by the staff or by the slip's page, answered, confirmed by who asked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.desks.response.tracks_world import AT, DAY, HOUR, ME, MIN, begun, event, order, refused, user
from yinghuo.desks.response.actions import needs, stays
from yinghuo.desks.response.actions.stays.slips import WRONG_BY_ADDRESS
from yinghuo.desks.response.models import Need, NeedKind, Stay
from yinghuo.desks.response.rules.needs import NEED_CLOCKS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    WRONG_BY_ADDRESS._counts.clear()


def asked(stay: Stay, kind: str = "medicine", **more: str) -> Need:
    return needs.ask(needs.NewNeed(uuid4(), stay.id, kind, **more), by=f"stay:{stay.id}", at=AT)


def test_every_kind_has_a_clock_and_dialysis_runs_faster_than_anything_else() -> None:
    assert {row.kind for row in NEED_CLOCKS} == set(NeedKind.values)
    stay = begun(event())
    dialysis, other = order(asked(stay, "dialysis").id), order(asked(stay, "other").id)
    assert (dialysis.accept_by, dialysis.finish_by) == (AT + 10 * MIN, AT + 4 * HOUR)
    assert other.finish_by == AT + 24 * HOUR


def test_the_same_request_sent_twice_is_one_request() -> None:
    new = needs.NewNeed(uuid4(), begun(event()).id, "food")
    assert needs.ask(new, by=ME, at=AT) == needs.ask(new, by=ME, at=AT + HOUR)
    assert Need.objects.count() == 1


def test_a_number_of_a_person_has_no_place_in_the_words() -> None:
    stay = begun(event())
    for text in ("call 138 0000 0000", "11010519491231002X"):
        with refused("need.number"):
            asked(stay, text=text)
    with refused("need.text", longest=300):
        asked(stay, text="x" * 301)


def test_a_need_is_closed_by_the_word_of_who_asked() -> None:
    stay = begun(event())
    need = asked(stay)
    with refused("need.not_met"):
        needs.confirm(need.id, stay_id=stay.id, at=AT)
    needs.meet(need.id, text="brought at noon", by=ME, at=AT + HOUR)
    assert order(need.id).state == "done"
    with refused("need.unknown"):
        needs.confirm(need.id, stay_id=uuid4(), at=AT + HOUR)
    needs.confirm(need.id, stay_id=stay.id, at=AT + HOUR)
    assert (order(need.id).state, order(need.id).verified_by) == ("closed", f"stay:{stay.id}")


def test_who_answers_has_taken_the_need() -> None:
    need = asked(begun(event()))
    needs.answer(need.id, text="on its way", by=ME, at=AT + MIN)
    assert (order(need.id).state, order(need.id).crew) == ("taken", ME)


def test_the_words_are_forgotten_21_days_after_the_stay() -> None:
    stay = begun(event())
    need = asked(stay, text="insulin")
    needs.answer(need.id, text="on its way", by=ME, at=AT)
    stays.end_stay(stay.id, end="completed", by=ME, at=AT + DAY)
    assert needs.forget(AT + 22 * DAY) == 0
    assert needs.forget(AT + 22 * DAY + timedelta(minutes=1)) == 1
    need.refresh_from_db()
    assert (need.text, need.answer) == ("", "")


def test_the_slip_opens_the_page_without_a_login_in_both_languages(client: Client) -> None:
    stay = begun(event())
    code = stays.give_slip(stay.id, by=ME, at=AT)
    page = client.get(f"/i/{code}/en")
    assert page.status_code == 200
    assert "You are isolated until" in page.content.decode()
    assert "sessionid" not in page.cookies
    assert client.get(f"/i/{code}/zh").headers["Content-Language"] == "zh-hans"
    assert client.get(f"/i/{code}/fr").status_code == 404
    assert code.replace("-", "") not in str(Stay.objects.values().get())


def test_somebody_isolated_asks_and_reads_the_answer(client: Client) -> None:
    stay = begun(event())
    code = stays.give_slip(stay.id, by=ME, at=AT)
    sent = {"what": "ask", "id": str(uuid4()), "kind": "medicine", "text": "insulin"}
    assert client.post(f"/i/{code}/en", sent).status_code == 303
    assert client.post(f"/i/{code}/en", sent).status_code == 303
    need = Need.objects.get()
    needs.meet(need.id, text="It lies before your door.", by=ME, at=AT)
    assert "It lies before your door." in client.get(f"/i/{code}/en").content.decode()
    assert client.post(f"/i/{code}/en", {"what": "met", "need": str(need.id)}).status_code == 303
    assert order(need.id).state == "closed"


def test_what_was_typed_is_not_lost_when_it_is_refused(client: Client) -> None:
    code = stays.give_slip(begun(event()).id, by=ME, at=AT)
    sent = {"what": "ask", "id": str(uuid4()), "kind": "food", "text": "ring 13800000000 for rice"}
    page = client.post(f"/i/{code}/en", sent)
    assert page.status_code == 422
    assert "ring 13800000000 for rice" in page.content.decode()
    assert not Need.objects.exists()


def test_a_new_slip_ends_the_old_one_and_wrong_codes_are_counted(client: Client) -> None:
    stay = begun(event())
    old, new = (stays.give_slip(stay.id, by=ME, at=AT) for _ in range(2))
    assert [client.get(f"/i/{code}/en").status_code for code in (old, new)] == [404, 200]
    for _ in range(WRONG_BY_ADDRESS.most):
        client.get("/i/0000-0000-0000/en")
    assert client.get(f"/i/{new}/en").status_code == 429


def test_the_page_of_an_ended_stay_is_closed(client: Client) -> None:
    stay = begun(event())
    code = stays.give_slip(stay.id, by=ME, at=AT)
    stays.end_stay(stay.id, end="completed", by=ME, at=AT)
    assert client.get(f"/i/{code}/en").status_code == 404


def test_somebody_outside_the_area_sees_no_need(client: Client) -> None:
    need = asked(begun(event()))
    client.force_login(user(area_code="220204"))
    assert client.get(f"/response/needs/{need.id}").status_code == 404
    client.force_login(user())
    assert client.get(f"/response/needs/{need.id}").status_code == 200
    assert client.get("/response/needs").status_code == 200
