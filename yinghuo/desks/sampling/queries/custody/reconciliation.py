"""The seven points where results go missing, each as two counts of a campaign; and the tubes behind each number."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from yinghuo.core.parties.models import Party
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Device, User
from yinghuo.desks.sampling.models import Custody, Gap, Site

TALLIES = """
    SELECT coalesce(sum(tubes), 0)::bigint, coalesce(sum(swabs), 0)::bigint, coalesce(sum(counted), 0)::bigint,
           coalesce(sum(bound), 0)::bigint, coalesce(sum(sealed), 0)::bigint, coalesce(sum(boxed), 0)::bigint,
           coalesce(sum(collected), 0)::bigint, coalesce(sum(received), 0)::bigint,
           coalesce(sum(reported), 0)::bigint, coalesce(sum(reports), 0)::bigint, coalesce(sum(at_sealed), 0)::bigint,
           coalesce(sum(at_boxed), 0)::bigint, coalesce(sum(at_collected), 0)::bigint,
           coalesce(sum(at_received), 0)::bigint
    FROM sampling_custodytally WHERE campaign_id = %s AND area_code LIKE %s
"""
# The oldest gap of a point is the first of its index; the counts are kept (`GapTally`), never counted here.
GAPS = """
    SELECT k.point, k.tubes, k.amount, o.since, o.holder FROM (
        SELECT point, sum(tubes)::bigint AS tubes, sum(amount)::bigint AS amount FROM sampling_gaptally
        WHERE campaign_id = %(campaign)s AND area_code LIKE %(area)s GROUP BY point HAVING sum(tubes) > 0
    ) AS k CROSS JOIN LATERAL (
        SELECT g.since, g.holder FROM sampling_gap g
        WHERE g.campaign_id = %(campaign)s AND g.point = k.point AND g.area_code LIKE %(area)s
        ORDER BY g.since, g.tube LIMIT 1
    ) AS o
"""
ROWS = 50
Key = tuple[datetime, str]


class Totals(NamedTuple):
    """What the tubes of a campaign come to."""

    tubes: int
    swabs: int
    counted: int
    bound: int
    sealed: int
    boxed: int
    collected: int
    received: int
    reported: int
    reports: int
    at_sealed: int
    at_boxed: int
    at_collected: int
    at_received: int


class Found(NamedTuple):
    """The gaps at one point: tubes, by how much in all, since when, who holds the oldest."""

    tubes: int = 0
    amount: int = 0
    since: datetime | None = None
    holder: str = ""


NONE = Found()


class Line(NamedTuple):
    """Two counts that should be equal.

    number: of the list of seven; key: what is compared (views give it words)
    waiting: not yet there, in time or not; missing, surplus: what differs, with the point that lists its tubes
    oldest: the gaps of the line that is to be asked about first
    """

    number: int
    key: str
    expected: int
    found: int
    missing: int
    missing_at: str
    surplus: int
    surplus_at: str
    oldest: Found
    waiting: int = 0


def totals(campaign_id: UUID, *, area_code: str) -> Totals:
    """What a campaign's tubes come to, in an area's subtree."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, [campaign_id, f"{area_code}%"])
        return Totals(*cursor.fetchone())


