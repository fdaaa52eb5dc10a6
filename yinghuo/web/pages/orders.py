"""Work orders: the inbox, an order with its clocks and its history, the steps that move it on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import exports, states
from yinghuo.console.paging import pager
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.console.who import names_of
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import needs, signed_in
from yinghuo.core.work.models import Order
from yinghuo.core.work.queries import orders_of
from yinghuo.core.work.rules import kind_name
from yinghuo.web import clock
from yinghuo.web.pages.clocks import clock_now, clocks
from yinghuo.web.pages.details import in_words
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.inbox import Asked, asked_for, page_of, title
from yinghuo.web.pages.links import about, told
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.steps import STEPS, Reason, open_to, require_step


@require_safe
@needs("order.see")
def orders(request: HttpRequest) -> HttpResponse:
    """The inbox: what is due first stands first."""
    user, now = signed_in(request), clock.now()
    asked = asked_for(request, user)
    table = _table(asked, *page_of(user, asked, now=now), now=now)
    context = {"title": title(user, asked, now=now), "choices": asked.choices, "table": table}
    return exports.asked(request, table) or render(request, "pages/orders.html", context)


@require_safe
@needs("order.see")
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order."""
    return render(request, "pages/order.html", _context(request, _order(request, order_id)))


@require_POST
@needs("order.act")
def order_step(request: HttpRequest, order_id: UUID, name: str) -> HttpResponse:
    """Takes a step with an order; where a reason is needed and missing, the page comes back with what was typed."""
    user, one, step = signed_in(request), _order(request, order_id), or_404(STEPS.get(name))
    require_step(step, user, one)
    form = Reason(request.POST, prefix=name) if step.reason else None
    if form and not form.is_valid():
        return render(request, "pages/order.html", _context(request, one, failed={name: form}), status=422)
    step.act(one.id, **(form.cleaned_data if form else {}), by=user.label, at=clock.now())
    messages.success(request, str(step.said))
    return redirect("order", one.id)


def _order(request: HttpRequest, order_id: UUID) -> Order:
    return or_404(orders_of(signed_in(request)).filter(id=order_id).first())


def _context(request: HttpRequest, one: Order, *, failed: dict[str, Reason] | None = None) -> dict[str, Any]:
    steps, forms = open_to(signed_in(request), one), failed or {}
    who = names_of(label for label in (one.crew, one.done_by, one.verified_by) if label)
    where = names([one.area_code])
    return {
        "title": _("%(kind)s · %(area)s · %(state)s")
        % {
            "kind": kind_name(one.kind),
            "area": where.get(one.area_code, one.area_code),
            "state": states.ORDER[one.state],
        },
        "order": one,
        "about": about(one.subject),
        "details": in_words(one.detail),
        "state": states.ORDER[one.state],
        "crew": who.get(one.crew, ""),
        "clocks": clocks(one),
        "steps": [step for step in steps if not step.reason],
        "reasons": [(step, forms.get(step.name) or Reason(prefix=step.name)) for step in steps if step.reason],
        "moments": moments(f"order:{one.id}", also=[one.opened_entry, one.done_entry, one.closed_entry]),
        "waits_for_another": one.state == "done" and not any(step.name == "verify" for step in steps),
    }


def _table(asked: Asked, rows: Sequence[Order], after: tuple[datetime, UUID] | None, *, now: datetime) -> Table:
    where, who = names(one.area_code for one in rows), names_of(one.crew for one in rows if one.crew)
    return Table(
        name="orders",
        caption=_("Work orders, the one due first at the top"),
        columns=_columns(),
        rows=[_row(one, where, who, now=now) for one in rows],
        empty=_empty(asked),
        pager=pager(len(rows), after=after and (after[0].isoformat(), after[1]), here=asked.here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("kind", _("Order"), link="href", note="subject"),
        Column("due", _("Due"), kind="clock"),
        Column("state", _("State"), kind="state"),
        Column("area", _("Area")),
        Column("crew", _("Crew")),
        Column("escalation", _("Escalated"), kind="number", unit=_("times")),
        Column("opened_at", _("Opened"), kind="moment"),
    ]


def _row(one: Order, where: dict[str, str], who: dict[str, str], *, now: datetime) -> dict[str, Any]:
    due = clock_now(one)
    return {
        "id": one.id,
        "kind": kind_name(one.kind),
        "href": reverse("order", args=[one.id]),
        "subject": told(one.subject, one.detail),
        "due": due,
        "late": due is not None and due.stopped_at is None and due.tone(now) == "late",
        "state": states.ORDER[one.state],
        "area": where.get(one.area_code, one.area_code) or _("not known"),
        "crew": who.get(one.crew, "–"),
        "escalation": one.escalation or None,
        "opened_at": one.opened_at,
    }


def _empty(asked: Asked) -> Empty:
    if asked.narrowed:
        return Empty(_("No order is like this."), _("Show all open orders"), reverse("orders"))
    return Empty(
        _("No work order waits in your area."),
        _("New ones appear here by themselves, for example when a pooled tube is positive."),
    )
