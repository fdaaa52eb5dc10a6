"""What the pages of validation read: how whole days are, what rules found, one finding with what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, QuerySet

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.metering.models import Estimated, Found, Gone, Meter, SpecialDays, ValidationRule, ValidationRun
from yinghuo.desks.metering.queries.rules import standing_of

KINDS = ("points", "measured", "estimated", "edited", "rejected", "missing")
COUNTS = """
    SELECT {group} AS name, sum(meters), sum(points), sum(measured), sum(estimated), sum(edited), sum(rejected),
           sum(missing)
    FROM (
        SELECT DISTINCT ON (area_code, customer_class, day) * FROM metering_daycount
        WHERE day >= %(first)s AND day <= %(last)s AND starts_with(area_code, %(area)s)
        ORDER BY area_code, customer_class, day, revision DESC
    ) AS latest GROUP BY 1 ORDER BY 1
"""
GROUPS = {"day": "day::text", "class": "customer_class", "county": "left(area_code, 6)"}


class Counted(NamedTuple):
    """Points of a day, a class or a county by quality."""

    name: str
    meters: int
    points: int
    measured: int
    estimated: int
    edited: int
    rejected: int
    missing: int

    def share(self, kind: str) -> float | None:
        """Share of a kind, 0..1; None where no point was expected."""
        return getattr(self, kind) / self.points if self.points else None


@dataclass(frozen=True)
class Wanted:
    """Which findings are asked for; "" and None for all."""

    day: date | None = None
    rule: str = ""
    customer_class: str = ""
    meter: str = ""
    gone: str = ""


class One(NamedTuple):
    """A finding with its rule's row, its meter, what was estimated for it, and whether it still stands."""

    found: Found
    rule: ValidationRule | None
    meter: Meter
    estimates: Sequence[Estimated]
    gone: Gone | None


def latest_day() -> date | None:
    """The latest day that was validated."""
    last: date | None = ValidationRun.objects.aggregate(last=Max("day"))["last"]
    return last


def runs_of(day: date) -> list[ValidationRun]:
    """The validations of a day, the latest first."""
    return list(ValidationRun.objects.filter(day=day).order_by("-at")[:5])


def counted(by: str, *, area_code: str, first: date, last: date) -> list[Counted]:
    """Points by quality over some days, grouped by "day", "class" or "county"."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(group=GROUPS[by]), {"first": first, "last": last, "area": area_code})
        return [Counted(*row) for row in cursor.fetchall()]


def rule_counts(user: User, day: date) -> dict[tuple[str, str], int]:
    """How many findings of a day stand, by rule and customer class."""
    found = standing_of(scope(user, Found.objects.filter(day=day)))
    rows = found.values("rule", "customer_class").annotate(count=Count("id")).order_by()
    return Counter({(row["rule"], row["customer_class"]): row["count"] for row in rows})


def findings(user: User, wanted: Wanted) -> QuerySet[Found]:
    """Findings of the user's area, the latest day first."""
    found = scope(user, Found.objects.all())
    given = {"day": wanted.day, "rule": wanted.rule, "customer_class": wanted.customer_class}
    found = found.filter(**{key: value for key, value in given.items() if value})
    if wanted.meter:
        found = found.filter(meter_id__in=Meter.objects.filter(address=wanted.meter).values("id"))
    return (found if wanted.gone else standing_of(found)).order_by("-day", "id")


def page_of(found: QuerySet[Found], after: tuple[date, UUID] | None, limit: int) -> list[Found]:
    """Up to `limit` findings behind a place (day, id)."""
    if after:
        day, last = after
        found = found.filter(day__lt=day) | found.filter(day=day, id__gt=last)
    return list(found[:limit])


def finding(user: User, finding_id: UUID) -> One | None:
    """A finding of the user's area; None for another."""
    found = scope(user, Found.objects.filter(id=finding_id)).first()
    if found is None:
        return None
    of_meter = Estimated.objects.filter(meter_id=found.meter_id, quantity=found.quantity, day=found.day)
    return One(
        found,
        ValidationRule.objects.filter(id=found.rule_id).first(),
        Meter.objects.get(id=found.meter_id),
        list(of_meter.filter(at__lte=found.until, until__gte=found.at).order_by("at", "id")),
        Gone.objects.filter(meter_id=found.meter_id, id=found.id).first(),
    )


def addresses_of(ids: Sequence[int]) -> dict[int, str]:
    """The addresses of meters by id."""
    return dict(Meter.objects.filter(id__in=ids).values_list("id", "address"))


def classes_of(user: User) -> list[str]:
    """The customer classes of the user's area."""
    return list(scope(user, Meter.objects.all()).values_list("customer_class", flat=True).distinct().order_by())


def rules(day: date) -> list[ValidationRule]:
    """Every rule, those of a name together, the ones that hold first."""
    found = list(ValidationRule.objects.order_by("name", "customer_class", "-valid_from"))
    return sorted(found, key=lambda one: (one.name, one.customer_class, not holds(one, day)))


def holds(rule: ValidationRule, day: date) -> bool:
    """Whether a rule's dates hold a day."""
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)


def special_days(user: User) -> list[SpecialDays]:
    """Special days that concern the user's area: within it, or around it; the latest first."""
    area = user.area_code
    return [one for one in SpecialDays.objects.order_by("-first") if area and _touches(one.area_code, area)]


def week_before(day: date) -> date:
    """The first of the seven days that end on this one."""
    return day - timedelta(days=6)


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
