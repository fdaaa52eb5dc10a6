"""The follow-up list of a day (随访清单): who is due, in rounds; who was not seen twice running becomes an order."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.work import actions as work
from yinghuo.desks.response.rules.followups import CHINA, LOST_AFTER_DAYS, MOST_A_ROUND, NOT_REACHED, SEEN, kept_from

BY = "system:followups"

# Who is due: not a case, not released, within management. The building is where somebody was at home last.
LIST = """
    WITH due AS (
        SELECT c.id AS contact, c.event_id AS event, c.area_code, c.party_id, %(day)s - c.last_on AS day_number,
               coalesce(home.building, '') AS building, coalesce(p."group", '') AS room,
               CASE WHEN y.contact IS NULL OR seen.contact IS NOT NULL THEN 0 ELSE y.missed_days + 1 END AS missed
        FROM response_contact c
        LEFT JOIN people_person p ON p.id = c.person
        LEFT JOIN LATERAL (
            SELECT v.building FROM response_visit w JOIN response_venue v ON v.id = w.venue
            WHERE w.person = c.person AND v.kind IN ('home', 'dormitory') AND w.begins_at >= %(visits_from)s
            ORDER BY w.begins_at DESC, w.id LIMIT 1
        ) AS home ON true
        LEFT JOIN response_duevisit y ON y.contact = c.id AND y.day = %(day)s - 1
        LEFT JOIN LATERAL (
            SELECT f.contact FROM response_followup f
            WHERE f.contact = c.id AND f.day = %(day)s - 1 AND f.status = ANY(%(seen)s) LIMIT 1
        ) AS seen ON true
        WHERE c.state IN ('found', 'managed') AND c.last_on < %(day)s AND c.until >= %(day)s
          AND NOT EXISTS (SELECT FROM response_duevisit known WHERE known.contact = c.id AND known.day = %(day)s)
    ), parted AS (
        SELECT due.*, 1 + (row_number() OVER (
            PARTITION BY area_code, party_id, building ORDER BY room, contact
        ) - 1) / %(most)s AS part FROM due
    ), named AS (
        SELECT parted.*, md5(concat_ws('|', 'round', %(day)s::text, area_code, party_id, building, part))::uuid AS round
        FROM parted
    ), rounds AS (
        INSERT INTO response_round (id, day, area_code, party_id, building, part, entry_id)
        SELECT DISTINCT round, %(day)s::date, area_code, party_id, building, part, %(entry_id)s::uuid FROM named
        ORDER BY round
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    ), written AS (
        INSERT INTO response_duevisit
            (contact, day, event, day_number, missed_days, area_code, party_id, round_id, entry_id)
        SELECT contact, %(day)s, event, day_number, missed, area_code, party_id, round, %(entry_id)s FROM named
        ORDER BY contact
        ON CONFLICT (contact, day) DO NOTHING
        RETURNING missed_days
    )
    SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM rounds),
           (SELECT count(*) FROM written WHERE missed_days > 0)
"""
LOST = """
    SELECT md5(concat_ws('|', 'not_reached', contact, (day - missed_days)::text))::uuid, 'contact:' || contact,
           area_code, party_id, NULL::uuid,
           jsonb_build_object('event', event, 'why', 'not_reached', 'days', missed_days), %(at)s::timestamptz,
           NULL::timestamptz
    FROM response_duevisit WHERE day = %(day)s AND missed_days >= %(lost)s
"""


class Listed(NamedTuple):
    """What a list came to: visits due and rounds that are new, how many of them overdue, orders opened."""

    visits: int
    rounds: int
    overdue: int
    orders: int


@transaction.atomic
def generate(day: date, *, now: datetime) -> Listed:
    """Writes the list of a day; who is on it already stays where they are, so it may run as often as one likes.

    Contacts are due from the day after last contact to the last day of management by the rule in force.
    """
    entry_id = ledger.new_id()
    params: dict[str, Any] = {"day": day, "most": MOST_A_ROUND, "seen": list(SEEN), "entry_id": entry_id}
    params["visits_from"] = datetime.combine(kept_from(day), datetime.min.time(), CHINA)
    with connection.cursor() as cursor:
        cursor.execute(LIST, params)
        visits, rounds, overdue = cursor.fetchone()
    if visits:
        body = {"day": day.isoformat(), "overdue": overdue, "rounds": rounds, "visits": visits}
        ledger.enter("followups.listed", f"day:{day}", by=BY, at=now, body=body, entry_id=entry_id)
    lost = {"day": day, "lost": LOST_AFTER_DAYS, "at": now}
    orders = work.open_from_select(LOST, lost, kind=NOT_REACHED.key, by=BY, at=now)
    return Listed(visits, rounds, overdue, orders)


def generate_missing(day: date, *, now: datetime, most_days: int = 7) -> list[Listed]:
    """The list of `day`, and before it those of up to `most_days` days that were left out (a server that stood still).

    A day is made up for only after the first list ever made.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(day) FROM response_duevisit WHERE day < %s", [day])
        (last,) = cursor.fetchone()
    first = max(last + timedelta(days=1), day - timedelta(days=most_days)) if last else day
    return [generate(first + timedelta(days=number), now=now) for number in range((day - first).days + 1)]
