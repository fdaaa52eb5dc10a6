"""The whole of a list that is shown in pages: its view is asked for one page after the other, and only gathers."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from yinghuo.console.tables import Table

ROWS_AT_ONCE = 2_000
_MARK = "_gathered_for_export"


def parts(request: HttpRequest, table: Table) -> Iterator[Table]:
    """The list from its beginning, in tables of some rows each; at least one.

    A table that can name `every` row itself is read from there; one without pages is whole as it is.
    """
    if table.every is not None:
        yield from _from_every(table)
        return
    if request.GET.get("after") and request.resolver_match:
        table = _page(request, "")
    yield table
    while table.pager and table.pager.after and request.resolver_match:
        table = _page(request, table.pager.after)
        yield table


def gathered(request: HttpRequest, table: Table) -> HttpResponse | None:
    """Hands the table to the file that is being made; None when none is and the page itself is asked for."""
    found = getattr(request, _MARK, None)
    if found is None:
        return None
    found.append(table)
    return HttpResponse(status=204)


def _page(request: HttpRequest, after: str) -> Table:
    """The table of the page that begins after this place."""
    asking = copy.copy(request)
    query = request.GET.copy()
    query["after"] = after
    asking.GET = cast("Any", query)
    found: list[Table] = []
    setattr(asking, _MARK, found)
    match = request.resolver_match
    assert match is not None
    match.func(asking, *match.args, **match.kwargs)
    return found[-1]


def _from_every(table: Table) -> Iterator[Table]:
    assert table.every is not None
    rows = iter(table.every())
    some = list(islice(rows, ROWS_AT_ONCE))
    yield replace(table, rows=some, every=None, pager=None)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield replace(table, rows=some, every=None, pager=None)
