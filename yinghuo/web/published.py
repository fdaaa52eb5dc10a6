"""What authorities published, with sources, and the brief as a page that prints."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.bulletins.models import StatedFact
from yinghuo.core.people.access import covers, needs
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import Campaign
from yinghuo.web import brief as briefs
from yinghuo.web.clock import now
from yinghuo.web.pages.questions import midnight


@require_safe
@needs("figure.see")
def stated_facts(request: HttpRequest) -> HttpResponse:
    """Testing rounds, capacities, beds, teams and restart rates as their sources state them."""
    facts = StatedFact.objects.order_by("first_day", "id")
    columns = [
        Column("first_day", lazy("Day"), kind="day"),
        Column("what", lazy("What the source states")),
        Column("value", lazy("Value"), kind="number"),
        Column("unit", lazy("Unit")),
        Column("source", lazy("Source")),
    ]
    rows = [vars(fact) | {"value": fact.value.normalize()} for fact in facts]
    empty = Empty(lazy("Nothing published was taken in yet."))
    table = Table(
        name="stated", caption=lazy("Stated facts"), columns=columns, rows=rows, empty=empty, files=True, wide=True
    )
    title = _("Testing rounds and capacities as published · %(count)s") % {"count": len(rows)}
    return exports.asked(request, table) or render(request, "stated.html", {"title": title, "table": table})


@require_safe
@needs("figure.see")
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of the user's area and a period (`from`, `to`: days, both included)."""
    user = request.user
    assert isinstance(user, User)
    area = request.GET.get("area", user.area_code)
    if not covers(user, area):
        raise Refused("access.area")
    first, last = _period(request)
    made = briefs.build(area, first, last, now())
    context: dict[str, Any] = briefs.context(made)
    return render(request, "brief_page.html", context)


def _period(request: HttpRequest) -> tuple[datetime, datetime]:
    earliest = Campaign.objects.order_by("starts_at").values_list("starts_at", flat=True).first() or now()
    first = parse_date(request.GET.get("from", "")) or timezone.localdate(earliest)
    last = parse_date(request.GET.get("to", "")) or timezone.localdate(now())
    return midnight(first), midnight(last) + timedelta(days=1)
