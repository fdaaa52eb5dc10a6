"""The scenario of the response desk: a hospital, an isolation site, stays with needs, rides, disinfection; invented."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from yinghuo.core.parties.actions import register_party
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.demo.response.scene import AREA, LAT, LON, STREET, Scene, event_id
from yinghuo.demo.world import named
from yinghuo.desks.response.actions import disinfection, facilities, needs, stays, tracks, transfers
from yinghuo.desks.response.jobs import assays
from yinghuo.desks.response.models import Case, Contact, Event, Stay, Step
from yinghuo.desks.response.rules.track_kinds import ASSAY

CENTRE, TEAM, SITE = "system:demo.centre", "system:demo.team", "system:demo.site"
HOSPITAL, OFFICE = "system:demo.hospital", "system:demo.office"
HOUR = timedelta(hours=1)
ROOMS = [f"{floor}{number:02}" for floor in (2, 3) for number in range(1, 13)]
MOST_STAYS = 14
SETTLED = (  # hours after the opening
    (1, "tracing.core_facts"),
    (3, "tracing.visits"),
    (5, "tracing.contacts"),
    (6, "tracing.handed_on"),
    (1, "transfer.who"),
    (1, "transfer.beds"),
    (2, "transfer.route"),
    (2.5, "transfer.left"),
    (3, "transfer.arrived"),
    (2, "isolation.site"),
    (7, "isolation.rooms"),
    (7, "isolation.told"),
    (7.5, "isolation.needs"),
    (7.5, "isolation.assays"),
    (19, "tracing.report"),
    (4, "disinfection.places"),
    (4, "disinfection.doses"),
)
CHECKED = (("transfer", 10), ("isolation", 12), ("tracing", 26))  # hours after the opening
ASKED = (  # seat, kind, words, hours before now, answer
    (0, "medicine", "降压药还剩一天的量（虚构）", 30, "社区已送药到门口。"),
    (1, "child", "孩子奶粉不够（虚构）", 3, ""),
    (2, "animal", "家里的猫没人喂（虚构）", 5, "志愿者今天上午上门。"),
    (3, "food", "忌口，不吃牛羊肉（虚构）", 1, ""),
)
PLACES = (  # place, target, m², after the seat's ride, done, residual chlorine mg/L
    ("宿舍三号楼302室（虚构）", "surface", "36", 0, True, "0.6"),
    ("总装车间二班工位（虚构）", "surface", "420", 1, True, ""),
    ("宿舍三号楼118室（虚构）", "surface", "36", 2, False, ""),
)


def play(scene: Scene) -> None:
    """Plays the four tracks from the opening of the plant's event until now; a second time changes nothing."""
    event = Event.objects.filter(id=event_id()).first()
    if event is None or event.opened_at is None:
        return
    began = event.opened_at
    tracks.open_tracks(event, by=CENTRE, at=began)
    hospital, site = _places(began)
    _ride_cases(event, scene, hospital, began)
    isolated = _isolate(event, site, began + 7 * HOUR)
    _settle(event, began)
    _disinfect(event, began)
    for track, hours in CHECKED:
        tracks.verify_track(event.id, track, by=OFFICE, at=began + hours * HOUR)
    _sample(scene.now)
    _ask(isolated, scene.now)


def _places(at: datetime) -> tuple[UUID, UUID]:
    party = register_party(
        by=CENTRE,
        at=at,
        id=named("response-party", "hospital"),
        kind="hospital",
        name_zh="市定点医院（虚构）",
        name_en="Designated hospital (invented)",
        area_code=AREA,
    )
    hospital = facilities.NewFacility(
        party.id, "hospital", party.name_zh, AREA, LAT + 0.03, LON + 0.05, party.name_en, party_id=party.id
    )
    site = facilities.NewFacility(
        named("response-site", "first"),
        "site",
        "第一隔离点（虚构）",
        STREET,
        LAT + 0.01,
        LON,
        "Isolation site 1 (invented)",
    )
    for one in (hospital, site):
        facilities.add_facility(one, by=CENTRE, at=at)
    facilities.tell_capacity(hospital.id, "isolation", beds=6, by=CENTRE, at=at)
    facilities.tell_capacity(hospital.id, "pressure", beds=2, by=CENTRE, at=at)
    rooms = [
        facilities.NewRoom(code, 1 + (code[-1] == "2"), "family" if code[-1] == "2" else "single", code[0] == "2")
        for code in ROOMS
    ]
    facilities.add_rooms(site.id, rooms, by=CENTRE, at=at)
    return hospital.id, site.id


