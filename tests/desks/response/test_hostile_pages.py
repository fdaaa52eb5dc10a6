"""Rubbish, wrong roles and other areas at every address of the desk: nothing falls over, nothing changes."""

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from tests.desks.response import followups_world as people
from tests.desks.response import levels_world, teams_world
from tests.desks.response import tracks_world as tracks
from tests.desks.response.exchange_world import WANG, begun, line_list
from tests.web.pages_world import CITY, NEXT_CITY, NOON, STREET, at_noon, signed_in, user_of
from yinghuo.console.paging import token
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import contesting, disinfection, levels_measures, needs, transfers
from yinghuo.desks.response.actions.cases import NewReport, Who, keep_report, merge_cases
from yinghuo.desks.response.actions.dispatch_waves import plan_wave
from yinghuo.desks.response.actions.levels_measures import NewMeasure
from yinghuo.desks.response.actions.stays.slips import give_slip
from yinghuo.desks.response.actions.visits_files import NewFile, begin_file
from yinghuo.desks.response.actions.visits_interview import Typed, save_line
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.models import Alike, Event, Import, InterviewLine, Round, Team, VisitFile, Wave
from yinghuo.desks.response.queries.dispatch_waves import Asked
from yinghuo.desks.response.urls import urlpatterns

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
ME, DAY = "user:1", date(2022, 5, 8)
RUBBISH = ("\x00", "x" * 10_000, "' OR 1=1; --", "9999-12-31", "9999-99-99", "-1", "9" * 20, "NaN")
MANGLED = ("W", "[", "W1tb" * 9_000, token("\0", "y"), token("x", "y"), token("9999-12-31T23:59:59+00:00", "9" * 20))
ASKED = (
    "area", "as", "contested", "day", "door", "event", "found_by", "from", "grade", "group", "held_as", "isolated",
    "kind", "model", "page", "party", "person", "q", "rank", "round", "size", "sort", "stage", "state", "subject",
    "table", "text", "to", "venue", "verdict", "week", "which", "who",
)  # fmt: skip
MAY = {Role.RESPONSE, Role.DUTY, Role.ADMIN}
OWN = ("/response/report", "/response/report/likely")  # safety officers and laboratories report, too
PLAUSIBLE = {
    "reason": "seen",
    "verdict": "two",
    "outcome": "done",
    "note": "x",
    "text": "x",
    "minutes": "9",
    "into": "1",
}
PLAUSIBLE |= {
    "held_as": "confirmed",
    "place": "x",
    "day": "2022-05-06",
    "begins": "22:00",
    "end": "completed",
    "of": "round",
}
PLAUSIBLE |= {
    "delay-minutes": "9",
    "delay-reason": "x",
    "status": "seen_well",
    "until": "2022-05-09",
    "ground": "other",
}


