"""Pages of reports, events and cases: who sees which, what is refused, nothing of other areas."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desks.response.cases_world import (
    AT,
    BY,
    ELSEWHERE,
    NUMBERLESS,
    STREET,
    WANG,
    case,
    plant,
    region,
    report,
    user,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role, User
from yinghuo.desks.response.actions.cases import judge_case, merge_cases, open_event
from yinghuo.desks.response.models import Alike, Case, Event, Merge, Report

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "SET LOCAL")  # the frame of a transaction reads nothing
CALL = {"callback": "13900000008", "name": "赵一", "area": "220106001", "symptoms": ["fever"], "words": "厂里有人发烧"}


@pytest.fixture(autouse=True)
def _areas() -> None:
    region()


def signed(who: User, language: str = "en") -> Client:
    """A browser in which somebody is signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(who)
    return client


def text(client: Client, path: str) -> str:
    """The page at a path."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_call_is_kept_and_leads_to_its_case() -> None:
    client = signed(user())
    answer = client.post("/response/report", CALL)
    one = Case.objects.get()
    assert answer.headers["Location"] == f"/response/cases/{one.number}"
    assert Report.objects.get().symptoms == ["fever"]
    page = text(client, f"/response/cases/{one.number}")
    assert "Call · fever" in page
    assert "赵一" not in page


def test_a_call_sent_twice_is_one_report() -> None:
    client, report_id = signed(user()), str(uuid4())
    for _ in range(2):
        assert client.post("/response/report", CALL | {"report": report_id}).status_code == 302
    assert Report.objects.count() == 1


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays() -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    wrong = CALL | {"number": "110105194912310021", "onset_on": tomorrow, "area": "220204001"}
    answer = signed(user()).post("/response/report", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A digit of the identity number is wrong" in page
    assert "This day is still to come" in page
    assert 'value="赵一"' in page
    assert not Report.objects.exists()


def test_likely_duplicates_appear_while_it_is_typed_and_of_another_area_only_whom_to_ask() -> None:
    user(area_code="2202")
    here, there = case(at=timezone.now()), case(area_code=ELSEWHERE, at=timezone.now())
    client = signed(user())
    answer = client.post("/response/report/likely", {"name": "王小明", "phone": "13900000001", "area": STREET})
    page = answer.content.decode()
    assert here.number in page
    assert there.number not in page
    assert "Officer 2202" in page


def test_the_words_of_a_call_are_opened_one_by_one_and_the_ledger_knows() -> None:
    kept = report(words="王小明说他发烧")
    client = signed(user())
    assert "王小明" not in text(client, f"/response/cases/{kept.case.number}")
    assert "王小明说他发烧" in client.post(f"/response/report/{kept.id}/words").content.decode()
    assert Entry.objects.filter(kind="words.opened").count() == 1
    assert signed(user(area_code="2202")).post(f"/response/report/{kept.id}/words").status_code == 404


def test_a_safety_officer_reports_for_the_own_enterprise_and_sees_nothing_else() -> None:
    party_id, other = plant(), report()
    officer = user(Role.SAFETY, STREET, party_id=party_id)
    client = signed(officer)
    assert "Trial plant (invented)" in text(client, "/response/report")
    sent = client.post("/response/report", {"name": "赵一", "symptoms": ["fever"], "place": "焊装一线"})
    kept = Report.objects.get(party_id=party_id)
    assert sent.headers["Location"] == f"/response/report/{kept.id}"
    assert kept.event.number in text(client, f"/response/report/{kept.id}")
    found = report(NUMBERLESS, party_id=party_id, door="laboratory")
    for hidden in (other, found):
        assert client.get(f"/response/report/{hidden.id}").status_code == 404
        assert hidden.case.number not in text(client, "/response/report")
    for path in ("/response", "/response/cases", f"/response/events/{kept.event.number}"):
        assert client.get(path).status_code == 403


def test_a_safety_officer_without_an_enterprise_is_told_so() -> None:
    answer = signed(user(Role.SAFETY, STREET)).get("/response/report")
    assert answer.status_code == 409
    assert "report.no_party" in answer.content.decode()


def test_nothing_of_another_area_exists() -> None:
    one = case()
    other = signed(user(area_code="2202"))
    paths = [f"/response/events/{one.event.number}", f"/response/cases/{one.number}"]
    paths += [f"/response/cases/{one.number}/judge", f"/response/cases/{one.number}/investigation"]
    assert [other.get(path).status_code for path in paths] == [404] * 4
    for path in ("/response", "/response/cases"):
        page = text(other, path)
        assert one.number not in page
        assert one.event.number not in page


def test_the_list_of_events_is_narrowed_by_state_area_and_clock() -> None:
    early, now_ = report(), report(NUMBERLESS, at=timezone.now(), area_code="220102001")
    client = signed(user())
    late = text(client, "/response?late=yes")
    assert early.event.number in late
    assert now_.event.number not in late
    near = text(client, "/response?area=220102")
    assert now_.event.number in near
    assert early.event.number not in near
    assert early.event.number not in text(client, "/response?state=open")


def test_the_list_of_cases_is_narrowed_to_an_event_and_is_a_file_too() -> None:
    one, other = case(), case(NUMBERLESS)
    file = b"".join(signed(user()).get(f"/response/cases?event={one.event.number}&as=csv")).decode("utf-8-sig")
    assert one.number in file
    assert other.number not in file


def test_a_case_is_judged_on_its_page_and_the_page_of_its_event_shows_it() -> None:
    one = case()
    client = signed(user(Role.RESPONSE))
    given = {"held_as": "confirmed", "reason": "核酸阳性", "onset_on": "2022-05-05", "isolated": "no"}
    answer = client.post(f"/response/cases/{one.number}/judge", given)
    assert answer.status_code == 302, answer.content.decode()
    page = text(client, f"/response/events/{one.event.number}")
    assert "Case judged" in page
    assert "核酸阳性" in page
    assert "Confirmed" in page


def test_an_event_is_opened_with_one_press_and_refuses_to_end_with_what_is_left() -> None:
    one = case()
    client = signed(user(Role.RESPONSE))
    client.post(f"/response/events/{one.event.number}/step/open")
    assert Event.objects.get().state == "open"
    answer = client.post(f"/response/events/{one.event.number}/step/end")
    assert answer.status_code == 409
    assert "5 open orders" in answer.content.decode()


def test_a_pair_is_decided_by_who_sees_both_and_taken_back() -> None:
    first, second = case(), case(at=AT + timedelta(hours=1))
    pair = Alike.objects.get()
    client = signed(user(Role.RESPONSE))
    assert first.number in text(client, f"/response/cases/{second.number}")
    client.post(f"/response/alike/{pair.id}", {"verdict": "one", "reason": "同一人"})
    second.refresh_from_db()
    assert second.merged_into == first
    client.post(f"/response/merges/{Merge.objects.get().id}/undo", {"reason": "误判"})
    second.refresh_from_db()
    assert second.merged_into is None


def test_a_pair_across_areas_is_not_decided_by_half_of_those_who_know() -> None:
    case(area_code=ELSEWHERE)
    case()
    pair = Alike.objects.get()
    answer = signed(user(Role.RESPONSE)).post(f"/response/alike/{pair.id}", {"verdict": "one", "reason": "同一人"})
    assert answer.status_code == 403


def test_an_event_is_merged_into_another_of_the_area_only() -> None:
    one, other, far = case(), case(NUMBERLESS), case(area_code=ELSEWHERE)
    client, path = signed(user(Role.RESPONSE)), f"/response/events/{one.event.number}/merge"
    refused = client.post(path, {"into": far.event.number, "reason": "同源"})
    assert refused.status_code == 422
    assert client.post(path, {"into": other.event.number, "reason": "同源"}).status_code == 302
    one.refresh_from_db()
    assert one.event == other.event


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_whole_within_twelve_queries(language: str) -> None:
    party_id = plant()
    first = case(party_id=party_id)
    for seat in range(6):
        case(type(WANG)(name=f"某{seat}", phone=f"1390000{seat:04}"), party_id=party_id)
    open_event(first.event_id, by=BY, at=AT)
    judge_case(first.id, held_as="confirmed", reason="核酸阳性", by=BY, at=AT)
    merge_cases(Case.objects.order_by("number")[2].id, into=first.id, reason="同一人", by=BY, at=AT)
    client = signed(user(), language)
    number, event = first.number, first.event.number
    paths = ["/response", "/response/cases", f"/response/events/{event}", f"/response/cases/{number}"]
    paths += [f"/response/cases/{number}/investigation", f"/response/cases/{number}/judge", "/response/report"]
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            text(client, path)
        asked = [query["sql"][:150] for query in queries if not query["sql"].startswith(CONTROL)]
        assert len(asked) <= 12, "\n".join([path, *asked])