def _ride_cases(event: Event, scene: Scene, hospital: UUID, began: datetime) -> None:
    """Two cases are in hospital, the third is on the road."""
    cases = {case.person: case for case in Case.objects.filter(event=event, person__in=scene.people[:3])}
    for seat, person in enumerate(scene.people[:3]):
        case = cases.get(person)
        if case is None:
            continue
        at = max(case.reported_at + 2 * HOUR, began + HOUR) if seat < 2 else scene.now - HOUR
        new = transfers.NewRide(
            named("response-ride", str(seat)),
            event.id,
            person,
            STREET,
            facility_id=hospital,
            bed_kind="isolation",
            case_id=case.id,
            from_lat=LAT,
            from_lon=LON,
        )
        ride = transfers.reserve_ride(new, by=CENTRE, at=at)
        work.take(ride.order_id, by=TEAM, at=at + HOUR / 10)
        work.arrive(ride.order_id, by=TEAM, at=at + HOUR / 3)
        transfers.leave(ride.id, by=TEAM, at=at + HOUR / 2)
        if seat < 2:
            transfers.take_in(ride.id, facility_id=hospital, by=HOSPITAL, at=at + HOUR)
            work.verify(ride.order_id, by=CENTRE, at=at + 2 * HOUR)


def _isolate(event: Event, site: UUID, at: datetime) -> list[Stay]:
    """The first close contacts go to rooms; two of one household share one."""
    contacts = list(Contact.objects.filter(event=event, grade="close", state__in=["found", "managed"]).order_by("id"))
    rooms = {room.code: room.id for room in facilities.Room.objects.filter(facility_id=site)}
    codes = ["202", *(code for code in ROOMS if code != "202")]
    made = []
    for seat, contact in enumerate(contacts[:MOST_STAYS]):
        new = stays.NewStay(
            named("response-stay", str(contact.id)),
            event.id,
            contact.person,
            contact.area_code,
            contact.grade,
            contact.last_on,
            contact_id=contact.id,
            room_id=rooms[codes[max(seat - 1, 0)]],
            together=contacts[0].id if seat < 2 else None,
        )
        made.append(stays.begin_stay(new, by=SITE, at=max(at, contact.found_at) + seat * timedelta(minutes=5)))
    return made


def _settle(event: Event, began: datetime) -> None:
    steps = {step.key: step.id for step in Step.objects.filter(event=event)}
    for hours, key in SETTLED:
        tracks.tick(steps[key], by=CENTRE if key.startswith("tracing") else TEAM, at=began + hours * HOUR)


def _sample(now: datetime) -> None:
    """Assays of the days before are done and checked, today's are due."""
    for days in (2, 1):
        at = now - timedelta(days=days)
        assays.daily(timezone.localdate(at), at=at)
        done = list(Order.objects.filter(kind=ASSAY, opened_at__lte=at).values_list("id", flat=True))
        work.finish_many(done, by=SITE, at=at + 6 * HOUR)
        work.verify_many(done, by=CENTRE, at=at + 11 * HOUR)
    assays.daily(timezone.localdate(now), at=now)


def _disinfect(event: Event, began: datetime) -> None:
    rides = set(event.transfers.values_list("id", flat=True))
    for place, target, area, seat, done, found in PLACES:
        after = named("response-ride", str(seat))
        new = disinfection.NewPlace(
            named("response-place", place),
            event.id,
            AREA,
            target,
            50_000,
            place=place,
            after_id=after if after in rides else None,
            area_m2=Decimal(area),
        )
        listed = disinfection.list_place(new, by=CENTRE, at=began + 4 * HOUR)
        if done:
            work.take(listed.order_id, by=TEAM, at=began + 4.5 * HOUR)
            disinfection.apply(new.id, by=TEAM, at=began + 20 * HOUR)
        if found:
            value, at = Decimal(found), began + 22 * HOUR
            disinfection.check(new.id, method="chlorine", value=value, by=CENTRE, at=at)


def _ask(isolated: list[Stay], now: datetime) -> None:
    for seat, kind, words, hours, answer in ASKED:
        if seat >= len(isolated):
            return
        stay, at = isolated[seat], now - hours * HOUR
        need = needs.ask(needs.NewNeed(named("response-need", kind), stay.id, kind, words), by=f"stay:{stay.id}", at=at)
        if answer:
            told = needs.meet if kind == "medicine" else needs.answer
            told(need.id, text=answer, by=SITE, at=at + HOUR)