class World:
    """One of everything, in one street."""

    def __init__(self) -> None:
        self.levels = levels_world.LevelWorld(DAY)
        Event.objects.update(number="2201-8001")
        self.event = tracks.with_tracks(number="2201-9001", area_code=STREET)
        self.case, self.other = people.case(self.event), people.case(self.event, 2)
        self.contact = people.contact(self.event)
        self.user = user_of(Role.RESPONSE, CITY, name="right")
        self.place, ids = people.venue(), {"case": self.case, "other": self.other}
        people.visit(self.case.person, self.place, people.MORNING)
        people.exposure(self.contact, self.case, self.place)
        pair = Alike.objects.create(id=uuid4(), score=900, reasons=[], found_at=NOON, **ids)
        gone = people.case(self.event, 3)
        merge = merge_cases(gone.id, into=self.case.id, reason="one", by=ME, at=NOON)
        contest = contesting.contest(self.contact.id, contest_id=uuid4(), ground="elsewhere", by=ME, at=NOON)
        level = self.levels.in_force()
        measure = self._measure(level)
        site = tracks.site(("101", 2))
        stay = tracks.begun(self.event, person=self.contact.person, room_id=tracks.room(site, "101").id, at=NOON)
        self.code = give_slip(stay.id, by=ME, at=NOON)
        need = needs.ask(needs.NewNeed(uuid4(), stay.id, "food"), by=ME, at=NOON)
        ride = self._ride()
        place = self._place()
        generate(DAY, now=NOON)
        teams_world.team("T1", skills={"tracing": 2, "disinfection": 2, "transfer": 2}, members=4)
        report = keep_report(
            NewReport(id=uuid4(), at=NOON, door="phone", area_code=STREET, who=Who(name="赵一"), words="虚构"),
            by=ME,
            at=NOON,
        )
        line = save_line(self.case.id, uuid4(), Typed("食堂", "2022-05-06", "22:00"), by=ME, at=NOON)
        file = begin_file(
            NewFile(uuid4(), "a.csv", "证件号码,场所,到达时间\n1,x,y\n".encode(), "access", STREET), by=ME, at=NOON
        )
        wave = plan_wave(Asked("response.ride"), wave_id=uuid4(), user=self.user, at=NOON)
        self.ids: dict[str, object] = {
            "event_id": self.event.id, "case_id": self.case.id, "contact_id": self.contact.id, "stay_id": stay.id,
            "person_id": self.case.person, "venue_id": self.place.id, "pair_id": pair.id, "merge_id": merge.id,
            "contest_id": contest.id, "level_id": level.id, "measure_id": measure.id, "facility_id": site.id,
            "need_id": need.id, "ride_id": ride.id, "place_id": place.id, "report_id": report.id,
            "line_id": line.id, "file_id": file.id, "wave_id": wave.id, "import_id": begun(line_list(WANG)).id,
            "round_id": Round.objects.first().id, "step_id": tracks.step(self.event, "tracing.core_facts").id,
            "order_id": Order.objects.filter(subject=f"event:{self.event.id}").first().id,
            "term_id": stay.terms.first().id, "track": "tracing", "language": "en",
        }  # fmt: skip
        self.files = [f"/response/exchange/{self.ids['import_id']}/{step}" for step in ("columns", "apply", "withdraw")]
        self.at_first = self.facts()

    def facts(self) -> tuple[object, ...]:
        """What an act would change: the ledger, the orders, and what is kept without an entry."""
        kept = [rows.objects.count() for rows in (Entry, InterviewLine, Team, Wave, VisitFile, Import)]
        states = sorted(Order.objects.values_list("id", "state", "crew"))
        return (*kept, *states, *InterviewLine.objects.values_list("place", "kept_at"))

    def _measure(self, level: Any) -> Any:
        new = NewMeasure(uuid4(), "close_building", DAY, DAY, ("law.places",), "stairs", level=level.id)
        return levels_measures.propose_measure(new, by=ME, at=NOON)

    def _ride(self) -> Any:
        hospital = tracks.hospital(3)
        return transfers.reserve_ride(tracks.new_ride(self.event, facility_id=hospital.id), by=ME, at=NOON)

    def _place(self) -> Any:
        given = {"area_code": STREET, "target": "surface", "stock_mg_l": 50_000, "place": "门厅", "area_m2": 10}
        return disinfection.list_place(disinfection.NewPlace(uuid4(), self.event.id, **given), by=ME, at=NOON)

    def address(self, pattern: URLPattern) -> str:
        """The address with this world's own ids."""
        name, of = str(pattern.name), str(pattern.pattern)
        words = {"number": self.case.number if "/cases/" in of else self.event.number, "code": "T1"}
        words |= {"act": "delay" if "teams/" in of else "leave", "name": "contain"}
        words["step"] = "confirm" if "measures" in of else "apply"
        if of.startswith("i/"):
            words["code"] = self.code
        known = self.ids | words
        return reverse(name, kwargs={each: known[each] for each in pattern.pattern.converters})


class Forms(HTMLParser):
    """The forms of a page: action, method, and what each field would send, texts filled in plausibly."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.found = here, list[tuple[str, str, dict[str, str]]]()
        self.select, self.area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a form, a field, or the first filled choice of a select."""
        got = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append((got.get("action") or self.here, got.get("method", "get").lower(), {}))
        elif "hx-post" in got:
            self.found.append((got["hx-post"], "post", {}))
        if not self.found:
            return
        fields, name = self.found[-1][2], got.get("name", "")
        if tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and got.get("value") and not fields.get(self.select):
            fields[self.select] = got["value"]
        elif tag in ("input", "textarea") and name:
            kind = got.get("type", "text")
            filled = {"date": "2022-05-08", "number": "3", "text": "words", "datetime-local": "2022-05-08T11:00"}
            if kind in ("radio", "checkbox"):
                fields.setdefault(name, got.get("value", "on"))
            else:
                fields[name] = got.get("value") or filled.get(kind, "words")

    def handle_endtag(self, tag: str) -> None:
        """The choices of a select are over."""
        if tag == "select":
            self.select = ""


