"""The scenario of tracing: five days of a plant's workshop, canteen, bus and dormitory, traced; one contest waits.

All people, places and visits are invented; the same in every run.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.utils import timezone

from yinghuo.core.ledger import new_id
from yinghuo.demo.response.scene import LAT, LON, STREET, Scene, event_id
from yinghuo.demo.world import named
from yinghuo.desks.response.actions import tracing
from yinghuo.desks.response.actions.contesting import contest
from yinghuo.desks.response.actions.visits import NewVenue, NewVisit
from yinghuo.desks.response.models import Contact, ContactState, Contest, Event, Grade, Trace

GATE, TEAM, CLERK = "system:demo.gates", "system:demo.tracing", "system:demo.telephone"
MOST_PEOPLE, LEAST_PEOPLE = 480, 60
FIRST_DAY, DAYS = date(2022, 5, 3), 5
LINE, ROOM, TABLE, BUS = 24, 6, 12, 40  # people who share one
SEED = 20220507
AT_ONCE = 5_000
HOUR = timedelta(hours=1)
WHERE = (  # kind, people in one, names, air
    ("workplace", LINE, "总装车间{}班（虚构）", "Assembly line {} (invented)", "poor"),
    ("dormitory", ROOM, "宿舍三号楼{}室（虚构）", "Dormitory 3, room {} (invented)", "none"),
    ("canteen", TABLE, "一食堂{}区（虚构）", "Canteen 1, section {} (invented)", "good"),
    ("bus", BUS, "通勤{}号车（虚构）", "Commuter bus {} (invented)", "poor"),
)


def play(scene: Scene) -> None:
    """Plays visits, tracing and a contest; a second time changes nothing."""
    event = Event.objects.filter(id=event_id()).first()
    if event is None:
        return
    people = scene.people[: max(LEAST_PEOPLE, round(MOST_PEOPLE * scene.scale))]
    began = event.opened_at or event.detected_at
    _venues(scene, len(people), began)
    rows = list(_visits(people))
    for start in range(0, len(rows), AT_ONCE):
        tracing.keep_visits(rows[start : start + AT_ONCE], by=GATE, at=began + HOUR, area_code=STREET)
    if not Trace.objects.filter(event=event).exists():
        tracing.trace(event.id, by=TEAM, at=began + 4 * HOUR)
    _contest(event, scene.now - 3 * HOUR)


def _venues(scene: Scene, people: int, at: datetime) -> None:
    for kind, share, name_zh, name_en, air in WHERE:
        for number in range((people - 1) // share + 1):
            shown = 101 + number if kind == "dormitory" else number + 1
            new = NewVenue(
                id=_venue(kind, number),
                name_zh=name_zh.format(shown),
                name_en=name_en.format(shown),
                kind=kind,
                area_code=STREET,
                ventilation=air,
                party_id=scene.plant,
                building="宿舍三号楼" if kind == "dormitory" else "",
                lat=LAT,
                lon=LON,
            )
            tracing.register_venue(new, by=TEAM, at=at)


def _visits(people: list[UUID]) -> Iterator[NewVisit]:
    """Each person's five days: bus, line, canteen, line, bus, room; some check in twice, some never check out.

    Those of one line share neither room nor table nor bus, as it happens in a large plant.
    """
    rng = np.random.default_rng(SEED)
    late = rng.normal(0, 4, (len(people), DAYS, 8)).round().astype(int)
    odd = rng.random((len(people), DAYS, 3))
    worn = rng.random(len(people)) < 0.25
    mixed = {kind: rng.permutation(len(people)) if kind != "workplace" else range(len(people)) for kind, *_ in WHERE}
    for seat, person in enumerate(people):
        for number in range(DAYS):
            seats = {kind: int(order[seat]) for kind, order in mixed.items()}
            day = Day(person, seats, FIRST_DAY + timedelta(days=number), [int(one) for one in late[seat, number]])
            missed, twice, away = (float(one) for one in odd[seat, number])
            if seat > 2 and away < 0.06:
                continue
            yield day.visit("bus", (7 * 60, 7 * 60 + 40), "seat")
            yield day.visit("workplace", (8 * 60, 11 * 60 + 30), "access", protected=bool(worn[seat]))
            if twice < 0.05:
                yield day.visit("workplace", (8 * 60 + 10, 11 * 60 + 30), "check_in", protected=bool(worn[seat]))
            yield day.visit("canteen", (11 * 60 + 40, None if missed < 0.04 else 12 * 60 + 10), "seat")
            yield day.visit("workplace", (12 * 60 + 30, 17 * 60), "access", protected=bool(worn[seat]))
            yield day.visit("bus", (17 * 60 + 20, 18 * 60), "seat")
            yield day.visit("dormitory", (21 * 60, 30 * 60), "roster")


class Day:
    """One person's day: minutes from midnight become moments, each a little early or late."""

    def __init__(self, person: UUID, seats: dict[str, int], day: date, late: list[int]) -> None:
        self.person, self.seats, self.day, self.late = person, seats, day, late
        self.made = 0

    def visit(self, kind: str, minutes: tuple[int, int | None], source: str, **more: bool) -> NewVisit:
        """A stay at the person's own place of a kind."""
        share = next(one[1] for one in WHERE if one[0] == kind)
        self.made += 1
        begins, ends = minutes
        return NewVisit(
            named("response-visit", f"{self.person}:{self.day}:{self.made}:{kind}"),
            self.person,
            _venue(kind, self.seats[kind] // share),
            self._moment(begins, self.late[self.made % 8]),
            None if ends is None else self._moment(ends, self.late[(self.made + 3) % 8]),
            source,
            more.get("protected"),
        )

    def _moment(self, minute: int, late_min: int) -> datetime:
        midnight = timezone.make_aware(datetime(self.day.year, self.day.month, self.day.day))  # noqa: DTZ001 - made aware
        return midnight + timedelta(minutes=minute + max(-9, min(9, late_min)))


def _contest(event: Event, at: datetime) -> None:
    """A close contact says that somebody else used the card; nobody has decided yet."""
    if Contest.objects.filter(contact__event=event).exists():
        return
    close = Contact.objects.filter(event=event, grade=Grade.CLOSE, state=ContactState.FOUND).order_by("id").first()
    if close:
        words = "5月5日我调休在家，工牌由同事代刷（虚构）。"
        contest(close.id, contest_id=new_id(), ground="not_me", words=words, by=CLERK, at=at)


def _venue(kind: str, number: int) -> UUID:
    return named("response-venue", f"{kind}:{number}")
