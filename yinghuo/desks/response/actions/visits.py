"""Keeping visits as facts, each once by its sender's id, in one statement; and registering the places they name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Source, Ventilation, Venue, VenueKind

# A visit's area is its venue's, so that it is seen where the venue is; of an unknown venue, the sender's.
KEEP = """
    WITH fresh AS (
        INSERT INTO response_visit
            (person, id, venue, area_code, begins_at, ends_at, source, protected, entry_id)
        SELECT given.person, given.id, given.venue, coalesce(known.area_code, %(area)s), given.begins_at,
               given.ends_at, given.source, given.protected, %(entry_id)s
        FROM json_to_recordset(%(rows)s::json) AS given
             (id uuid, person uuid, venue uuid, begins_at timestamptz, ends_at timestamptz, source text, protected bool)
        LEFT JOIN response_venue known ON known.id = given.venue
        ORDER BY given.person, given.id
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT count(*), encode(sha256(convert_to(%(salt)s || string_agg(id::text, '' ORDER BY id), 'UTF8')), 'hex')
    FROM fresh
"""
# Everybody of a household, room or line is there at the same hours of every day of the roster.
FROM_ROSTER = """
    WITH days AS (SELECT generate_series(%(first)s::date, %(last)s::date, interval '1 day')::date AS day),
    fresh AS (
        INSERT INTO response_visit (person, id, venue, area_code, begins_at, ends_at, source, entry_id)
        SELECT p.id, md5(p.id::text || %(venue)s::uuid::text || d.day)::uuid, %(venue)s, %(area)s,
               (d.day + %(begins)s::time) AT TIME ZONE %(zone)s,
               (d.day + %(begins)s::time) AT TIME ZONE %(zone)s + %(lasts)s, 'roster', %(entry_id)s
        FROM people_person p CROSS JOIN days d
        WHERE p."group" = %(group)s AND p.party_id IS NOT DISTINCT FROM %(party)s AND p.area_code LIKE %(within)s
              AND p.erased_at IS NULL
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT count(*), encode(sha256(convert_to(%(salt)s || string_agg(id::text, '' ORDER BY id), 'UTF8')), 'hex')
    FROM fresh
"""


class NewVisit(NamedTuple):
    """A visit to be kept; the same id again is the same visit. Times are aware; `ends_at` None: nobody checked out."""

    id: UUID
    person: UUID
    venue: UUID
    begins_at: datetime
    ends_at: datetime | None = None
    source: str = Source.CHECK_IN.value
    protected: bool | None = None


class NewVenue(NamedTuple):
    """A venue to be registered; the same id again is the same venue."""

    id: UUID
    name_zh: str
    kind: str
    area_code: str
    name_en: str = ""
    ventilation: str = Ventilation.UNKNOWN.value
    party_id: UUID | None = None
    building: str = ""
    lat: float | None = None
    lon: float | None = None


class Shift(NamedTuple):
    """The hours at which the members of a roster's group are at a place: from `begins` ("22:30"), for `lasts`."""

    first: date
    last: date
    begins: str
    lasts: timedelta


@transaction.atomic
def keep_visits(rows: Sequence[NewVisit], *, by: str, at: datetime, area_code: str = "") -> int:
    """Keeps visits in one statement with one ledger entry; returns how many are new.

    area_code: where a visit belongs whose venue nobody has registered
    The entry holds their number and a salted digest of their ids, never who was where.
    """
    if not rows:
        return 0
    entry_id = ledger.new_id()
    params = {
        "rows": msgspec.json.encode([row._asdict() for row in rows]).decode(),
        "area": area_code,
        "entry_id": entry_id,
        "salt": str(entry_id),
    }
    body = {"received": len(rows)}
    return _kept(KEEP, params, entry_id=entry_id, by=by, at=at, body=body)


@transaction.atomic
def keep_roster(venue_id: UUID, group: str, shift: Shift, *, by: str, at: datetime) -> int:
    """Visits of everybody of a household, room or workshop line at its place, each day; returns how many are new.

    group: `group` of persons of the venue's party, in the venue's county. Doing it again keeps nothing new.
    Refused: "venue.unknown"; "visit.roster" for an empty group or more than 31 days
    """
    venue = Venue.objects.filter(id=venue_id).first()
    if venue is None:
        raise Refused("venue.unknown")
    if not group.strip() or not 0 <= (shift.last - shift.first).days <= 31:
        raise Refused("visit.roster")
    entry_id = ledger.new_id()
    params = shift._asdict() | {
        "venue": venue.id,
        "area": venue.area_code,
        "within": venue.area_code[:6] + "%",
        "party": venue.party_id,
        "group": group,
        "zone": "Asia/Shanghai",
        "entry_id": entry_id,
        "salt": str(entry_id),
    }
    body = {"source": "roster", "venue": str(venue.id)}
    return _kept(FROM_ROSTER, params, entry_id=entry_id, by=by, at=at, body=body)


@transaction.atomic
def register_venue(new: NewVenue, *, by: str, at: datetime) -> Venue:
    """Registers a place and returns it; the same id again is returned as it stands.

    Refused: "name.missing", "venue.kind", "venue.air"
    """
    if not new.name_zh.strip():
        raise Refused("name.missing")
    if new.kind not in VenueKind.values:
        raise Refused("venue.kind", kind=new.kind)
    if new.ventilation not in Ventilation.values:
        raise Refused("venue.air", air=new.ventilation)
    entry_id = ledger.new_id()
    venue, fresh = Venue.objects.get_or_create(id=new.id, defaults=new._asdict() | {"entry_id": entry_id})
    if fresh:
        body = {"kind": venue.kind, "air": venue.ventilation, "area": venue.area_code}
        ledger.enter("venue.registered", f"venue:{venue.id}", by=by, at=at, body=body, entry_id=entry_id)
    return venue


def visit_id(*words: object) -> UUID:
    """The id of a visit whose sender gave none: the same words, the same visit."""
    return uuid5(UUID("6f1de0ab-7a4e-5a34-9a39-4c1a61f7d0aa"), "|".join(map(str, words)))


def _kept(
    statement: str, params: dict[str, Any], *, entry_id: UUID, by: str, at: datetime, body: dict[str, Any]
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        count, digest = cursor.fetchone()
    if count:
        said = body | {"count": count, "digest": digest}
        ledger.enter("visits.kept", "response_visit", by=by, at=at, body=said, entry_id=entry_id)
    return int(count)
