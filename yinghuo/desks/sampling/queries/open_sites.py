"""The sites that a device may sign in at: open ones of its area, its own first."""

from datetime import datetime

from django.db.models import Q, QuerySet

from yinghuo.core.people.queries import DeviceRow
from yinghuo.desks.sampling.models import Site

MOST_SITES = 500


def open_sites(device: DeviceRow, *, now: datetime) -> list[Site]:
    """At most 500 sites whose campaign has not ended, with their campaigns."""
    own = -1 if device.site_id is None else device.site_id
    found = _of(device, now).select_related("campaign").order_by("name_zh", "id")[:MOST_SITES]
    first = [] if any(site.pk == own for site in found) else list(_of(device, now).filter(pk=own)[:1])
    return sorted([*first, *found], key=lambda site: site.pk != own)[:MOST_SITES]


def open_site(device: DeviceRow, site_id: int, *, now: datetime) -> Site | None:
    """One of these sites; None where the device may not sign in."""
    return _of(device, now).select_related("campaign").filter(pk=site_id).first()


def _of(device: DeviceRow, now: datetime) -> "QuerySet[Site]":
    mine = Q(area_code__startswith=device.area_code) | Q(pk=device.site_id)
    return Site.objects.filter(mine, campaign__ends_at__gt=now)
