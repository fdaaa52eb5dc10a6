"""Figure pages: all figures, one figure of an area and a period, and the records behind it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import name_of, names
from yinghuo.core.figures import queries
from yinghuo.core.figures.models import Publication
from yinghuo.core.figures.queries import Record
from yinghuo.core.figures.registry import Figure
from yinghuo.core.figures.stated import stated
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.web.pages.publications import publication_table
from yinghuo.web.pages.questions import (
    Question,
    asking,
    figures_for,
    get_figure,
    period_in_words,
    sentence,
    shown,
    size_asked,
)
from yinghuo.web.pages.reading import seen

ROWS = 50
PREVIEW_ROWS = 8


@require_safe
@needs("figure.see")
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure with its newest publication."""
    user = signed_in(request)
    known = figures_for(user)
    newest = {p.key: p for p in seen(user, Publication.objects.all()).order_by("key", "-as_of").distinct("key")}
    table = _all(known, newest)
    title = _("%(figures)s figures can be counted; %(published)s have been published")
    counts = {"figures": len(known), "published": len(newest)}
    return exports.asked(request, table) or render(
        request, "pages/figures.html", {"title": title % counts, "table": table}
    )


@require_safe
@needs("figure.see")
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One figure of an area and a period: value, records, what was published of it."""
    user = signed_in(request)
    one = get_figure(key, user)
    form = asking(request, user)
    question = form.question
    table = publication_table(request, seen(user, Publication.objects.filter(key=key)))
    context: dict[str, Any] = {"title": one.name, "figure": one, "form": form, "table": table}
    context["may_publish"] = not one.guard and may(user, "figure.publish")
    if question:
        context |= _counted(one, question)
    return exports.asked(request, table) or render(request, "pages/figure.html", context)


@require_safe
@needs("figure.see")
def records(request: HttpRequest, key: str) -> HttpResponse:
    """The records behind a figure, each with the ledger entry that commits to it."""
    user = signed_in(request)
    one, question = get_figure(key, user), asking(request, user).question
    if question is None:
        raise Http404("no such period")
    table = _records(request, question.asked(key, size=size_asked(request)))
    context = {
        "title": _("Records behind “%(figure)s”") % {"figure": one.name},
        "figure": one,
        "where": name_of(question.area),
        "when": period_in_words(question.first, question.last),
        "back": f"{reverse('figure', args=[key])}?{question.address}",
        "table": table,
    }
    return exports.asked(request, table) or render(request, "pages/records.html", context)


def _counted(one: Figure, question: Question) -> dict[str, Any]:
    (value,) = queries.compute_many([question.asked(one.key)])
    address = f"{question.address}&size={value.size}"
    printed = stated(area=question.area, first=question.first, last=question.last)
    return {
        "title": sentence(one, value),
        "value": value,
        "records": f"{reverse('records', args=[one.key])}?{address}",
        "publish": f"{reverse('publish', args=[one.key])}?{question.address}",
        "printed": [line for line in printed if line.key == one.key],
    }


def _all(known: Sequence[Figure], newest: dict[str, Publication]) -> Table:
    where = names(p.area_code for p in newest.values())
    columns = [
        Column("name", _("Figure"), link="href", note="key"),
        Column("value", _("Published last"), kind="evidence", link="proof", note="unit"),
        Column("area", _("Area")),
        Column("period", _("Period")),
        Column("as_of", _("Published"), kind="moment"),
    ]
    rows = [_row(one, newest.get(one.key), where) for one in known]
    empty = Empty(_("No figure is registered."), _("Desks offer figures when the program starts."))
    return Table(
        name="figures", caption=_("Figures"), columns=columns, rows=rows, empty=empty, files=True, row_key="key"
    )


def _row(one: Figure, published: Publication | None, where: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"key": one.key, "name": one.name, "unit": one.unit}
    row["href"] = reverse("figure", args=[one.key])
    if published is None:
        return row | {"value": None, "proof": "", "area": "–", "period": "–", "as_of": None}
    return row | {
        "value": shown(published.value),
        "proof": reverse("publication", args=[published.id]),
        "area": where.get(published.area_code, published.area_code) or _("everywhere"),
        "period": period_in_words(published.first, published.last),
        "as_of": published.as_of,
    }


def _records(request: HttpRequest, asked: queries.Asked) -> Table:
    """A page of records; `?preview=1` gives the first few without paging, to be shown inside another page."""
    preview, here = "preview" in request.GET, request.GET.get("after", "")
    most = PREVIEW_ROWS if preview else ROWS
    found = queries.evidence(asked, after=place(here, int, str), limit=most + 1)
    rows = found[:most]
    paged = pager(len(rows), after=rows[-1].place if len(found) > most else None, here=here)
    return Table(
        name="records",
        caption=_("Records, in the order in which they entered the ledger"),
        columns=[Column("index", _("Entry"), kind="number", link="href"), Column("line", _("Record"), kind="code")],
        rows=[_record(one) for one in rows],
        empty=Empty(_("There is no record in this area and period."), _("Choose another area or other days.")),
        pager=None if preview else paged,
        files=not preview,
        row_key="line",
    )


def _record(one: Record) -> dict[str, Any]:
    return {"index": one.at_index, "line": one.line, "href": reverse("entry", args=[one.entry_id])}
