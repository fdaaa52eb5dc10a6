"""Pages of meters: the list, one meter, reading it now."""

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.parties import queries as parties
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.metering.actions.asking import ask
from yinghuo.desks.metering.models import Meter, Protocol
from yinghuo.desks.metering.models.head_end import What
from yinghuo.desks.metering.queries import register as queries
from yinghuo.desks.metering.queries.register import Wanted
from yinghuo.desks.metering.register_words import class_in_words
from yinghuo.desks.metering.views.frame import Typed, chosen, metering_tabs, typed
from yinghuo.desks.metering.views.register import meter_tables as tables

ROWS = 50
NOW_READ = (1, 41, 42, 43, 44, 45, 46, 47)  # energy, voltages, currents, power


@require_safe
@needs("meter.see")
def meters(request: HttpRequest) -> HttpResponse:
    """Meters of the area by address; silent ones stand out."""
    user = signed_in(request)
    wanted, choices = _wanted(request)
    table = _table(request, user, wanted)
    counts = queries.meter_counts(user, now=clock.now())
    context = {
        "title": tables.headline(counts),
        "tabs": metering_tabs(user, "meters"),
        "typed": _typed(wanted),
        "choices": choices,
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/meters.html", context)


@require_safe
@needs("meter.see")
def meter(request: HttpRequest, address: str) -> HttpResponse:
    """One meter: its data, its last values, what was asked of it, its history."""
    user, one = signed_in(request), found(request, address)
    context = tables.standing(one, clock.now()) | {
        "tabs": metering_tabs(user, "meters"),
        "customer": _customer(user, one),
        "readings": _readings(one),
        "may_manage": may(user, "meter.manage") and not one.retired_on,
        "moments": queries.moments(f"meter:{address}", entry_id=one.entry_id),
    }
    return exports.asked(request, context["table"]) or render(request, "metering/meter.html", context)


@require_POST
@needs("meter.manage")
def read_now(request: HttpRequest, address: str) -> HttpResponse:
    """Asks the head-end to read this meter now (召测)."""
    user, one = signed_in(request), found(request, address)
    require(user, "meter.manage", area_code=one.area_code)
    ask(one.id, what=What.NOW, quantities=NOW_READ, by=user.label, at=clock.now())
    notices.success(request, _("Asked. The values appear here as soon as the meter has answered."))
    return redirect("meter", address)


def found(request: HttpRequest, address: str) -> Meter:
    """A meter of the reader's area; Http404 for another."""
    one = queries.meter(signed_in(request), address)
    if one is None:
        raise Http404
    return one


def _wanted(request: HttpRequest) -> tuple[Wanted, list[Choice]]:
    options: dict[str, Any] = {
        "standing": tables.STANDINGS,
        "customer_class": [(name, class_in_words(name)) for name in queries.classes()],
        "protocol": Protocol.choices,
    }
    asked = chosen(request, options)
    labels = {"standing": lazy("State"), "customer_class": lazy("Class"), "protocol": lazy("Protocol")}
    wanted = Wanted(**asked, **{key: typed(request, key) for key in ("digits", "terminal", "transformer")})
    return wanted, [Choice(key, labels[key], options[key], asked[key]) for key in options]


def _typed(wanted: Wanted) -> list[Typed]:
    return [
        Typed("digits", lazy("Address, or its last digits"), wanted.digits),
        Typed("terminal", lazy("Terminal"), wanted.terminal),
        Typed("transformer", lazy("Transformer"), wanted.transformer),
    ]


def _table(request: HttpRequest, user: User, wanted: Wanted) -> Table:
    here = request.GET.get("after", "")
    (after,) = place(here, str) or ("",)
    now = clock.now()
    rows = queries.meters(user, wanted, now=now, after=after, limit=ROWS + 1)
    shown = rows[:ROWS]
    names = parties.names(user, [row.party_id for row in shown if row.party_id])
    where = areas.names({row.area_code for row in shown})
    return Table(
        name="meters",
        caption=_("Meters by address"),
        columns=tables.COLUMNS,
        rows=[tables.row(row, now) | tables.placed(row, where, names) for row in shown],
        empty=_empty(wanted),
        pager=pager(len(shown), after=(shown[-1].address,) if len(rows) > ROWS else None, here=here),
        files=True,
    )


def _empty(wanted: Wanted) -> Empty:
    if any(wanted):
        return Empty(_("No meter in your area is like this."), _("Show all meters"), reverse("meters"))
    return Empty(
        _("The register has no meter of your area yet."),
        _("It is loaded from files: yinghuo meters load FOLDER."),
    )


def _customer(user: User, one: Meter) -> str:
    return parties.names(user, [one.party_id]).get(one.party_id, "") if one.party_id else ""


def _readings(one: Meter) -> str:
    """The address of the meter's readings; "" where no page shows them."""
    try:
        return reverse("meter_readings", args=[one.address])
    except NoReverseMatch:
        return ""
