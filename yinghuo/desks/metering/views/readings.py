"""Pages: readings of a meter, raw beside what stands, and the form that edits one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Table
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.editing import Edit, edit
from yinghuo.desks.metering.models import Meter
from yinghuo.desks.metering.quantity_words import quantity_in_words
from yinghuo.desks.metering.queries import course as queries
from yinghuo.desks.metering.queries.course import the_lake
from yinghuo.desks.metering.views import reading_tables as tables
from yinghuo.desks.metering.views.frame import metering_tabs
from yinghuo.desks.metering.views.register.meters import found
from yinghuo.engines.meters.quantities import BY_NAME, BY_NUMBER

SPANS = (1, 3, 7)
ROWS = 48
POWER = BY_NAME["power_kw"].number


class EditForm(forms.Form):
    """A value and why it takes the place of another."""

    value = forms.DecimalField(label=lazy("Value"), max_digits=18, decimal_places=4)
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("What shows that this is right: a display read on the spot, an exchange, an order."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
    )


@require_safe
@needs("meter.see")
def meter_readings(request: HttpRequest, address: str) -> HttpResponse:
    """A meter's readings: a curve over one to seven days, and the day's table."""
    user, meter = signed_in(request), found(request, address)
    last, days = _day(request), _span(request)
    first = last - timedelta(days=days - 1)
    held = queries.quantities(the_lake(), meter.id, first=first, days=days)
    quantity = _quantity(request, held)
    points = queries.course(the_lake(), meter.id, quantity=quantity, first=first, days=days, now=clock.now())
    table = _table(request, meter, quantity, tables.of_day(points, last))
    context = {
        "title": tables.sentence(meter, quantity, points),
        "tabs": metering_tabs(user, "meters"),
        "meter": meter,
        "day": last,
        "earlier": _address(meter, last - timedelta(days=1), quantity, days),
        "later": _address(meter, last + timedelta(days=1), quantity, days),
        "choices": tables.choices(held, quantity, days),
        "chart": tables.chart(points, quantity, days),
        "counts": tables.counts(points),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/readings.html", context)


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def edit_reading(request: HttpRequest, address: str) -> HttpResponse:
    """Shows one moment with its lineage; puts another value in its place, for a reason."""
    user, meter = signed_in(request), found(request, address)
    require(user, "meter.manage", area_code=meter.area_code)
    quantity, at = _moment(request)
    form = EditForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _edited(request, Edit(meter, quantity, at, **form.cleaned_data), form)
    ):
        return redirect(_address(meter, timezone.localdate(at), quantity, 1))
    now = queries.point(the_lake(), meter.id, quantity, at)
    context = {
        "title": _("Edit %(quantity)s of %(meter)s")
        % {"quantity": quantity_in_words(quantity), "meter": meter.address},
        "tabs": metering_tabs(user, "meters"),
        "form": form,
        "facts": tables.lineage(now, quantity),
        "unit": BY_NUMBER[quantity].unit,
        "back": _address(meter, timezone.localdate(at), quantity, 1),
        "effects": [
            _("The value counts from now on in every evaluation; it is marked as edited, with your name."),
            _("What the meter gave stays in the lake and stays readable beside it."),
        ],
    }
    return render(request, "metering/readings_edit.html", context, status=422 if form.errors else 200)


def _table(request: HttpRequest, meter: Meter, quantity: int, points: Sequence[queries.Point]) -> Table:
    """Half a day a page; a file holds the whole day."""
    here = request.GET.get("after", "")
    (begins,) = place(here, datetime.fromisoformat) or (None,)
    left = [point for point in points if begins is None or point.at > begins]
    after = (left[ROWS - 1].at.isoformat(),) if len(left) > ROWS else None
    table = tables.readings(meter, quantity, left[:ROWS], may_edit=may(signed_in(request), "meter.manage"))
    table.pager = pager(len(left[:ROWS]), after=after, here=here)
    table.every = lambda: tables.rows(meter, quantity, points)
    return table


def _edited(request: HttpRequest, wanted: Edit, form: EditForm) -> bool:
    """Edits; a refusal is written into the form, so that what was typed stays."""
    try:
        done = edit(the_lake(), wanted, by=signed_in(request).label, now=clock.now())
    except Refused as refused:
        form.add_error("reason" if refused.code == "reading.no_reason" else None, tables.why_not(refused))
        return False
    told = _("Edited. The raw value stays beside it.") if done else _("It had this value already; nothing was changed.")
    notices.success(request, told)
    return True


def _day(request: HttpRequest) -> date:
    """The day of the address; today where none or a wrong one stands there."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate(clock.now())


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]


def _quantity(request: HttpRequest, held: list[int]) -> int:
    """The quantity of the address, else power, else the first that was read."""
    asked = request.GET.get("quantity", "")
    if asked.isdecimal() and int(asked) in BY_NUMBER:
        return int(asked)
    return POWER if POWER in held or not held else held[0]


def _moment(request: HttpRequest) -> tuple[int, datetime]:
    """Quantity and moment of the address; Http404 where they are none."""
    try:
        quantity, at = int(request.GET.get("quantity", "")), datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    if quantity not in BY_NUMBER or at.tzinfo is None:
        raise Http404
    return quantity, at


def _address(meter: Meter, day: date, quantity: int, days: int) -> str:
    query = f"day={day.isoformat()}&quantity={quantity}" + (f"&days={days}" if days > 1 else "")
    return f"{reverse('meter_readings', args=[meter.address])}?{query}"


addresses: list[URLPattern] = [
    path("metering/meters/<str:address>/readings", meter_readings, name="meter_readings"),
    path("metering/meters/<str:address>/readings/edit", edit_reading, name="edit_reading"),
]
