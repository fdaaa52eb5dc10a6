"""Changing one meter or terminal of the register, and retiring a meter, each for a reason."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.register.columns import METERS
from yinghuo.desks.metering.models.register import Meter, Terminal

OF_METER = frozenset(column.column for column in METERS.columns) - {"address", "retired_on"}
OF_TERMINAL = frozenset({"protocol", "area_code", "host", "port", "name"})


class Because(NamedTuple):
    """Why something is changed, by whom, when."""

    reason: str
    by: str
    at: datetime


@transaction.atomic
def change_meter(address: str, values: dict[str, Any], because: Because) -> Meter:
    """Gives fields of a meter (OF_METER) other values; the same values again change nothing.

    Refused: "meter.unknown"; "register.value" (field) for a value that cannot be; "meter.point_taken", "meter.ratings"
    """
    meter = _locked(address)
    body = {"reason": because.reason, "changed": _change(meter, values, OF_METER)}
    if body["changed"]:
        ledger.enter("meter.changed", f"meter:{address}", by=because.by, at=because.at, body=body)
    return meter


@transaction.atomic
def change_terminal(address: str, values: dict[str, Any], because: Because) -> Terminal:
    """The same for a terminal (OF_TERMINAL). Refused: "terminal.unknown", "register.value", "terminal.dialled"."""
    terminal = Terminal.objects.select_for_update().filter(address=address).first()
    if terminal is None:
        raise Refused("terminal.unknown", terminal=address)
    body = {"reason": because.reason, "changed": _change(terminal, values, OF_TERMINAL)}
    if body["changed"]:
        ledger.enter("terminal.changed", f"terminal:{address}", by=because.by, at=because.at, body=body)
    return terminal


@transaction.atomic
def retire_meter(address: str, *, on: date, because: Because) -> Meter:
    """A meter is taken down: it is read no more, its point is free; its readings stay. Again, it changes nothing.

    Refused: "meter.unknown", "meter.retired_before" for a day before it was installed
    """
    meter = _locked(address)
    if meter.retired_on:
        return meter
    if on < meter.installed_on:
        raise Refused("meter.retired_before", installed=meter.installed_on)
    meter.retired_on = on
    meter.save(update_fields=["retired_on"])
    body = {"reason": because.reason, "on": on.isoformat()}
    ledger.enter("meter.retired", f"meter:{address}", by=because.by, at=because.at, body=body)
    return meter


def _locked(address: str) -> Meter:
    meter = Meter.objects.select_for_update().filter(address=address).first()
    if meter is None:
        raise Refused("meter.unknown", meter=address)
    return meter


def _change(row: Meter | Terminal, values: dict[str, Any], fields: frozenset[str]) -> dict[str, list[str | None]]:
    """Sets and saves what differs; returns what stood there and what stands there now, by field."""
    changed = {}
    for name, value in values.items():
        if name not in fields:
            raise Refused("register.value", field=name)
        before = getattr(row, name)
        _set(row, name, value)
        if getattr(row, name) != before:
            changed[name] = [_text(before), _text(getattr(row, name))]
    if changed:
        _save(row, list(changed))
    return changed


def _set(row: Meter | Terminal, name: str, value: object) -> None:
    field = next(one for one in row._meta.concrete_fields if one.attname == name)
    if value is None and field.null:
        setattr(row, name, None)
        return
    try:
        setattr(row, name, field.clean(value, row))
    except ValidationError as error:
        raise Refused("register.value", field=name) from error


def _save(row: Meter | Terminal, names: list[str]) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=names)
    except IntegrityError as error:
        match getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""):
            case "one_meter_a_point":
                raise Refused("meter.point_taken") from error
            case "meter_ratings_make_sense":
                raise Refused("meter.ratings") from error
            case "terminal_dialled_at_host_and_port":
                raise Refused("terminal.dialled") from error
            case promise:
                raise Refused("register.value", field=promise or "") from error


def _text(value: object) -> str | None:
    return None if value is None else str(value)
