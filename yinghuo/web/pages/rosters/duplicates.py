"""Likely duplicates: the list, one pair with its reasons, the decision, and taking it back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import may, needs, scope, signed_in
from yinghuo.core.people.models import Person, User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions, queries
from yinghuo.core.rosters.models import Likely, Verdict
from yinghuo.web import clock
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.rosters.words import VERDICTS, reasons_in_words, roster_tabs
from yinghuo.web.refusals import sentence

ROWS = 50
MOST_COUNTED = 1_000


class Decide(forms.Form):
    """What a person decides of two pseudonyms, and why."""

    verdict = forms.ChoiceField(
        label=lazy("These are"),
        choices=[
            (Verdict.ONE, lazy("one person: who was here first stands for both from now on")),
            (Verdict.TWO, lazy("two people: they are not proposed again")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("What did you look at, whom did you ask? Write no names."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
    )


@require_safe
@needs("roster.see")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person, the most alike first."""
    user = signed_in(request)
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in Verdict.values else Verdict.OPEN
    table = _table(request, user, verdict)
    context = {
        "title": _title(user),
        "table": table,
        "tabs": roster_tabs(user, "duplicates"),
        "choices": [Choice("verdict", _("Decision"), list(Verdict.choices), verdict)],
    }
    return exports.asked(request, table) or render(request, "pages/roster_duplicates.html", context)


@require_http_methods(["GET", "POST"])
@needs("roster.see")
def duplicate(request: HttpRequest, likely_id: UUID) -> HttpResponse:
    """One pair: why it is proposed; a person decides, and may take it back."""
    user = signed_in(request)
    pair = or_404(queries.likely(user, likely_id))
    form = Decide(request.POST or None)
    if request.method == "POST" and _decided(request, pair, form):
        messages.success(request, _("Decided. No fact was changed; it can be taken back."))
        return redirect("duplicate", pair.id)
    return render(
        request, "pages/roster_duplicate.html", _context(user, pair, form), status=422 if form.errors else 200
    )


@require_POST
@needs("roster.manage")
def undo_merge(request: HttpRequest, standing_id: UUID) -> HttpResponse:
    """Both are people of their own again."""
    actions.unmerge(standing_id, user=signed_in(request), at=clock.now())
    messages.success(request, _("Taken back: they are two people again."))
    return redirect("duplicates")


def _decided(request: HttpRequest, pair: Likely, form: Decide) -> bool:
    """Decides; a refusal is written into the form, so that what was typed stays."""
    if not form.is_valid():
        return False
    try:
        actions.decide(pair.id, **form.cleaned_data, user=signed_in(request), at=clock.now())
    except Refused as refused:
        form.add_error(None, sentence(refused))
        return False
    return True


def _context(user: User, pair: Likely, form: Decide) -> dict[str, Any]:
    manage = may(user, "roster.manage")
    merges = queries.standings(user, [pair.one, pair.other])
    people = {one.id: one for one in scope(user, Person.objects.filter(id__in=[pair.one, pair.other]))}
    where = names({one.area_code for one in people.values()})
    two = [(one, where.get(one.area_code, one.area_code)) for one in people.values()]
    return {
        "title": _("May be one person · %(score)s of 100") % {"score": pair.score},
        "pair": pair,
        "reasons": reasons_in_words(pair.reasons),
        "people": two,
        "state": VERDICTS[pair.verdict],
        "form": form if manage and pair.verdict == Verdict.OPEN else None,
        "merges": [one for one in merges if not one.undone_at],
        "may_manage": manage,
        "may_reveal": may(user, "identity.open"),
        "moments": moments(f"likely:{pair.id}", also=[one.id for one in merges]),
    }


def _title(user: User) -> str:
    count = scope(user, Likely.objects.filter(verdict=Verdict.OPEN))[:MOST_COUNTED].count()
    if not count:
        return _("No two people look like one")
    return ngettext("%(count)s pair may be one person", "%(count)s pairs may be one person", count) % {"count": count}


def _table(request: HttpRequest, user: User, verdict: str) -> Table:
    here = request.GET.get("after", "")
    found = queries.likely_pairs(user, verdict=verdict, after=place(here, int, UUID), limit=ROWS + 1)
    shown = found[:ROWS]
    where = names({one.area_code for one in shown})
    rows = [
        {
            "id": one.id,
            "reasons": reasons_in_words(one.reasons),
            "href": reverse("duplicate", args=[one.id]),
            "score": one.score,
            "area": where.get(one.area_code, one.area_code),
            "state": VERDICTS[one.verdict],
            "found_at": one.found_at,
        }
        for one in shown
    ]
    return Table(
        name="duplicates",
        caption=_("Pairs, the most alike first"),
        columns=[
            Column("reasons", _("Why"), link="href"),
            Column("score", _("Alike"), kind="number", unit=_("of 100")),
            Column("area", _("Area")),
            Column("state", _("Decision"), kind="state"),
            Column("found_at", _("Found"), kind="moment"),
        ],
        rows=rows,
        empty=Empty(
            _("No two people look like one."), _("After each intake likely duplicates appear here by themselves.")
        ),
        pager=pager(len(shown), after=(shown[-1].score, shown[-1].id) if len(found) > ROWS else None, here=here),
        files=True,
    )
