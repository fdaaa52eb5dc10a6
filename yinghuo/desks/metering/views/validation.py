"""Pages: how whole the readings are, what validation found, one finding, the rules."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Table
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.metering.queries import validation as queries
from yinghuo.desks.metering.queries.course import STEP
from yinghuo.desks.metering.queries.validation import Wanted
from yinghuo.desks.metering.validation_words import RULES
from yinghuo.desks.metering.views import validation_changing
from yinghuo.desks.metering.views import validation_tables as tables
from yinghuo.desks.metering.views.frame import Typed, metering_tabs, typed

ROWS = 50


@require_safe
@needs("meter.see")
def validation(request: HttpRequest) -> HttpResponse:
    """A day: the share of points by quality, findings by rule and class; the week before it as a curve."""
    user = signed_in(request)
    day = _day(request) or queries.latest_day() or timezone.localdate(clock.now())
    area = user.area_code or "-"
    by_class = queries.counted("class", area_code=area, first=day, last=day)
    week = queries.counted("day", area_code=area, first=queries.week_before(day), last=day)
    counties = queries.counted("county", area_code=area, first=day, last=day)
    table = tables.by_rule(queries.rule_counts(user, day), day)
    context = {
        "title": tables.sentence(day, by_class),
        "tabs": metering_tabs(user, "validation"),
        "day": day,
        "stats": tables.stats(by_class),
        "table": table,
        "classes": tables.by_quality("classes", by_class),
        "counties": tables.by_quality("counties", counties),
        "week": tables.week(week),
        "runs": tables.runs(queries.runs_of(day)),
    }
    return exports.asked(request, table) or render(request, "metering/validation.html", context)


@require_safe
@needs("meter.see")
def findings(request: HttpRequest) -> HttpResponse:
    """Findings by day, rule, class and meter."""
    user = signed_in(request)
    wanted = _wanted(request)
    table = _findings(request, user, wanted)
    context = {
        "title": _("Findings of validation"),
        "tabs": metering_tabs(user, "validation"),
        "typed": [Typed("meter", _("Meter"), wanted.meter)],
        "day": wanted.day,
        "choices": tables.choices(wanted, queries.classes_of(user)),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/validation_findings.html", context)


@require_safe
@needs("meter.see")
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One finding: what was seen, by which rule, what was estimated and why."""
    user = signed_in(request)
    one = queries.finding(user, finding_id)
    if one is None:
        raise Http404
    context = tables.one(one) | {"tabs": metering_tabs(user, "validation"), "step": STEP}
    return render(request, "metering/validation_finding.html", context)


@require_safe
@needs("meter.see")
def validation_rules(request: HttpRequest) -> HttpResponse:
    """The rules as dated rows with their sources, and special days."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    table = tables.rules(queries.rules(today), today, may_change=may(user, "meter.manage"))
    context = {
        "title": _("Rules of validation"),
        "tabs": metering_tabs(user, "validation"),
        "table": table,
        "specials": tables.specials(queries.special_days(user)),
    }
    return exports.asked(request, table) or render(request, "metering/validation_rules.html", context)


def _findings(request: HttpRequest, user: User, wanted: Wanted) -> Table:
    here = request.GET.get("after", "")
    found = queries.page_of(queries.findings(user, wanted), place(here, date.fromisoformat, UUID), ROWS + 1)
    rows = found[:ROWS]
    after: tuple[Any, ...] | None = (rows[-1].day, rows[-1].id) if len(found) > ROWS else None
    addresses = queries.addresses_of([row.meter_id for row in rows])
    return tables.findings(rows, addresses, pager(len(rows), after=after, here=here), is_all=wanted == Wanted())


def _wanted(request: HttpRequest) -> Wanted:
    rule = request.GET.get("rule", "")
    return Wanted(
        _day(request),
        rule if rule in RULES else "",
        typed(request, "class"),
        typed(request, "meter"),
        "1" if request.GET.get("gone") == "1" else "",
    )


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


addresses: list[URLPattern] = [
    path("metering/validation", validation, name="validation"),
    path("metering/validation/findings", findings, name="findings"),
    path("metering/validation/findings/<uuid:finding_id>", finding, name="finding"),
    path("metering/validation/rules", validation_rules, name="validation_rules"),
    *validation_changing.addresses,
]
