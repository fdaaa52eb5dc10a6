"""Publishing a figure, and what was published: each can be counted again by whoever doubts it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.console.who import names_of
from yinghuo.core.areas.queries import name_of, names
from yinghuo.core.figures import actions, queries
from yinghuo.core.figures.models import Publication
from yinghuo.core.figures.queries import Value
from yinghuo.core.figures.registry import Figure
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.web import clock
from yinghuo.web.pages.questions import Question, asking, get_figure, period_in_words, sentence, shown
from yinghuo.web.pages.reading import or_404, seen

ROWS = 20
HASH_DIGITS = 12  # enough to tell two hashes apart; the whole one stands below


class Confirm(forms.Form):
    """The question that is published, carried along unseen."""

    area = forms.CharField(widget=forms.HiddenInput)
    first = forms.DateField(widget=forms.HiddenInput)
    last = forms.DateField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@needs("figure.publish")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Says exactly what will become public; does it when it is confirmed."""
    user = signed_in(request)
    one = get_figure(key, user)
    if one.guard:
        raise Http404("never published by itself")
    question = or_404(asking(request, user).question)
    if request.method == "POST":
        return _published(request, one, question)
    (value,) = queries.compute_many([question.asked(key)])
    context = {
        "title": _("Publish “%(figure)s”") % {"figure": one.name},
        "form": Confirm(initial=question.values),
        "effects": _effects(one, value),
        "nothing": value.value is None,
        "back": f"{reverse('figure', args=[key])}?{question.address}",
    }
    return render(request, "pages/publish.html", context)


@require_safe
@needs("figure.see")
def publication(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """One figure as it was published; `?recheck=1` counts it again."""
    user = signed_in(request)
    one = or_404(seen(user, Publication.objects.filter(id=publication_id)).first())
    what, question = get_figure(one.key, user), _question(one)
    context = {
        "title": sentence(what, _as_published(what, one)),
        "publication": one,
        "figure": what,
        "where": name_of(one.area_code) or _("everywhere"),
        "period": period_in_words(one.first, one.last),
        "by": names_of([one.by])[one.by],
        "records": f"{reverse('records', args=[one.key])}?{question.address}&size={one.size}" if question else "",
        "recheck": _rechecked(actions.recheck(one)) if "recheck" in request.GET else None,
    }
    return render(request, "pages/publication.html", context)


def publication_table(request: HttpRequest, found: QuerySet[Publication]) -> Table:
    """Publications, the newest first."""
    here = request.GET.get("after", "")
    if after := place(here, datetime.fromisoformat, UUID):
        found = found.filter(Q(as_of__lt=after[0]) | Q(as_of=after[0], id__lt=after[1]))
    rows = list(found.order_by("-as_of", "-id")[: ROWS + 1])
    following = (rows[ROWS - 1].as_of.isoformat(), rows[ROWS - 1].id) if len(rows) > ROWS else None
    return Table(
        name="publications",
        caption=_("Publications, the newest first"),
        columns=_columns(),
        rows=_rows(rows[:ROWS]),
        empty=Empty(_("This figure has not been published yet.")),
        pager=pager(min(len(rows), ROWS), after=following, here=here),
        files=True,
    )


def _published(request: HttpRequest, one: Figure, question: Question) -> HttpResponse:
    user = signed_in(request)
    require(user, "figure.publish", area_code=question.area)
    span = {"first": question.first, "last": question.last}
    done = actions.publish(one.key, area=question.area, **span, by=user.label, at=clock.now())
    words = {"value": thousands(shown(done.value)), "unit": one.unit}
    messages.success(request, _("Published: %(value)s %(unit)s.") % words)
    return redirect("publication", done.id)


def _effects(one: Figure, value: Value) -> list[str]:
    words = {"sentence": sentence(one, value), "records": thousands(value.records), "size": thousands(value.size)}
    effects = [
        _("This becomes public: %(sentence)s") % words,
        _(
            "It is counted from %(records)s records in the first %(size)s ledger entries; "
            "what arrives until then counts too."
        )
        % words,
        _("The ledger is signed, and the value is entered in it with the hash of all its records."),
        _("It cannot be withdrawn. A figure that moves on is published again, beside this one."),
    ]
    if queries.suppressed(value.value):
        few = {"most": queries.LARGEST_HIDDEN_CELL}
        effects.append(_("The value is between 1 and %(most)s. If it counts people, they could be recognised.") % few)
    return effects


def _question(one: Publication) -> Question | None:
    """The question as the address bar can say it; None for a period that does not go from midnight to midnight."""
    first_day = timezone.localdate(one.first)
    last_day = timezone.localdate(one.last - timedelta(microseconds=1))
    question = Question(one.area_code, first_day, last_day)
    return question if (question.first, question.last) == (one.first, one.last) else None


def _as_published(what: Figure, one: Publication) -> Value:
    asked = queries.Asked(what, one.area_code, one.first, one.last, one.size)
    return Value(asked, shown(one.value), one.records, one.entries)


def _rechecked(recheck: actions.Recheck) -> dict[str, Any]:
    """Line by line: as published, as counted now, same or not."""
    was = recheck.publication
    lines = {
        "value": (_("Value"), thousands(shown(was.value)), thousands(recheck.value)),
        "records": (_("Records"), thousands(was.records), thousands(recheck.records)),
        "entries": (_("Batches"), thousands(was.entries), thousands(recheck.entries)),
        "root": (_("Hash of all records"), f"{was.evidence_root[:HASH_DIGITS]}…", f"{recheck.root[:HASH_DIGITS]}…"),
        "ledger": (_("Ledger entry"), _("as stored"), _("as entered")),
    }
    columns = [
        Column("what", _("What")),
        Column("was", _("As published")),
        Column("now", _("Counted now")),
        Column("state", _("Comparison"), kind="state"),
    ]
    states = [State("done", _("same")), State("wrong", _("differs"))]
    rows = [
        {"id": name, "what": what, "was": before, "now": now, "state": states[name in recheck.differs]}
        for name, (what, before, now) in lines.items()
    ]
    table = Table(name="recheck", caption=_("As published and as counted now"), columns=columns, rows=rows)
    return {"same": recheck.same, "table": table, "changed_query": recheck.version != was.query_version}


def _columns() -> list[Column]:
    return [
        Column("as_of", _("Published"), kind="moment", link="href"),
        Column("value", _("Value"), kind="evidence", link="href"),
        Column("area", _("Area")),
        Column("period", _("Period")),
        Column("records", _("Records"), kind="number"),
        Column("size", _("Ledger size"), kind="number"),
        Column("by", _("By")),
        Column("again", _("Check"), link="recheck"),
    ]


def _rows(found: Sequence[Publication]) -> list[dict[str, Any]]:
    where, who = names(one.area_code for one in found), names_of(one.by for one in found)
    return [
        {
            "id": one.id,
            "as_of": one.as_of,
            "value": shown(one.value),
            "area": where.get(one.area_code, one.area_code) or _("everywhere"),
            "period": period_in_words(one.first, one.last),
            "records": one.records,
            "size": one.size,
            "by": who[one.by],
            "href": (address := reverse("publication", args=[one.id])),
            "again": _("Count again"),
            "recheck": f"{address}?recheck=1#recheck",
        }
        for one in found
    ]
