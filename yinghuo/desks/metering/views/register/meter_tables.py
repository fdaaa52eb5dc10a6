"""What the pages of meters show: the list's columns and rows, one meter's data, its last values."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy

from yinghuo.console.pieces import Empty, Moment, State, Tone, Words, span_in_words
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas import queries as areas
from yinghuo.desks.metering.models import LastValue, Meter
from yinghuo.desks.metering.models.head_end import Cause
from yinghuo.desks.metering.quantity_words import quality_state, quantity_in_words, shown
from yinghuo.desks.metering.queries import register as queries
from yinghuo.desks.metering.queries.register import ENERGY, MOST_COUNTED, SILENT_AFTER, MeterCounts, Standing
from yinghuo.desks.metering.register_words import class_in_words
from yinghuo.engines.meters.quantities import BY_NUMBER

STANDINGS: list[tuple[str, Words]] = [
    (Standing.IN_USE, lazy("in use")),
    (Standing.SILENT, lazy("silent for over a day")),
    (Standing.NEVER, lazy("never read")),
    (Standing.RETIRED, lazy("retired")),
]
ASKED_TONES: dict[str, Tone] = {"asked": "waiting", "taken": "running", "done": "done", "failed": "wrong"}
COLUMNS = [
    Column("address", lazy("Meter"), kind="code", link="href"),
    Column("area", lazy("Area")),
    Column("customer", lazy("Customer"), note="class"),
    Column("terminal", lazy("Terminal"), link="terminal_href", note="terminal_name"),
    Column("point", pgettext_lazy("meter", "Point"), kind="number"),
    Column("energy_value", lazy("Energy"), kind="number", unit="kWh"),
    Column("energy_at", lazy("Read at"), kind="moment"),
    Column("state", lazy("State"), kind="state"),
]


def headline(counts: MeterCounts) -> str:
    """How many meters are read, and how many are silent, in one line."""
    words = {"count": thousands(counts.meters), "silent": thousands(counts.silent)}
    if counts.silent >= MOST_COUNTED:
        words["silent"] = f"{words['silent']}+"
    if not counts.silent:
        return ngettext("%(count)s meter, none silent", "%(count)s meters, none silent", counts.meters) % words
    return (
        ngettext(
            "%(count)s meter, %(silent)s silent for over a day",
            "%(count)s meters, %(silent)s silent for over a day",
            counts.meters,
        )
        % words
    )


def row(one: Meter, now: datetime) -> dict[str, Any]:
    """A meter in the list, without where it is."""
    return {
        "id": one.address,
        "address": one.address,
        "href": reverse("meter", args=[one.address]),
        "terminal": one.terminal_id,
        "terminal_name": one.terminal.name,
        "terminal_href": reverse("terminal", args=[one.terminal_id]),
        "point": one.point,
        "energy_value": _energy(one),
        "energy_at": one.energy_at,  # type: ignore[attr-defined]
        "state": meter_state(one, now),
        "late": is_silent(one, now),
    }


def _energy(one: Meter) -> Decimal | None:
    value: Decimal | None = one.energy_value  # type: ignore[attr-defined]  # annotated by the query
    return None if value is None else shown(value, ENERGY)


def placed(one: Meter, where: Mapping[str, str], names: Mapping[UUID, str]) -> dict[str, Any]:
    """Where a meter is, and whose."""
    return {
        "area": where.get(one.area_code, one.area_code),
        "customer": names.get(one.party_id) if one.party_id else None,
        "class": class_in_words(one.customer_class),
    }


def standing(one: Meter, now: datetime) -> dict[str, Any]:
    """What the page of one meter shows of it."""
    return {
        "title": _("Meter %(address)s · %(state)s") % {"address": one.address, "state": meter_state(one, now).word},
        "meter": one,
        "state": meter_state(one, now),
        "area": areas.name_of(one.area_code),
        "class": class_in_words(one.customer_class),
        "wiring": capfirst(one.get_wiring_display()),
        "table": last_values(queries.last_values(one.id), now),
        "asked": asked(one),
    }


def asked(one: Meter) -> list[Moment]:
    """What was asked of the meter lately (召测), the newest first, and what came of it."""
    return [
        Moment(
            at=read.done_at or read.asked_at,
            what=capfirst(read.get_state_display()),
            detail=" · ".join(filter(None, [str(Cause(read.cause).label) if read.cause else "", read.detail])),
            tone=ASKED_TONES[read.state],
        )
        for read in queries.asked_lately(one.id)
    ]


def is_silent(one: Meter, now: datetime) -> bool:
    """Whether a meter in use has given no energy for over a day."""
    at: datetime | None = one.energy_at  # type: ignore[attr-defined]
    return bool(one.retired_on is None and at and at < now - SILENT_AFTER)


def meter_state(one: Meter, now: datetime) -> State:
    """How a meter stands, as a chip."""
    at: datetime | None = one.energy_at  # type: ignore[attr-defined]
    if one.retired_on:
        return State("off", _("retired"))
    if at is None:
        return State("waiting", _("never read"))
    if is_silent(one, now):
        return State("late", _("silent for %(span)s") % {"span": span_in_words(now - at)})
    return State("done", _("is read"))


def last_values(values: list[LastValue], now: datetime) -> Table:
    """The latest value of each quantity, with its age and quality."""
    columns = [
        Column("quantity", lazy("Quantity")),
        Column("value", lazy("Value"), kind="number"),
        Column("unit", lazy("Unit")),
        Column("at", lazy("Time of the value"), kind="moment", note="age"),
        Column("quality", lazy("Quality"), kind="state"),
    ]
    rows = [
        {
            "id": one.quantity,
            "quantity": quantity_in_words(one.quantity),
            "value": shown(one.value, one.quantity),
            "unit": BY_NUMBER[one.quantity].unit if one.quantity in BY_NUMBER else "",
            "at": one.at,
            "age": _("%(span)s ago") % {"span": span_in_words(max(now - one.at, timedelta(0)))},
            "quality": quality_state(one.quality),
        }
        for one in values
    ]
    empty = Empty(_("Nothing was read of this meter yet."), _("The head-end reads it once its terminal is on-line."))
    return Table(name="last", caption=_("Last values"), columns=columns, rows=rows, empty=empty, files=True)
