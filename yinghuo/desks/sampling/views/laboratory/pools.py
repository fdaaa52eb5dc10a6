"""Pages of sample pools (混样): the list, mixing one, taking one apart."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import exports, pieces
from yinghuo.console.tables import Column, Table
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.actions.laboratory import Technician
from yinghuo.desks.sampling.actions.laboratory.pools import make_pool, undo_pool
from yinghuo.desks.sampling.models import Bench, BenchState, Pool
from yinghuo.desks.sampling.views.laboratory.reading import attempt, laboratory_tabs, technician
from yinghuo.desks.sampling.views.laboratory.worklist import AGAIN

ROWS = 100
STATES: Mapping[str, pieces.State] = {
    "ready": pieces.State("waiting", lazy("ready for a plate")),
    "plate": pieces.State("running", lazy("on a plate")),
    "negative": pieces.State("done", lazy("negative: all members negative")),
    "decode": pieces.State("wrong", lazy("taken apart: members assayed singly")),
}


class PoolForm(forms.Form):
    """Tubes to be mixed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    tubes = forms.CharField(
        label=lazy("Tubes"),
        help_text=lazy("Scan the kept single tubes one after the other, a line each."),
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        max_length=1400,
    )
    code = forms.CharField(
        label=lazy("Code of the pool"),
        help_text=lazy("Scan the code on the pool’s tube; left empty, one is made."),
        required=False,
        max_length=40,
    )


class Reason(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(label=lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def pools(request: HttpRequest) -> HttpResponse:
    """Pools, the latest first; mixes a new one."""
    who = technician(request)
    form = PoolForm(request.POST or None, initial={"id": new_id()})
    if request.method == "POST" and may(request.user, "laboratory.work") and (made := _made(form, who)):
        messages.success(request, _("Pool %(code)s is ready for a plate.") % {"code": made.code})
        return redirect("pool", made.id)
    table = _table(list(who.seen(Pool.objects.order_by("-made_at"))[:ROWS]))
    context = {"title": _("Pools of kept tubes"), "form": form, "table": table}
    context |= {"tabs": laboratory_tabs(request, "pools"), "may_work": may(request.user, "laboratory.work")}
    template = "sampling/laboratory_pools.html"
    return exports.asked(request, table) or render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def pool(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """One pool with its members; takes it apart, for a reason, while it is on no plate."""
    who = technician(request)
    found = get_object_or_404(who.seen(Pool.objects.all()), id=pool_id)
    form = Reason(request.POST or None)
    if request.method == "POST" and may(request.user, "laboratory.work") and form.is_valid():
        undo_pool(found.id, reason=form.cleaned_data["reason"], who=who)
        return redirect("pool", found.id)
    context = {
        "title": _("Pool %(code)s · %(count)s tubes") % {"code": found.code, "count": len(found.members)},
        "state": STATES[found.state],
        "pool": found,
        "table": _members(found),
        "form": form,
        "may_undo": found.state == "ready" and may(request.user, "laboratory.work"),
        "effects": [_("The tubes wait again, each for itself."), _("They are not mixed a second time.")],
        "tabs": laboratory_tabs(request, "pools"),
    }
    return render(request, "sampling/laboratory_pool.html", context, status=422 if form.errors else 200)


def _made(form: PoolForm, who: Technician) -> Pool | None:
    def act() -> Pool:
        typed = form.cleaned_data
        return make_pool(typed["id"], typed["tubes"].replace(",", " ").split(), who=who, code=typed["code"])

    return attempt(form, act)


def _table(rows: Sequence[Pool]) -> Table:
    columns = [
        Column("code", lazy("Pool"), kind="code", link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("members", lazy("Tubes"), kind="number"),
        Column("made_at", lazy("Mixed"), kind="moment"),
        Column("result_at", lazy("Result"), kind="moment"),
    ]
    shown: list[dict[str, Any]] = [
        {name: getattr(row, name) for name in ("id", "code", "made_at", "result_at")}
        | {"state": STATES[row.state], "members": len(row.members), "href": reverse("pool", args=[row.id])}
        for row in rows
    ]
    empty = pieces.Empty(lazy("No pool was mixed yet."))
    return Table(name="pools", caption=lazy("Pools"), columns=columns, rows=shown, empty=empty, files=True)


def _members(found: Pool) -> Table:
    held = {row.tube: row for row in Bench.objects.filter(tube__in=found.members)}
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href"),
        Column("stands", lazy("Stands now"), note="again"),
    ]
    shown = [
        {
            "id": tube,
            "tube": tube,
            "href": reverse("tube", args=[tube]),
            "stands": BenchState(held[tube].state).label if tube in held else "",
            "again": AGAIN[held[tube].again] if tube in held else "",
        }
        for tube in found.members
    ]
    return Table(name="members", caption=lazy("Members"), columns=columns, rows=shown)
