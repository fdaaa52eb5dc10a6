"""The first page: the published figures on the map and as a curve, open work, campaigns under way."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import charts
from yinghuo.console.pieces import Due
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.areas.models import Area, Level
from yinghuo.core.bulletins import queries as bulletins
from yinghuo.core.bulletins.queries import Series
from yinghuo.core.people.access import may, needs
from yinghuo.core.people.models import User
from yinghuo.core.work import queries as work
from yinghuo.core.work.rules import kind_of
from yinghuo.desks.sampling import queries as sampling
from yinghuo.desks.sampling.views.tables import campaigns as campaign_table
from yinghuo.web import clock
from yinghuo.web.navigation import open_issues, open_orders

PROVINCE = "22"
MOST_URGENT = 5


@require_safe
@needs("figure.see")
def home(request: HttpRequest) -> HttpResponse:
    """What is the state, what is wrong, what do I do."""
    user = request.user
    assert isinstance(user, User)
    context: dict[str, Any] = {"title": _headline(user), "urgent": _urgent(user)}
    if may(user, "campaign.see"):
        context["table"] = campaign_table(sampling.campaigns(user.area_code or "-"))
    return render(request, "home.html", context | _published(request.GET.get("area", PROVINCE)))


def _headline(user: User) -> str:
    orders, issues = open_orders(user), open_issues(user)
    if not orders and not issues:
        return _("Nothing is waiting")
    return _("%(orders)s orders and %(issues)s issues are waiting") % {"orders": orders, "issues": issues}


def _urgent(user: User) -> Table | None:
    """The orders of this user's inbox that are due first; None when nothing is waiting."""
    orders = work.inbox(user, now=clock.now(), limit=MOST_URGENT).rows if may(user, "order.see") else []
    names = areas.names({order.area_code for order in orders})
    rows = [
        {
            "id": order.id,
            "kind": kind_of(order.kind).name,
            "href": reverse("order", args=[order.id]),
            "area": names.get(order.area_code, ""),
            "due": Due(order.due_at, order.opened_at),
            "late": order.due_at < clock.now(),
        }
        for order in orders
    ]
    columns = [
        Column("kind", _("Work order"), link="href"),
        Column("area", _("Area")),
        Column("due", _("Due"), kind="clock"),
    ]
    return Table(name="urgent", caption=_("Due first"), columns=columns, rows=rows) if rows else None


def _published(chosen: str) -> dict[str, Any]:
    """The real figures: map by day and curve of one area, with gaps as gaps and intervals as bands."""
    span = bulletins.period()
    if span is None:
        return {}
    prefectures = list(Area.objects.filter(level=Level.PREFECTURE).order_by("code"))
    reported = {area.code: area for area in Area.objects.filter(reported=True).defer("outline")}
    area = chosen if chosen in reported or chosen == PROVINCE else PROVINCE
    found = bulletins.net_new([PROVINCE, *reported], whole=PROVINCE, first=span[0], last=span[1])
    return {
        "span": span,
        "area": reported.get(area) or Area.objects.get(code=PROVINCE),
        "reported": list(reported.values()),
        "map": _map(prefectures, found),
        "curve": _curve(found[area]),
        "known": _known(found[area]),
    }


def _map(prefectures: list[Area], found: dict[str, Series]) -> dict[str, Any]:
    outlines = [charts.Outline(area.code, area.short.split()[0], area.outline) for area in prefectures if area.outline]
    days = [day for day, _net in found[PROVINCE]]
    values = {area.code: [net.value if net else None for _day, net in found[area.code]] for area in prefectures}
    return charts.day_map(
        name="prefectures",
        title=_("New infections by prefecture"),
        unit=_("people"),
        days=days,
        outlines=outlines,
        values=values,
    )


def _curve(series: Series) -> dict[str, Any]:
    line = charts.Line(
        _("New infections"),
        [net.value if net else None for _day, net in series],
        low=[net.low if net else None for _day, net in series],
        high=[net.high if net else None for _day, net in series],
    )
    return charts.curve(
        name="infections",
        title=_("New infections a day"),
        unit=_("people"),
        days=[day for day, _net in series],
        lines=[line],
    )


def _known(series: Series) -> dict[str, int]:
    """Days of the period by how well they are known: exactly, between two bounds, or not at all."""
    exact = sum(net is not None and net.complete for _day, net in series)
    bounded = sum(net is not None and None not in (net.low, net.high) for _day, net in series)
    return {"days": len(series), "exact": exact, "between": bounded - exact, "gaps": len(series) - bounded}
