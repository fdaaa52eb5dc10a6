"""Reading follow-up: the list of a day with its progress, rounds for a team's phone, a contact's calendar."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.people import identity
from yinghuo.core.people.models import User
from yinghuo.core.people.queries import DeviceRow
from yinghuo.desks.response.models import Contact, FollowUp
from yinghuo.desks.response.rules.followups import SEEN, alarming
from yinghuo.engines.certificates import masked

Place = tuple[int, str, UUID]

# What was found last counts: a team that did not reach somebody at noon may see them at night.
LAST = """
    LEFT JOIN LATERAL (
        SELECT f.status, f.at, f.symptoms, f.temperature_c FROM response_followup f
        WHERE f.contact = d.contact AND f.day = d.day
        ORDER BY (f.status = ANY(%(seen)s)) DESC, f.at DESC, f.id DESC LIMIT 1
    ) AS f ON true
"""
ILL = "(f.status = 'seen_ill' OR f.symptoms <> '[]'::jsonb OR f.temperature_c >= 37.3)"
WHERE = {
    "": "true",
    "due": "f.status IS NULL",
    "overdue": "d.missed_days > 0 AND (f.status IS NULL OR f.status <> ALL(%(seen)s))",
    "not_seen": "f.status IS NOT NULL AND f.status <> ALL(%(seen)s)",
    "ill": ILL,
    "seen": "f.status = ANY(%(seen)s)",
}
PAGE = """
    SELECT d.contact, d.day, d.day_number, d.missed_days, d.area_code, r.building, r.part, d.round_id, c.grade, c.until,
           e.id, e.number, f.status, f.at, f.symptoms, f.temperature_c, c.person
    FROM response_duevisit d
    JOIN response_round r ON r.id = d.round_id
    JOIN response_contact c ON c.id = d.contact
    JOIN response_event e ON e.id = d.event
    {last}
    WHERE d.day = %(day)s AND d.area_code LIKE %(area)s AND (%(party)s::uuid IS NULL OR d.party_id = %(party)s)
      AND (%(round)s::uuid IS NULL OR d.round_id = %(round)s) AND (%(event)s::uuid IS NULL OR d.event = %(event)s)
      AND {wanted} AND (-d.missed_days, d.area_code, d.contact) > (%(after_missed)s, %(after_area)s, %(after_contact)s)
    ORDER BY -d.missed_days, d.area_code, d.contact LIMIT %(limit)s
"""
PROGRESS = f"""
    SELECT count(*), count(*) FILTER (WHERE f.status = ANY(%(seen)s)),
           count(*) FILTER (WHERE f.status IS NOT NULL AND f.status <> ALL(%(seen)s)),
           count(*) FILTER (WHERE {ILL}),
           count(*) FILTER (WHERE d.missed_days > 0 AND (f.status IS NULL OR f.status <> ALL(%(seen)s)))
    FROM response_duevisit d {LAST}
    WHERE d.day = %(day)s AND d.area_code LIKE %(area)s AND (%(party)s::uuid IS NULL OR d.party_id = %(party)s)
"""  # noqa: S608 - parts are from this file
ROUNDS = f"""
    SELECT r.id, r.area_code, r.building, r.part, r.device, v.name, r.taken_at, count(*),
           count(*) FILTER (WHERE f.status = ANY(%(seen)s)), count(*) FILTER (WHERE d.missed_days > 0)
    FROM response_round r JOIN response_duevisit d ON d.round_id = r.id {LAST}
    LEFT JOIN people_device v ON v.id = r.device
    WHERE r.day = %(day)s AND r.area_code LIKE %(area)s AND (%(party)s::uuid IS NULL OR r.party_id = %(party)s)
    GROUP BY r.id, v.name ORDER BY r.area_code, r.building, r.part, r.id LIMIT %(limit)s
"""  # noqa: S608 - parts are from this file
# What a team has to know to find somebody: a masked name, the room; nothing of the case, the exposure or the grade.
VISITS = f"""
    SELECT d.contact, d.day_number, d.missed_days, p.id, p.identity, coalesce(p."group", ''), f.status
    FROM response_duevisit d JOIN response_contact c ON c.id = d.contact
    LEFT JOIN people_person p ON p.id = c.person {LAST}
    WHERE d.round_id = %(round)s ORDER BY d.missed_days DESC, p."group", d.contact
"""  # noqa: S608 - parts are from this file


class Wanted(NamedTuple):
    """Which part of a day's list: "", due, overdue, not_seen, ill, seen; of one round, of one event."""

    day: date
    which: str = ""
    round: UUID | None = None
    event: UUID | None = None


