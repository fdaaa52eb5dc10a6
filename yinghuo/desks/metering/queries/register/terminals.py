"""Terminals and transformers of the reader's area, each with the number of its meters."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.metering.models.head_end import TerminalSession
from yinghuo.desks.metering.models.register import Admission, Meter, Terminal, Transformer

RANKS = {Admission.HELD: 0, Admission.ADMITTED: 1, Admission.BLOCKED: 2}  # who waits for a decision stands first
STALE_AFTER = timedelta(minutes=2)  # the head-end writes every few seconds; a row that is older says nothing of now


class TerminalCounts(NamedTuple):
    """Terminals that are admitted, on-line, and held until somebody decides."""

    admitted: int
    online: int
    held: int


def terminals(
    user: User, *, wanted: dict[str, str], now: datetime, after: tuple[int, str] | None = None, limit: int = 50
) -> list[Terminal]:
    """Terminals, the held ones first, then by address; those after (rank, address); with `rank` and `count` of meters.

    wanted: admission, protocol, online ("yes", "no"), digits (the address begins so); "" is any
    """
    rank = Case(*(When(admission=word, then=Value(rank)) for word, rank in RANKS.items()), output_field=IntegerField())
    found = _online(scope(user, Terminal.objects.all()), wanted.get("online", ""), now).annotate(rank=rank)
    named = {"admission": wanted.get("admission"), "protocol": wanted.get("protocol")}
    found = found.filter(**{key: value for key, value in named.items() if value})
    if digits := wanted.get("digits"):
        found = found.filter(address__startswith=digits.upper())
    if after:
        found = found.filter(Q(rank__gt=after[0]) | Q(rank=after[0], address__gt=after[1]))
    rows = list(found.select_related("session").order_by("rank", "address")[:limit])
    return _counted(rows, "terminal_id")


def terminal(user: User, address: str) -> Terminal | None:
    """One terminal of the reader's area, with its session, if it ever had one."""
    return scope(user, Terminal.objects.filter(address=address)).select_related("session").first()


def terminal_counts(user: User, *, now: datetime) -> TerminalCounts:
    """How many terminals there are."""
    online = Q(session__online_since__isnull=False, session__updated_at__gte=now - STALE_AFTER)
    admitted = Q(admission=Admission.ADMITTED)
    counts = scope(user, Terminal.objects.all()).aggregate(
        admitted=Count("address", filter=admitted),
        online=Count("address", filter=admitted & online),
        held=Count("address", filter=Q(admission=Admission.HELD)),
    )
    return TerminalCounts(**counts)


def transformers(user: User, *, digits: str = "", after: str = "", limit: int = 50) -> list[Transformer]:
    """Transformers by code, those after `after`, whose code begins with `digits`; with `count` of meters."""
    found = scope(user, Transformer.objects.all())
    if digits:
        found = found.filter(code__startswith=digits)
    if after:
        found = found.filter(code__gt=after)
    return _counted(list(found.order_by("code")[:limit]), "transformer_id")


def transformer_count(user: User) -> int:
    """How many transformers the area has."""
    return scope(user, Transformer.objects.all()).count()


def session_of(terminal: Terminal) -> TerminalSession | None:
    """What the head-end last wrote of a terminal; None while it has never heard of it."""
    return getattr(terminal, "session", None)


def is_online(session: TerminalSession | None, now: datetime) -> bool:
    """Whether a terminal is on-line now, as far as a head-end that still writes knows."""
    return bool(session and session.online_since and session.updated_at >= now - STALE_AFTER)


def _online(found: QuerySet[Terminal], online: str, now: datetime) -> QuerySet[Terminal]:
    condition = Q(session__online_since__isnull=False, session__updated_at__gte=now - STALE_AFTER)
    if online == "yes":
        return found.filter(condition)
    return found.exclude(condition) if online == "no" else found


def _counted(rows: list[Any], field: str) -> list[Any]:
    """The rows, each with `count`, its meters in use; one query."""
    counts = _meters_of([row.pk for row in rows], field)
    for row in rows:
        row.count = counts.get(row.pk, 0)
    return rows


def _meters_of(keys: Iterable[str], field: str) -> dict[str, int]:
    live = Meter.objects.filter(**{f"{field}__in": list(keys)}, retired_on__isnull=True)
    return dict(live.values_list(field).annotate(count=Count("id")).order_by())
