"""What carriage is planned from and held against: boxes that wait, laboratories, vehicles, plans, what came of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count

from yinghuo.core.areas.models import Area
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import (
    BoxRow,
    Campaign,
    CarriageLaboratory,
    CarriagePlan,
    CarriageVehicle,
    Custody,
    Keeping,
    Site,
)
from yinghuo.engines.carriage import Laboratory, Pickup, Place, Vehicle

MOST_BOXES = 2_000
MOST_PLANS = 20


class Waiting(NamedTuple):
    """Boxes that wait at sites: pickups, the codes by site, and those whose site has no place on the map."""

    pickups: list[Pickup]
    boxes: dict[str, list[str]]
    unplaced: list[str]


class Fleet(NamedTuple):
    """Laboratories that have a vehicle, and the vehicles."""

    laboratories: list[Laboratory]
    vehicles: list[Vehicle]


class Actual(NamedTuple):
    """What came of a stop: boxes collected so far, the first and the last of them, and boxes received."""

    collected: int
    first_at: datetime | None
    last_at: datetime | None
    received: int


def waiting(campaign_id: UUID) -> Waiting:
    """Boxes packed and not collected, by site, the oldest first; at most 2,000."""
    rows = BoxRow.objects.filter(campaign_id=campaign_id, collected_at__isnull=True, received_at__isnull=True)
    found = list(rows.filter(packed_at__isnull=False).order_by("packed_at", "box")[:MOST_BOXES])
    by_site: dict[int, list[BoxRow]] = defaultdict(list)
    for row in found:
        by_site[row.site_id or 0].append(row)
    sites = {site.pk: site for site in Site.objects.filter(pk__in=by_site, lat__isnull=False, lon__isnull=False)}
    pickups = [
        Pickup(str(pk), Place(site.lat or 0.0, site.lon or 0.0), len(by_site[pk]), sum(r.scanned for r in by_site[pk]))
        for pk, site in sorted(sites.items())
    ]
    boxes = {str(pk): [row.box for row in by_site[pk]] for pk in sites}
    unplaced = [row.box for row in found if row.site_id not in sites]
    return Waiting(pickups, boxes, unplaced)


def fleet(campaign: Campaign, *, hours: int) -> Fleet:
    """Laboratories around and in the campaign's area, with what they can take in `hours` less what waits there."""
    around = [campaign.area_code[:digits] for digits in (2, 4, 6, 9, 12)]
    vehicles = CarriageVehicle.objects.filter(active=True).order_by("plate")
    labs = CarriageLaboratory.objects.filter(vehicles__active=True).distinct().order_by("id")
    near = [lab for lab in labs if lab.area_code in around or lab.area_code.startswith(campaign.area_code)]
    stand = Custody.objects.filter(campaign_id=campaign.id, stage=Keeping.RECEIVED).values_list("holder")
    queue = dict(stand.annotate(count=Count("tube")).order_by())
    return Fleet(
        [
            Laboratory(
                str(lab.pk),
                Place(lab.lat, lab.lon),
                max(lab.assays_per_h * hours - queue.get(f"laboratory:{lab.party_id}", 0), 0),
            )
            for lab in near
        ],
        [Vehicle(one.plate, str(one.laboratory_id), one.boxes) for one in vehicles],
    )


def laboratories(user: User) -> list[CarriageLaboratory]:
    """Laboratories of the user's area, with their vehicles."""
    return list(scope(user, CarriageLaboratory.objects.prefetch_related("vehicles")).order_by("id"))


def plans(campaign_id: UUID) -> list[CarriagePlan]:
    """Plans of a campaign, the latest first."""
    return list(CarriagePlan.objects.filter(campaign_id=campaign_id).order_by("-made_at")[:MOST_PLANS])


def actual(boxes: Iterable[str]) -> dict[str, BoxRow]:
    """The boxes of a plan as they are now."""
    return {row.box: row for row in BoxRow.objects.filter(box__in=list(boxes))}


def of_stop(codes: list[str], rows: dict[str, BoxRow]) -> Actual:
    """What came of the boxes of one stop."""
    found = [rows[code] for code in codes if code in rows]
    times = sorted(row.collected_at for row in found if row.collected_at)
    received = sum(row.received_at is not None for row in found)
    return Actual(len(times), times[0] if times else None, times[-1] if times else None, received)


def places(plan: CarriagePlan) -> tuple[dict[str, Site], dict[str, CarriageLaboratory]]:
    """The sites and laboratories of a plan by the names they have in it."""
    content: dict[str, Any] = plan.plan
    sites = {stop["site"] for run in content["runs"] for stop in run["stops"] if stop["site"]}
    sites |= {one["site"] for one in content["left"]}
    labs = {one["id"] for one in content["laboratories"]}
    found = {str(site.pk): site for site in Site.objects.filter(pk__in=sites)}
    return found, {str(lab.pk): lab for lab in CarriageLaboratory.objects.filter(pk__in=labs)}


def outline(area_code: str) -> dict[str, Any] | None:
    """The outline of the prefecture that an area lies in; None where there is none."""
    return Area.objects.filter(code=area_code[:4]).values_list("outline", flat=True).first()
