"""Pages of results typed twice: typing one, what waits for the second person, deciding where two differ."""

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

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import may, needs
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.laboratory import Technician
from yinghuo.desks.sampling.actions.laboratory.double_entry import Entry, decide_typing, type_result
from yinghuo.desks.sampling.actions.laboratory.kits import as_kit, row_in_force
from yinghuo.desks.sampling.models import Outcome, Typing, TypingState
from yinghuo.desks.sampling.views.laboratory.reading import attempt, kit_choices, laboratory_tabs, technician
from yinghuo.desks.sampling.views.tables import RESULT_TONES
from yinghuo.engines.instrument_files import ct_of

ROWS = 100
TONES: dict[str, pieces.Tone] = {"once": "waiting", "differs": "wrong", "agreed": "done", "decided": "done"}
SAID = {
    "once": lazy("Kept. Somebody else types tube %(tube)s a second time."),
    "differs": lazy("The two entries for tube %(tube)s differ. A third person decides."),
    "agreed": lazy("Both entries agree. Tube %(tube)s has its result."),
    "decided": lazy("Decided. Tube %(tube)s has its result."),
}


class CtForm(forms.Form):
    """The Ct of each target of a kit, as typed; empty where nothing was amplified."""

    def __init__(self, who: Technician, kit: str, data: Any = None) -> None:
        super().__init__(data)
        row = row_in_force(kit, who.now.date())
        self.targets = as_kit(row).target_names if row else ()
        for name in self.targets:
            self.fields[f"ct_{name}"] = forms.CharField(label=f"Ct {name}", required=False, max_length=12)

    def clean(self) -> dict[str, Any]:
        """Each Ct read as instruments write it."""
        cleaned = super().clean() or self.cleaned_data
        ct = {}
        for name in self.targets:
            try:
                ct[name] = ct_of(cleaned.get(f"ct_{name}", ""))
            except ValueError:
                self.add_error(f"ct_{name}", _("A Ct is a number such as 25.13; leave it empty where nothing came up."))
        return cleaned | {"ct": ct}


class TypeForm(CtForm):
    """A tube's result to be typed."""

    tube = forms.CharField(
        label=lazy("Tube"), max_length=40, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})
    )
    kit = forms.ChoiceField(label=lazy("Kit"))

    def __init__(self, who: Technician, data: Any = None) -> None:
        kits = kit_choices()
        given = data.get("kit", "") if data else ""
        super().__init__(who, given or (kits[0][0] if kits else ""), data)
        self.fields["kit"].choices = kits  # type: ignore[attr-defined]


class DecideForm(CtForm):
    """What a third person decides, and why."""

    reason = forms.CharField(label=lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, who: Technician, kit: str, data: Any = None) -> None:
        super().__init__(who, kit, data)
        self.order_fields([*(f"ct_{name}" for name in self.targets), "reason"])


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def typing(request: HttpRequest) -> HttpResponse:
    """Types a tube's result; what is open stands below, without what the other person typed."""
    who = technician(request)
    form = TypeForm(who, request.POST or None)
    if request.method == "POST" and may(request.user, "laboratory.work") and (case := _typed(form, who)):
        messages.success(request, str(SAID[case.state]) % {"tube": case.tube})
        return redirect("typing")
    rows = list(who.seen(Typing.objects.order_by("-begun_at"))[:ROWS])
    context = {"title": _("Results typed twice"), "form": form, "table": _table(rows)}
    context |= {"tabs": laboratory_tabs(request, "typing"), "may_work": may(request.user, "laboratory.work")}
    return render(request, "sampling/laboratory_typing.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def typed(request: HttpRequest, typing_id: UUID) -> HttpResponse:
    """One tube typed by hand: who typed what, once both have; a third person decides."""
    who = technician(request)
    case = get_object_or_404(who.seen(Typing.objects.all()), id=typing_id)
    form = DecideForm(who, case.kit, request.POST or None)
    if request.method == "POST" and (done := _decided(case, form, who)):
        messages.success(request, str(SAID[done.state]) % {"tube": done.tube})
        return redirect("typed", case.id)
    entries = list(case.entries.order_by("id"))
    own = [one for one in entries if one.by == who.label]
    shown = own if case.state == TypingState.ONCE else entries
    third = case.state == TypingState.DIFFERS and not own and may(request.user, "laboratory.release")
    context = {"title": _("Tube %(tube)s, typed by hand") % {"tube": case.tube}, "case": case, "form": form}
    context |= {"state": _state(case), "table": _entries(shown), "may_decide": third}
    context["tabs"] = laboratory_tabs(request, "typing")
    return render(request, "sampling/laboratory_typed.html", context, status=422 if form.errors else 200)


def _typed(form: TypeForm, who: Technician) -> Typing | None:
    return attempt(form, lambda: type_result(_entry(form.cleaned_data), who=who))


def _entry(typed: Mapping[str, Any]) -> Entry:
    return Entry(typed["tube"].strip(), typed["kit"], typed["ct"])


def _decided(case: Typing, form: DecideForm, who: Technician) -> Typing | None:
    return attempt(
        form, lambda: decide_typing(case.id, form.cleaned_data["ct"], reason=form.cleaned_data["reason"], who=who)
    )


def _state(case: Typing) -> pieces.State:
    return pieces.State(TONES[case.state], TypingState(case.state).label)


def _table(rows: Sequence[Typing]) -> Table:
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("kit", lazy("Kit")),
        Column("begun_at", lazy("Begun"), kind="moment"),
        Column("ended_at", lazy("Ended"), kind="moment"),
    ]
    shown = [
        {name: getattr(row, name) for name in ("id", "tube", "kit", "begun_at", "ended_at")}
        | {"state": _state(row), "href": reverse("typed", args=[row.id])}
        for row in rows
    ]
    empty = pieces.Empty(lazy("Nothing was typed by hand yet."))
    return Table(name="typing", caption=lazy("Results typed by hand"), columns=columns, rows=shown, empty=empty)


def _entries(rows: Sequence[Any]) -> Table:
    people = {f"user:{user.pk}": user.name for user in User.objects.filter(pk__in=[row.by[5:] for row in rows])}
    columns = [
        Column("by", lazy("Typed by")),
        Column("ct", lazy("Ct")),
        Column("state", lazy("Result"), kind="state"),
        Column("at", lazy("When"), kind="moment"),
    ]
    shown = [
        {
            "id": row.pk,
            "by": people.get(row.by, row.by),
            "ct": " · ".join(f"{name} {'—' if ct is None else f'{ct:.2f}'}" for name, ct in row.ct.items()),
            "state": pieces.State(RESULT_TONES[row.result], Outcome(row.result).label),
            "at": row.at,
        }
        for row in rows
    ]
    empty = pieces.Empty(lazy("Somebody else typed this tube once. You see their entry when both are there."))
    return Table(name="entries", caption=lazy("Entries"), columns=columns, rows=shown, empty=empty)
