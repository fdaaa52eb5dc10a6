"""Reception in a laboratory: one field that a hand scanner fills; the box's tubes tick off without a reload."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock
from yinghuo.console.pieces import State, Tone, Words
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.custody import reception as actions
from yinghuo.desks.sampling.actions.custody.reception import Scan, Verdict
from yinghuo.desks.sampling.queries.custody import reception as queries

SAID: dict[Verdict, tuple[Tone, Words]] = {
    Verdict.TAKEN: ("done", lazy("received")),
    Verdict.AGAIN: ("waiting", lazy("scanned before")),
    Verdict.OTHER_BOX: ("wrong", lazy("belongs to box %(box)s; noted, a doubt is opened")),
    Verdict.NO_BOX: ("late", lazy("lies in no box; noted")),
    Verdict.NOT_FILLED: ("wrong", lazy("nobody filled this code; noted, a doubt is opened")),
}


class Whole(forms.Form):
    """A box taken whole, by count."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    box = forms.CharField(widget=forms.HiddenInput, max_length=40)
    count = forms.IntegerField(label=lazy("Tubes counted"), min_value=0, max_value=100_000)
    seal = forms.CharField(label=lazy("Seal as seen"), required=False, max_length=100)
    temperature_c = forms.DecimalField(
        label=lazy("Temperature, °C"), required=False, min_value=-99, max_value=99, decimal_places=2
    )


@require_safe
@needs("tube.receive")
def reception(request: HttpRequest) -> HttpResponse:
    """The field for the scanner; the open box with its tubes; else the boxes on their way."""
    user, code = signed_in(request), request.GET.get("box", "")
    found = queries.open_box(user, code) if code else None
    return render(request, "sampling/custody_reception.html", _context(user, found))


@require_POST
@needs("tube.receive")
def scan(request: HttpRequest) -> HttpResponse:
    """Takes one scanned code: a box is opened, anything else is kept as a fact; answers with what changed alone."""
    user, code, box = signed_in(request), request.POST.get("code", "").strip(), request.POST.get("box", "")
    if queries.open_box(user, code):
        return _opened(request, code)
    kept = actions.scan(code, scan_id=_id(request), box=box, user=user, now=clock.now())
    if "X-Scan" not in request.headers:
        messages.info(request, f"{kept.tube} · {_said(kept).word}")
        return redirect(f"{reverse('reception')}?box={box}" if box else "reception")
    tubes = queries.content(box) if box else []
    return render(request, "sampling/custody_scanned.html", {"scan": kept, "state": _said(kept), **_counted(tubes)})


@require_POST
@needs("tube.receive")
def take_box(request: HttpRequest) -> HttpResponse:
    """Takes a whole box by count."""
    user, form = signed_in(request), Whole(request.POST)
    if not form.is_valid():
        found = queries.open_box(user, request.POST.get("box", ""))
        return render(request, "sampling/custody_reception.html", _context(user, found) | {"form": form}, status=422)
    actions.take_box(actions.WholeBox(**form.cleaned_data), user=user, now=clock.now())
    words = {"box": form.cleaned_data["box"], "count": form.cleaned_data["count"]}
    messages.success(request, _("Box %(box)s taken with %(count)s tubes.") % words)
    return redirect("reception")


def _context(user: User, found: queries.OpenBox | None) -> dict[str, Any]:
    if found is None:
        return {"title": _("Reception"), "table": _under_way(user)}
    tubes = queries.content(found.box)
    form = Whole(initial={"id": uuid4(), "box": found.box})
    return {"title": _("Reception · box %(box)s") % {"box": found.box}, "box": found, "tubes": tubes, "form": form} | (
        _counted(tubes)
    )


def _counted(tubes: list[queries.InBox]) -> dict[str, int]:
    return {"done": sum(one.received_at is not None for one in tubes), "of": len(tubes)}


def _said(kept: Scan) -> State:
    tone, words = SAID[kept.verdict]
    return State(tone, str(words) % {"box": kept.box})


def _id(request: HttpRequest) -> UUID:
    """The id that the browser made for this scan; a new one where there is none."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid4()


def _opened(request: HttpRequest, code: str) -> HttpResponse:
    """The browser goes to the open box."""
    address = f"{reverse('reception')}?box={code}"
    if "X-Scan" in request.headers:
        return HttpResponse(status=204, headers={"X-Go": address})
    return redirect(address)


def _under_way(user: User) -> Table:
    columns = [
        Column("box", lazy("Box"), kind="code", link="href"),
        Column("vehicle", lazy("Vehicle")),
        Column("collected_at", lazy("Collected by courier"), kind="moment"),
        Column("scanned", lazy("Tubes"), kind="number"),
    ]
    rows = [
        {
            "id": row.box,
            "box": row.box,
            "href": f"{reverse('reception')}?box={row.box}",
            "vehicle": row.vehicle,
            "collected_at": row.collected_at,
            "scanned": row.scanned,
        }
        for row in queries.under_way(user)
    ]
    return Table(name="under_way", caption=lazy("Boxes on their way"), columns=columns, rows=rows)
