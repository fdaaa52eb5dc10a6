"""Reading for other systems: results with their tubes, inside an area, in the order in which they became known."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Max, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils import timezone

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import Message, MessageSender, Tube
from yinghuo.engines.messages.answers import Addressee, ReportOut, batch, oru
from yinghuo.engines.messages.fhir_out import Shown

PROVINCE_DIGITS = 2

# A tube that nobody knows lies where the laboratory does.
# "corrected": another report of the same laboratory about the tube was earlier.
RESULTS = """
    SELECT r.tube, r.id, r.result, r.at, r.ct_orf1ab, r.ct_n, r.message, r.kit, r.instrument,
           coalesce(p.name_zh, ''), coalesce(t.swabs, 0), t.first_at, t.last_at, t.received_at, l.index, e.at,
           EXISTS (SELECT FROM sampling_result o
                   WHERE o.tube = r.tube AND o.laboratory = r.laboratory AND (o.at, o.id) < (r.at, r.id))
    FROM {source}
    LEFT JOIN sampling_tube t ON t.tube = r.tube
    LEFT JOIN parties_party p ON p.id = r.laboratory
    LEFT JOIN people_device d ON d.id = r.device
    WHERE (coalesce(nullif(t.area_code, ''), d.area_code) LIKE %(area)s OR r.device = %(device)s) AND {wanted}
    ORDER BY {order} LIMIT %(limit)s
"""
BY_TUBE = """sampling_result r JOIN ledger_entry e ON e.id = r.entry_id
    LEFT JOIN ledger_leaf l ON l.entry_id = r.entry_id"""
BY_ENTRY = """ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id JOIN sampling_result r ON r.entry_id = e.id"""
SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
MOST_COUNTED = 1_000
WAITING = ("held", "faulty")
MOST_EXPORTED = 1_000_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Reader(NamedTuple):
    """Who reads: everything of its area, and what it sent itself."""

    area_code: str
    device: UUID | None = None
    base: str = ""


class Page(NamedTuple):
    """Results of a page; `after` is where the next begins, None on the last."""

    rows: list[Shown]
    after: tuple[int, str, str] | None


def of_tube(reader: Reader, tube: str, *, result_id: UUID | None = None) -> list[Shown]:
    """The results of a tube, the latest first; or the one of this id."""
    wanted = "r.tube = %(tube)s" + (" AND r.id = %(id)s" if result_id else "")
    found = _rows(reader, BY_TUBE, wanted, "r.at DESC, r.id DESC", tube=tube, id=result_id, limit=1_000)
    return [_shown(row, reader.base) for row in found]


def of_message(reader: Reader, number: str) -> list[Shown]:
    """The results that this device's message of that number brought."""
    found = Message.objects.filter(facility=str(reader.device), control_id=number).values_list("tubes", flat=True)
    tubes = [tube for held in found for tube in held]
    return [one for tube in dict.fromkeys(tubes) for one in of_tube(reader, tube) if one.number == number]


def since(
    reader: Reader, bounds: Sequence[tuple[str, datetime]], *, after: tuple[int, str, str] | None, limit: int
) -> Page:
    """Results by the place of their entry in the ledger: who asks again from where they stopped misses nothing.

    bounds: sign ("ge", "gt", "le", "lt") and time, of when the result became known here
    """
    given: dict[str, Any] = {"limit": limit + 1}
    wanted = ["e.kind = 'results.kept'"]
    for number, (sign, at) in enumerate(bounds):
        wanted.append(f"e.at {SIGNS[sign]} %(at{number})s")
        given[f"at{number}"] = at
    if after:
        wanted.append("(l.index, r.tube, r.id) > (%(index)s, %(tube)s, %(id)s)")
        given |= {"index": after[0], "tube": after[1], "id": after[2]}
    rows = _rows(reader, BY_ENTRY, " AND ".join(wanted), "l.index, r.tube, r.id", **given)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page([_shown(row, reader.base) for row in rows[:limit]], (last[14], last[0], str(last[1])) if last else None)


