"""Meters of the reader's area, each with its register of energy, which tells whether it is silent."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Reverse

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.metering.models.head_end import OnDemandRead
from yinghuo.desks.metering.models.register import AreaCount, LastValue, Meter
from yinghuo.engines.meters.quantities import BY_NAME

ENERGY = BY_NAME["import_kwh"].number
SILENT_AFTER = timedelta(days=1)
FEWEST_LAST_DIGITS = 4  # fewer would fit ten thousand meters of a million
MOST_COUNTED = 1_000  # silent meters: beyond it nobody looks at the number
ASKED_SHOWN = 5
ADDRESS_DIGITS = 12
CLASSES = """
    WITH RECURSIVE found AS (
        (SELECT customer_class FROM metering_meter ORDER BY customer_class LIMIT 1)
        UNION ALL
        SELECT (SELECT m.customer_class FROM metering_meter m WHERE m.customer_class > found.customer_class
                ORDER BY m.customer_class LIMIT 1)
        FROM found WHERE found.customer_class IS NOT NULL
    )
    SELECT customer_class FROM found WHERE customer_class IS NOT NULL
"""


class Wanted(NamedTuple):
    """Which meters a list shows. digits: beginning of the address, or at least its last four; "" is any."""

    digits: str = ""
    terminal: str = ""
    transformer: str = ""
    customer_class: str = ""
    protocol: str = ""
    standing: str = ""


class Standing:
    """How a meter stands: in use, silent beyond a day, never read, retired."""

    IN_USE = "in_use"
    SILENT = "silent"
    NEVER = "never"
    RETIRED = "retired"


class MeterCounts(NamedTuple):
    """Meters in use, and how many of them are silent (at most MOST_COUNTED)."""

    meters: int
    silent: int


def meters(user: User, wanted: Wanted, *, now: datetime, after: str = "", limit: int = 50) -> list[Meter]:
    """Meters by address, those after `after`; `energy_value` and `energy_at` are None where none was read yet."""
    found = _standing(_with_energy(_seen(user)), wanted.standing, now)
    for field in ("terminal", "transformer", "customer_class", "protocol"):
        if value := getattr(wanted, field):
            found = found.filter(**{field: value})
    if after:
        found = found.filter(address__gt=after)
    found = found.select_related("terminal", "transformer").order_by("address")
    return _by_digits(found, wanted.digits, limit) if wanted.digits else list(found[:limit])


def meter(user: User, address: str) -> Meter | None:
    """One meter of the reader's area, with its register of energy."""
    found = _with_energy(_seen(user)).filter(address=address)
    return found.select_related("terminal", "transformer").first()


def meter_counts(user: User, *, now: datetime) -> MeterCounts:
    """How many meters of the area are in use, and how many of these are silent."""
    silent = _standing(_with_energy(_seen(user)), Standing.SILENT, now).values("id")
    count = scope(user, AreaCount.objects.all()).aggregate(meters=Coalesce(Sum("meters"), 0))["meters"]
    return MeterCounts(int(count), silent[:MOST_COUNTED].count())


def last_values(meter_id: int) -> list[LastValue]:
    """The latest value of each quantity, by number."""
    return list(LastValue.objects.filter(meter_id=meter_id).order_by("quantity"))


def asked_lately(meter_id: int) -> list[OnDemandRead]:
    """What was asked of a meter on demand, the newest first."""
    return list(OnDemandRead.objects.filter(meter_id=meter_id).order_by("-asked_at")[:ASKED_SHOWN])


def classes() -> list[str]:
    """The classes of customers that the register has; one step along the index for each."""
    with connection.cursor() as cursor:
        cursor.execute(CLASSES)
        return [name for (name,) in cursor.fetchall()]


def _seen(user: User) -> QuerySet[Meter]:
    return scope(user, Meter.objects.all())


def _with_energy(found: QuerySet[Meter]) -> QuerySet[Meter]:
    energy = FilteredRelation("last_values", condition=Q(last_values__quantity=ENERGY))
    of = found.alias(energy=energy)
    return of.annotate(energy_value=F("energy__value"), energy_at=F("energy__at"))


def _standing(found: QuerySet[Any], standing: str, now: datetime) -> QuerySet[Any]:
    if standing == Standing.RETIRED:
        return found.filter(retired_on__isnull=False)
    if not standing:
        return found
    found = found.filter(retired_on__isnull=True)
    if standing == Standing.SILENT:
        return found.filter(energy_at__lt=now - SILENT_AFTER)
    return found.filter(heard=False) if standing == Standing.NEVER else found


def _by_digits(found: QuerySet[Any], digits: str, limit: int) -> list[Meter]:
    """Those whose address begins or, from four digits on, ends so; two queries, each along an index of its own."""
    first, last = digits.ljust(ADDRESS_DIGITS, "0"), digits.ljust(ADDRESS_DIGITS, "9")
    rows = {one.address: one for one in found.filter(address__range=(first, last))[:limit]}
    if len(digits) >= FEWEST_LAST_DIGITS:
        ends = found.alias(backwards=Reverse("address")).filter(backwards__startswith=digits[::-1])
        rows |= {one.address: one for one in ends[:limit]}
    return [rows[address] for address in sorted(rows)][:limit]
