"""Needs as a table: what is asked for, its clock, what was answered."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Due, Empty
from yinghuo.console.states import ORDER
from yinghuo.console.tables import Column, Table
from yinghuo.core.work.models import Order
from yinghuo.desks.response.models import Need


def needs_table(rows: Sequence[tuple[Need, Order]]) -> Table:
    """Needs with their orders, in the order given."""
    columns = [
        Column("kind", lazy("What is needed"), link="href", note="text"),
        Column("state", lazy("State"), kind="state"),
        Column("due", lazy("Clock"), kind="clock"),
        Column("asked_at", lazy("Asked"), kind="moment", note="asked_by"),
        Column("answer", lazy("Answer")),
    ]
    shown = [
        {
            "id": need.id,
            "kind": need.get_kind_display(),
            "href": reverse("need", args=[need.id]),
            "text": need.text,
            "state": ORDER[order.state],
            "due": Due(order.due_at, order.opened_at, order.done_at) if order.due_at else None,
            "asked_at": need.asked_at,
            "asked_by": lazy("by the slip’s page") if need.asked_by.startswith("stay:") else "",
            "answer": need.answer,
        }
        for need, order in rows
    ]
    empty = Empty(lazy("Nothing was asked for."))
    return Table(name="needs", caption=lazy("Needs"), columns=columns, rows=shown, empty=empty)