def gaps(campaign_id: UUID, *, area_code: str) -> dict[str, Found]:
    """The gaps of a campaign by point, in an area's subtree."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS, {"campaign": campaign_id, "area": f"{area_code}%"})
        return {point: Found(*rest) for point, *rest in cursor.fetchall()}


def lines(total: Totals, found: Mapping[str, Found]) -> list[Line]:
    """The reconciliation: every point with its two counts, in the order of the list of seven."""
    return [*_people(total, found), *_carriage(total, found), *_laboratory(total, found)]


def _people(total: Totals, found: Mapping[str, Found]) -> list[Line]:
    bad, doubted = found.get("bad_swab", NONE), found.get("identity", NONE)
    unbound, overbound = found.get("unbound", NONE), found.get("overbound", NONE)
    twice, nobody = found.get("twice", NONE), found.get("nobody", NONE)
    return [
        _less(1, "bad_swab", total.reported, bad),
        Line(
            2,
            "bound",
            total.counted,
            total.bound,
            unbound.amount,
            "unbound",
            overbound.amount,
            "overbound",
            _older(unbound, overbound),
        ),
        _less(3, "identity", total.swabs, doubted),
        _less(4, "twice", total.swabs, twice),
        _less(5, "nobody", total.swabs, nobody),
    ]


def _carriage(total: Totals, found: Mapping[str, Found]) -> list[Line]:
    spans = (
        ("sealed", total.sealed, total.boxed, total.at_sealed, "unsealed"),
        ("boxed", total.boxed, total.collected, total.at_boxed, ""),
        ("collected", total.collected, total.received, total.at_collected, "uncollected"),
        ("received", total.received, total.reported, total.at_received, "unreceived"),
    )
    shown = []
    for stage, before, after, waiting, skipped in spans:
        late, surplus = found.get(f"silent_{stage}", NONE), found.get(skipped, NONE)
        line = Line(
            6, stage, before, after, late.tubes, f"silent_{stage}", surplus.tubes, skipped, _older(late, surplus)
        )
        shown.append(line._replace(waiting=waiting))
    boxes = found.get("two_boxes", NONE)
    return [*shown, _more(6, "two_boxes", total.boxed, boxes)]


def _laboratory(total: Totals, found: Mapping[str, Found]) -> list[Line]:
    keyed, differ, unknown = (found.get(point, NONE) for point in ("keyed_twice", "differ", "no_tube"))
    filled = total.reported - unknown.tubes
    return [
        Line(7, "keyed_twice", total.reported, total.reports, 0, "", keyed.amount, "keyed_twice", keyed),
        Line(7, "differ", total.reported, total.reported - differ.tubes, differ.tubes, "differ", 0, "", differ),
        Line(7, "no_tube", filled, total.reported, 0, "", unknown.tubes, "no_tube", unknown),
    ]


def _less(number: int, point: str, expected: int, gap: Found) -> Line:
    return Line(number, point, expected, expected - gap.amount, gap.amount, point, 0, "", gap)


def _more(number: int, point: str, expected: int, gap: Found) -> Line:
    return Line(number, point, expected, expected + gap.amount, 0, "", gap.amount, point, gap)


def _older(*found: Found) -> Found:
    return min((one for one in found if one.since), key=lambda one: (one.since, one.holder), default=NONE)


def gap_tubes(user: User, campaign_id: UUID, point: str, *, after: Key | None) -> tuple[list[Gap], Key | None]:
    """The tubes behind a number, the oldest first; and where the next page begins."""
    found = scope(user, Gap.objects.filter(campaign_id=campaign_id, point=point))
    return _page(found, after)


def stage_tubes(user: User, campaign_id: UUID, stage: str, *, after: Key | None) -> tuple[list[Custody], Key | None]:
    """The tubes that stand at a stage, who has stood there longest first."""
    found = scope(user, Custody.objects.filter(campaign_id=campaign_id, stage=stage, since__isnull=False))
    return _page(found, after)


def _page(found: Any, after: Key | None) -> tuple[list[Any], Key | None]:
    if after:
        found = found.filter(TupleGreaterThan(Tuple(F("since"), F("tube")), after))
    rows = list(found.order_by("since", "tube")[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return rows[:ROWS], (last.since, last.tube) if last else None


def holders(labels: Iterable[str]) -> dict[str, str]:
    """Names of holders: sites, laboratories and vehicles by theirs; "" for nobody; three queries at most."""
    parted = {label: label.partition(":") for label in set(labels)}
    sites = {name for kind, _, name in parted.values() if kind == "site" and name.isdigit() and name != "0"}
    places = {name for kind, _, name in parted.values() if kind == "laboratory" and name}
    names = {f"site:{site.pk}": site.name for site in Site.objects.filter(pk__in=sites)} if sites else {}
    if places:
        names |= {f"laboratory:{one.id}": one.name for one in Device.objects.filter(id__in=places)}
        names |= {f"laboratory:{one.id}": one.name for one in Party.objects.filter(id__in=places)}
    return {label: names.get(label) or (name if kind == "vehicle" else "") for label, (kind, _, name) in parted.items()}