def exported(area_code: str, *, first: datetime, last: datetime, now: datetime) -> tuple[int, bytes]:
    """An area's results from `first` on and before `last` as HL7 messages in one batch; how many, and the file."""
    page = since(Reader(area_code), [("ge", first), ("lt", last)], after=None, limit=MOST_EXPORTED)
    at = timezone.localtime(now)
    messages = [
        oru(_local(shown.one), Addressee(control_id=shown.id.hex[-20:]), at=at) for shown in page.rows
    ]  # the number is the fact's own, so that the same result sent again is known as one
    return len(messages), batch(messages, batch_id=f"{now:%Y%m%d%H%M%S}", at=at)


def messages_of(user: User) -> QuerySet[Message]:
    """Messages that exist for this user; who sees a whole province also sees those that nobody could place."""
    placed = scope(user, Message.objects.all())
    return placed | Message.objects.filter(area_code="") if len(user.area_code) == PROVINCE_DIGITS else placed


def senders_of(user: User) -> QuerySet[MessageSender]:
    """Senders admitted in this user's area, those ended too."""
    return scope(user, MessageSender.objects.all())


def _rows(reader: Reader, source: str, wanted: str, order: str, **given: Any) -> list[tuple[Any, ...]]:
    query = RESULTS.format(source=source, wanted=wanted, order=order)
    area = f"{reader.area_code}%" if reader.area_code else ""
    with connection.cursor() as cursor:
        cursor.execute(query, {"area": area, "device": reader.device, **given})
        return list(cursor.fetchall())


def _shown(row: tuple[Any, ...], base: str) -> Shown:
    tube, result_id, result, at, ct_orf1ab, ct_n, message, kit, instrument, laboratory, people = row[:11]
    first_at, last_at, received_at, _index, updated_at, corrected = row[11:]
    one = ReportOut(
        tube=tube,
        outcome=result,
        at=at,
        people=people,
        corrected=corrected,
        laboratory=laboratory,
        message=message,
        ct_orf1ab=float(ct_orf1ab) if ct_orf1ab is not None else None,
        ct_n=float(ct_n) if ct_n is not None else None,
        kit=kit,
        instrument=instrument,
        first_at=first_at,
        received_at=received_at,
    )
    return Shown(result_id, one, updated_at, base, last_at)


def _local(one: ReportOut) -> ReportOut:
    """The same with times in the installation's zone, as people there read them."""
    at, first, received = (moment and timezone.localtime(moment) for moment in (one.at, one.first_at, one.received_at))
    return one._replace(at=at or one.at, first_at=first, received_at=received)


def bare(tube: Tube, base: str) -> Shown:
    """A tube without any result, as far as a specimen and its group go."""
    one = ReportOut(tube.tube, "", tube.last_at or NEVER, tube.swabs, corrected=False, laboratory="", message="")
    one = one._replace(first_at=tube.first_at, received_at=tube.received_at)
    return Shown(UUID(int=0), one, NEVER, base, tube.last_at)


def waiting(user: User) -> int:
    """Messages that somebody has to look at, at most MOST_COUNTED."""
    return int(messages_of(user).filter(taken__in=WAITING)[:MOST_COUNTED].count())


def latest(
    user: User, *, wanted: dict[str, str], after: tuple[datetime, UUID] | None, limit: int = 50
) -> tuple[list[Message], tuple[str, UUID] | None]:
    """Messages, the newest first, and where the next page begins; without their text, which no list shows."""
    found = messages_of(user).filter(**{key: value for key, value in wanted.items() if value})
    if after:
        found = found.filter(TupleLessThan(Tuple(F("received_at"), F("id")), after))
    rows = list(found.defer("raw", "answer", "faults").order_by("-received_at", "-id")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.received_at.isoformat(), last.id) if last else None


def knocking(user: User, *, limit: int = 50) -> list[tuple[str, str, int, datetime]]:
    """Senders whose messages are held: application, facility, how many, when last; the latest first."""
    held = messages_of(user).filter(taken="held").values_list("application", "facility")
    return list(held.annotate(count=Count("id"), last=Max("last_at")).order_by("-last")[:limit])
