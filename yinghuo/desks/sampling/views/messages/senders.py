"""Senders: who is believed, who knocks without being admitted, what their own codes stand for."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.people.models import Device, User
from yinghuo.desks.sampling.actions.messages import admit_sender, end_sender, map_code
from yinghuo.desks.sampling.actions.messages.senders import Named
from yinghuo.desks.sampling.models import MessageSender
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.desks.sampling.views.messages.forms import MEANINGS, Ending, NewCode, NewSender
from yinghuo.desks.sampling.views.messages.words import message_tabs


@require_safe
@needs("message.see")
def senders(request: HttpRequest) -> HttpResponse:
    """Senders admitted in the area, and those whose messages are held."""
    user = signed_in(request)
    found = list(queries.senders_of(user).order_by("application", "facility", "-admitted_at")[:500])
    table, knocking = _table(found), _knocking(user)
    count = sum(one.ended_at is None for one in found)
    title = ngettext("%(count)s sender is believed", "%(count)s senders are believed", count) % {"count": count}
    context = {"title": title, "table": table, "knocking": knocking, "may_admit": may(user, "message.admit")}
    context["tabs"] = message_tabs(user, "message_senders")
    return exports.asked(request, table) or render(request, "sampling/message_senders.html", context)


@require_http_methods(["GET", "POST"])
@needs("message.admit")
def admit(request: HttpRequest) -> HttpResponse:
    """The form that admits a sender; filled with the names of one that knocked, if the address says so."""
    user = signed_in(request)
    named = {key: request.GET.get(key, "") for key in ("application", "facility")}
    form = NewSender(user, request.POST or None, initial=named)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        who = Named(given["application"], given["facility"], given["networks"])
        made = admit_sender(who, device_id=given["device_id"], by=user.label, at=clock.now())
        notices.success(request, _("%(sender)s is believed from now on.") % {"sender": made})
        return redirect("message_sender", made.id)
    context = {"title": _("Admit a sender"), "form": form, "back": reverse("message_senders")}
    return render(request, "sampling/message_admit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("message.see")
def sender(request: HttpRequest, sender_id: UUID) -> HttpResponse:
    """One sender with its codes; maps a further code."""
    user, one = signed_in(request), _found(request, sender_id)
    form = NewCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        require(user, "message.admit", area_code=one.area_code)
        map_code(one.id, **form.cleaned_data, by=user.label, at=clock.now())
        notices.success(request, _("The code is mapped. Faulty messages can be taken again now."))
        return redirect("message_sender", one.id)
    context = _context(one) | {"form": form, "may_admit": may(user, "message.admit") and not one.ended_at}
    return render(request, "sampling/message_sender.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("message.admit")
def end(request: HttpRequest, sender_id: UUID) -> HttpResponse:
    """Says what ending a sender means; does it, for a reason."""
    user, one = signed_in(request), _found(request, sender_id)
    form = Ending(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_sender(one.id, **form.cleaned_data, by=user.label, at=clock.now())
        notices.success(request, _("%(sender)s is believed no longer.") % {"sender": one})
        return redirect("message_sender", one.id)
    effects = [
        _("What it sends from now on is held and stores nothing."),
        _("Results that it has sent stay. It can be admitted again."),
    ]
    context = {"title": _("Believe %(sender)s no longer") % {"sender": one}, "form": form, "effects": effects}
    context["back"] = reverse("message_sender", args=[one.id])
    return render(request, "sampling/message_end.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, sender_id: UUID) -> MessageSender:
    one: MessageSender | None = queries.senders_of(signed_in(request)).filter(id=sender_id).first()
    if one is None:
        raise Http404
    return one


def _context(one: MessageSender) -> dict[str, Any]:
    columns = [Column("of", _("Code of")), Column("code", _("Its own code"), kind="code"), Column("means", _("Means"))]
    rows = [
        {"id": code.pk, "of": code.get_of_display(), "code": code.code, "means": MEANINGS.get(code.means, code.means)}
        for code in one.codes.order_by("of", "code")[:500]
    ]
    why = _("No code of its own is mapped. LOINC and SNOMED CT codes are understood as they are.")
    return {
        "title": _("Sender %(sender)s") % {"sender": one},
        "sender": one,
        "state": _state(one),
        "device": Device.objects.filter(id=one.device_id).first(),
        "table": Table(name="codes", caption=_("Codes"), columns=columns, rows=rows, empty=Empty(why)),
    }


def _state(one: MessageSender) -> State:
    return State("off", _("believed no longer")) if one.ended_at else State("done", _("believed"))


def _table(found: list[MessageSender]) -> Table:
    devices = dict(Device.objects.filter(id__in={one.device_id for one in found}).values_list("id", "name"))
    columns = [
        Column("name", _("Sender"), link="href", note="networks"),
        Column("device", _("Speaks for")),
        Column("state", _("State"), kind="state"),
        Column("admitted_at", _("Admitted"), kind="moment"),
    ]
    rows = [
        {
            "id": one.id,
            "name": str(one),
            "href": reverse("message_sender", args=[one.id]),
            "networks": one.networks,
            "device": devices.get(one.device_id, one.device_id),
            "state": _state(one),
            "admitted_at": one.admitted_at,
        }
        for one in found
    ]
    empty = Empty(_("No sender is admitted in your area."), _("Admit a sender"), reverse("admit_sender"))
    return Table(name="senders", caption=_("Senders"), columns=columns, rows=rows, empty=empty, files=True)


def _knocking(user: User) -> Table:
    """Senders that are not admitted; each leads to the form that admits it."""
    columns = [
        Column("name", _("Sender"), link="href"),
        Column("held", _("Messages held"), kind="number"),
        Column("last_at", _("Heard of last"), kind="moment"),
    ]
    rows = [
        {
            "id": number,
            "name": f"{application} {facility}".strip() or "–",
            "href": f"{reverse('admit_sender')}?{urlencode({'application': application, 'facility': facility})}",
            "held": held,
            "last_at": last_at,
        }
        for number, (application, facility, held, last_at) in enumerate(queries.knocking(user))
    ]
    return Table(name="knocking", caption=_("Senders that are not admitted"), columns=columns, rows=rows)
