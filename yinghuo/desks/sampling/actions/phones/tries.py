"""How often a door may be tried in vain: counted in the database, by address and for all together."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import AddressValueError, IPv6Address
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from yinghuo.core.refusal import Refused

ADDRESS_DIGITS = 32
FORGOTTEN_AFTER = timedelta(days=1)
ALL = ""  # the address that stands for everybody


class Limit(NamedTuple):
    """At most so many tries in vain in one span: from one address, and from all together."""

    door: str
    span: timedelta
    per_address: int
    overall: int


ENROLMENT = Limit("enrolment", timedelta(minutes=10), 10, 1_000)
LOGIN = Limit("login", timedelta(minutes=10), 20, 5_000)
RESERVE = """
    INSERT INTO sampling_tries AS t (door, address, begins_at, count)
    SELECT %(door)s, address, %(begins_at)s, 1 FROM unnest(%(addresses)s::text[]) AS address ORDER BY address
    ON CONFLICT (door, address, begins_at) DO UPDATE SET count = t.count + 1
    RETURNING address, count
"""
GIVE_BACK = """
    INSERT INTO sampling_tries AS t (door, address, begins_at, count)
    SELECT %(door)s, address, %(begins_at)s, 0 FROM unnest(%(addresses)s::text[]) AS address ORDER BY address
    ON CONFLICT (door, address, begins_at) DO UPDATE SET count = t.count - 1
"""
FORGET = "DELETE FROM sampling_tries WHERE begins_at < %s"


@contextmanager
def counted(limit: Limit, address: str, *, wrong: frozenset[str], now: datetime) -> Iterator[None]:
    """Counts a try; one that ends otherwise than in a refusal of `wrong` is given back.

    A try is counted before it is looked at, so that many at once do not slip through together.
    Refused("tries.too_many") over the limit, without the try being looked at.
    """
    reserve(limit, address, now=now)
    try:
        yield
    except Refused as refused:
        if refused.code not in wrong:
            give_back(limit, address, now=now)
        raise
    give_back(limit, address, now=now)


def give_back(limit: Limit, address: str, *, now: datetime) -> None:
    """Takes back a try that was not in vain."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, _params(limit, address, now))


def keyed(address: str) -> str:
    """An address as it is stored: a keyed hash, of IPv6 over its first 64 bits, since one phone has all the rest."""
    try:
        network = IPv6Address(address).packed[:8].hex()
    except AddressValueError:
        network = address
    return hmac.digest(settings.SECRET_KEY.encode(), network.encode(), "sha256").hex()[:ADDRESS_DIGITS]


@transaction.atomic
def reserve(limit: Limit, address: str, *, now: datetime) -> None:
    """Counts a try; Refused("tries.too_many") over the limit."""
    params = _params(limit, address, now)
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, params)
        counts = dict(cursor.fetchall())
        if counts[ALL] == 1:
            cursor.execute(FORGET, [now - FORGOTTEN_AFTER])
    most = {ALL: limit.overall}
    if any(count > most.get(address, limit.per_address) for address, count in counts.items()):
        ends_at = _begins_at(limit, now) + limit.span
        raise Refused("tries.too_many", minutes=(ends_at - now).seconds // 60 + 1)


def _params(limit: Limit, address: str, now: datetime) -> dict[str, Any]:
    return {"door": limit.door, "addresses": [ALL, keyed(address)], "begins_at": _begins_at(limit, now)}


def _begins_at(limit: Limit, now: datetime) -> datetime:
    span_s = int(limit.span.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // span_s * span_s, UTC)