def undone(client: Client, method: str, address: str, data: Any = None) -> Any:
    """The answer to a request that leaves nothing behind."""
    with transaction.atomic():
        answer = getattr(client, method)(address, data)
        if hasattr(answer, "streaming_content"):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def shown(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """The pages that this client can read: address and text."""
    for pattern in urlpatterns:
        address = world.address(pattern)
        answer = undone(client, "get", address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield address, answer.content.decode()


@pytest.fixture
def world(tmp_path: Path, settings: Any) -> World:
    """One of everything, files in a folder of this test."""
    settings.ROSTERS_FOLDER = tmp_path
    return World()


def failing(client: Client, method: str, address: str, *given: dict[str, str]) -> list[str]:
    """Which of these fall over; what is refused, not found or shown again does not."""
    client.raise_request_exception = False
    return [f"{address} {str(data)[:80]}" for data in given if undone(client, method, address, data).status_code >= 500]


def test_no_page_falls_over_whatever_is_asked_of_it(world: World) -> None:
    client = signed_in(world.user)
    mixed = {key: RUBBISH[1 + at % (len(RUBBISH) - 1)] for at, key in enumerate(ASKED)}
    fallen = list[str]()
    for number, address in enumerate([address for address, _text in shown(client, world)]):
        asked = [mixed, {"after": MANGLED[number % len(MANGLED)]}]
        fallen += failing(client, "get", address, *asked, *[{"area": "\x00", "held_as": "\x00"}] * ("cases" in address))
    assert fallen == []


def test_no_form_falls_over_whatever_is_typed(world: World) -> None:
    client, forms = signed_in(world.user), dict[str, dict[str, str]]()
    for address, text in shown(client, world):
        page = Forms(address)
        page.feed(text)
        for action, method, fields in page.found:
            if (
                method == "post"
                and action.startswith(("/response", "/i"))
                and not action.endswith(("columns", "apply"))
            ):
                forms.setdefault(action.partition("#")[0], {}).update(fields)
    assert len(forms) > 30
    for number, (action, fields) in enumerate(sorted(forms.items())):
        typed = [fields | {name: RUBBISH[(number + at) % len(RUBBISH)]} for at, name in enumerate(fields) if at % 2]
        typed.append({name: RUBBISH[at % len(RUBBISH)] for at, name in enumerate(fields)})
        assert failing(client, "post", action, {}, fields, *typed) == []


def test_whoever_is_of_another_prefecture_changes_nothing_with_real_ids(world: World) -> None:
    for role in (*sorted(MAY), Role.SAFETY):
        client = signed_in(user_of(role, NEXT_CITY))
        for pattern in urlpatterns:
            address = world.address(pattern)
            if pattern.pattern.converters and not address.startswith(("/i/", "/isolation/")):
                assert _told(client, address, world) in (302, 403, 404, 405), f"{role} {address}"
        assert world.facts() == world.at_first, role


def test_a_role_that_may_not_changes_nothing(world: World) -> None:
    for role in set(Role) - MAY:
        client = signed_in(user_of(role, CITY))
        for pattern in urlpatterns:
            address = world.address(pattern)
            if address.startswith("/response") and address not in OWN:
                assert _told(client, address, world) in (302, 403, 404, 405, 422), f"{role} {address}"
        assert world.facts() == world.at_first, role


def test_words_that_cannot_be_stored_are_kept_without_what_cannot(world: World) -> None:
    client = signed_in(world.user)
    typed = {"place": "\x00食堂", "day": "2022-05-06", "begins": "22:00", "ends": ""}
    assert client.post(f"/response/cases/{world.case.number}/stays/{uuid4()}", typed).status_code < 500
    assert InterviewLine.objects.filter(place="食堂").count() == 2
    decided = client.post(f"/response/alike/{world.ids['pair_id']}", {"verdict": "two", "reason": "\x00seen both"})
    assert decided.status_code == 302
    assert Alike.objects.get().reason == "seen both"


def test_a_count_beyond_all_people_is_said_at_its_field(world: World) -> None:
    counts = {"of": "round", "on": "2022-05-08", "expected": "9" * 20, "swabbed": "3", "positive": "0", "evidence": "x"}
    answer = signed_in(world.user).post(f"/response/levels/{world.ids['level_id']}/result", counts)
    assert (answer.status_code, 'value="99999999999999999999"' in answer.content.decode()) == (422, True)


def _told(client: Client, address: str, world: World) -> int:
    """The answer to a plausible POST, which is not taken back: whatever it changed, it changed."""
    return int(client.post(address, PLAUSIBLE | {"contact": str(world.contact.id)}).status_code)
