"""Rubbish, wrong roles and other areas at every address of the desk: nothing falls over, nothing changes."""

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, reverse

from tests.desks.response import followups_world as people
from tests.desks.response import levels_world, teams_world
from tests.desks.response import tracks_world as tracks
from tests.desks.response.exchange_world import WANG, begun, line_list
from tests.web.pages_world import CITY, NEXT_CITY, NOON, STREET, at_noon, signed_in, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import contesting, dispatch, disinfection, levels_measures, needs, transfers
from yinghuo.desks.response.actions.cases import NewReport, Who, keep_report, merge_cases
from yinghuo.desks.response.actions.dispatch_waves import plan_wave
from yinghuo.desks.response.actions.levels_measures import NewMeasure
from yinghuo.desks.response.actions.stays.slips import give_slip
from yinghuo.desks.response.actions.visits_files import NewFile, begin_file
from yinghuo.desks.response.actions.visits_interview import Typed, save_line
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.models import Alike, Event, Round
from yinghuo.desks.response.queries.dispatch_waves import Asked
from yinghuo.desks.response.urls import urlpatterns

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
ME, DAY = "user:1", date(2022, 5, 8)
RUBBISH = ("\x00", "x" * 10_000, "' OR 1=1; --", "9999-12-31", "9999-12-31T23:59", "-1", "9" * 20, "NaN", "\ufffe", "")
OPEN_TO = (Role.RESPONSE, Role.DUTY)

class World:
    """One of everything, in one street."""

    def __init__(self, folder: Path) -> None:
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
        team = teams_world.team("T1", skills={"tracing": 2, "disinfection": 2, "transfer": 2}, members=4)
        report = keep_report(
            NewReport(id=uuid4(), at=NOON, door="phone", area_code=STREET, who=Who(name="赵一"), words="虚构"), by=ME, at=NOON
        )
        line = save_line(self.case.id, uuid4(), Typed("食堂", "2022-05-06", "22:00"), by=ME, at=NOON)
        file = begin_file(NewFile(uuid4(), "a.csv", "证件号码,场所,到达时间\n1,x,y\n".encode(), "access", STREET), by=ME, at=NOON)
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
        self.team = team

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


def test_x(tmp_path, settings, at_noon):
    import time, collections, traceback
    settings.ROSTERS_FOLDER = tmp_path
    import logging; logging.disable(logging.CRITICAL)
    w = World(tmp_path)
    bad = collections.defaultdict(list)
    urls = [(p.name, w.address(p)) for p in urlpatterns]
    params = ("after day from to area kind party event subject table which week venue text as q sort held_as state stage grade who rank "
              "found_by isolated contested door done size round person model page group verdict").split()
    forms = {}
    t0 = time.time()
    n = 0
    def check(a, *what):
        nonlocal n
        n += 1
        if a.status_code >= 500:
            e = getattr(a, "exc_info", None)
            where = ""
            if e:
                fr = [f for f in traceback.extract_tb(e[2]) if "yinghuo" in f.filename]
                where = " < ".join(f"{f.filename.split('yinghuo/')[-1]}:{f.lineno}" for f in reversed(fr[-4:]))
                bad[(where, type(e[1]).__name__ + str(e[1])[:90])].append(what)
            else:
                bad[("?", str(a.status_code))].append(what)
    from tests.web.pages_world import NOON
    for role in OPEN_TO:
        c = signed_in(user_of(role, CITY, name="u"+role))
        c.raise_request_exception = False
        for name, u in urls:
            a = undone(c, "get", u)
            check(a, role, "plain", u)
            if a.status_code == 200 and a.headers["Content-Type"].startswith("text/html"):
                f = Forms(u); f.feed(a.content.decode())
                for action, method, fields in f.found:
                    forms.setdefault((role, action.split("#")[0], method), fields).update(fields)
            if a.status_code in (405, 403, 302, 404) or a.status_code >= 500: 
                if a.status_code != 405: print(role, a.status_code, name, u)
                continue
            if role == "duty" : continue
            if ROUND == "get":
                t1=time.time()
                for r in RUBBISH:
                    check(undone(c, "get", u, {p: r for p in params if p != "after"}), "all", r[:12], u)
                    for p in params:
                        check(undone(c, "get", u, {p: r}), p, r[:12], u)
        if ROUND == "post":
            for (ro, action, method), fields in list(forms.items()):
                if ro != role or method != "post" or "/response" not in action and not action.startswith("/i"): continue
                a = undone(c, "post", action, fields)
                check(a, "good", action)
                print(role, a.status_code, action, {k: v[:12] for k, v in fields.items() if k != "csrfmiddlewaretoken"})
                check(undone(c, "post", action, {}), "empty", action)
                for r in RUBBISH:
                    for k in fields:
                        if k == "csrfmiddlewaretoken": continue
                        check(undone(c, "post", action, fields | {k: r}), k, r[:12], action)
                    check(undone(c, "post", action, {k: r for k in fields}), "all", r[:12], action)
            posted = {a for (_, a, m) in forms if m == "post"}
            for name, u in urls:
                a = undone(c, "post", u, {})
                check(a, "emptypost", u)
                if a.status_code != 405 and u not in posted: print("no form for", name, u, a.status_code)
    print(n, "requests", round(time.time()-t0), "s")
    for k, v in sorted(bad.items()):
        print(k, len(v), v[:4])
import re, os
ROUND = os.environ.get("ROUND", "")