class DueRow(NamedTuple):
    """One contact on the list of a day, with what was found last; None where nobody was there yet."""

    contact: UUID
    day: date
    day_number: int
    missed_days: int
    area_code: str
    building: str
    part: int
    round: UUID
    grade: str
    until: date | None
    event: UUID
    event_number: str
    status: str | None
    at: Any
    symptoms: list[str] | None
    temperature_c: Any
    person: UUID

    @property
    def alarming(self) -> bool:
        """Whether what was found had to be reported."""
        return self.status is not None and alarming(self.status, self.symptoms or [], self.temperature_c)


class Progress(NamedTuple):
    """How far a day's list is: due in all, seen, visited but not seen, unwell, overdue and not seen yet."""

    due: int
    seen: int
    not_seen: int
    ill: int
    overdue: int


class RoundRow(NamedTuple):
    """One round of a day: where, which phone has it, how many visits, how many seen, how many were overdue."""

    id: UUID
    area_code: str
    building: str
    part: int
    device: UUID | None
    device_name: str | None
    taken_at: Any
    visits: int
    seen: int
    overdue: int


class Day(NamedTuple):
    """One day of a contact's calendar: due or not, and what was found at each visit."""

    day: date
    day_number: int
    due: bool
    visits: list[FollowUp]


def page(user: User, wanted: Wanted, after: Place | None = None, limit: int = 50) -> list[DueRow]:
    """The list of a day in the user's area, overdue first; those after (less missed days, area, contact)."""
    missed, area, contact = after or (-1_000, "", UUID(int=0))
    statement = PAGE.format(last=LAST, wanted=WHERE[wanted.which])
    params = _scope(user) | {
        "day": wanted.day,
        "round": wanted.round,
        "event": wanted.event,
        "seen": list(SEEN),
        "after_missed": missed,
        "after_area": area,
        "after_contact": contact,
        "limit": limit,
    }
    return [DueRow(*_with_list(row)) for row in _rows(statement, params)]


def progress(user: User, day: date) -> Progress:
    """How far the list of a day is, in the user's area."""
    return Progress(*_rows(PROGRESS, _scope(user) | {"day": day, "seen": list(SEEN)})[0])


def rounds(user: User, day: date, *, limit: int = 500) -> list[RoundRow]:
    """The rounds of a day in the user's area."""
    params = _scope(user) | {"day": day, "seen": list(SEEN), "limit": limit}
    return [RoundRow(*row) for row in _rows(ROUNDS, params)]


def rounds_for(device: DeviceRow, day: date, *, limit: int = 200) -> list[RoundRow]:
    """The rounds of a day that a team's phone may take or has: those of its area that no other has."""
    params = {"area": f"{device.area_code or '-'}%", "party": device.party_id, "day": day, "seen": list(SEEN)}
    found = [RoundRow(*row) for row in _rows(ROUNDS, params | {"limit": limit})]
    return [one for one in found if one.device in (None, device.id)]


def visits_of(round_id: UUID) -> list[dict[str, Any]]:
    """What a team's phone gets of each contact of a round: id, day, label (masked name), room, what was found."""
    shown = []
    for contact, number, missed, person, sealed, room, status in _rows(VISITS, {"round": round_id, "seen": list(SEEN)}):
        name = identity.unseal(person, sealed).get("name", "") if sealed else ""
        label = {"contact": str(contact), "day_number": number, "missed_days": missed, "label": masked(name) or "*"}
        shown.append(label | {"room": room, "status": status or ""})
    return shown


def calendar(contact: Contact) -> list[Day]:
    """A contact's days from last contact (day 0) to the last day of management, each with its visits."""
    visits = FollowUp.objects.filter(contact=contact.id).order_by("day", "at", "id")
    by_day: dict[date, list[FollowUp]] = {}
    for visit in visits:
        by_day.setdefault(visit.day, []).append(visit)
    last = max([contact.until or contact.last_on, contact.last_on, *by_day])
    days = [contact.last_on + timedelta(days=number) for number in range((last - contact.last_on).days + 1)]
    return [
        Day(day, number, bool(number) and contact.until is not None and day <= contact.until, by_day.get(day, []))
        for number, day in enumerate(days)
    ]


def _scope(user: User) -> dict[str, Any]:
    """The rows that exist for this user; no role that sees events is bound to a party."""
    return {"area": f"{(user.area_code if user.is_active else '') or '-'}%", "party": None}


def _with_list(row: Sequence[Any]) -> list[Any]:
    """The row with its symptoms read, which a raw query gives as text."""
    values = list(row)
    values[14] = json.loads(values[14]) if isinstance(values[14], str) else values[14]
    return values


def _rows(statement: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
