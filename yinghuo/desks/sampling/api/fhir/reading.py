"""FHIR out: searches with pages, reads by id, and what the door can do."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from ninja import Router

from yinghuo.core.ledger.models import Checkpoint
from yinghuo.desks.sampling.api.fhir.telling import (
    Told,
    answer,
    base_of,
    door,
    here,
    number_of,
    reader_of,
    router,
    token_of,
)
from yinghuo.desks.sampling.models import Tube
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.engines.messages import fhir_out
from yinghuo.engines.messages.fhir import Resource
from yinghuo.engines.messages.fhir_out import Shown

public = Router(tags=["fhir"])
MOST_COUNT, USUAL_COUNT = 500, 50


@public.get("/fhir/metadata", include_in_schema=False)
def metadata(request: HttpRequest) -> HttpResponse:
    """What this door can do (CapabilityStatement)."""
    newest = Checkpoint.objects.order_by("-size").values_list("at", flat=True).first()
    at = newest or parse_datetime("2022-01-01T00:00:00Z")
    assert at
    return answer(fhir_out.capability(base_of(request), at=at))


@router.get("/fhir/DiagnosticReport", include_in_schema=False)
@door
def search_reports(request: HttpRequest) -> HttpResponse:
    """Results by tube, by the number they were sent under, or by when they became known; paged by `link.next`."""
    asked = request.GET
    reader = reader_of(request)
    if "specimen.identifier" in asked:
        return _page(request, queries.of_tube(reader, token_of(asked["specimen.identifier"])))
    if "identifier" in asked:
        return _page(request, queries.of_message(reader, token_of(asked["identifier"])))
    limit = min(max(number_of(asked.get("_count", str(USUAL_COUNT)), "_count"), 1), MOST_COUNT)
    bounds = [_bound(text) for text in asked.getlist("_lastUpdated")]
    page = queries.since(reader, bounds, after=_after(asked.get("after", "")), limit=limit)
    following = ""
    if page.after:
        again = [(key, value) for key, values in asked.lists() if key != "after" for value in values]
        after = "~".join(str(part) for part in page.after)
        following = f"{base_of(request)}/DiagnosticReport?{urlencode([*again, ('after', after)])}"
    return _page(request, page.rows, following=following)


@router.get("/fhir/Specimen", include_in_schema=False)
@door
def search_specimens(request: HttpRequest) -> HttpResponse:
    """The tube of a code: one, however often it was reported of."""
    tube = token_of(request.GET.get("identifier", ""))
    found = _tube(request, tube)
    return answer(fhir_out.search_set([fhir_out.specimen(found)] if found else [], [], here=here(request)))


@router.get("/fhir/{kind}/{name}", include_in_schema=False)
@door
def read_one(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """One resource by its id."""
    found: Resource | None = None
    if kind in ("Specimen", "Group") and (shown := _tube(request, name)):
        found = fhir_out.specimen(shown) if kind == "Specimen" else fhir_out.group(shown)
    if kind == "DiagnosticReport" and (shown := _fact(request, name)):
        found = fhir_out.diagnostic_report(shown)
    if kind == "Observation" and (shown := _fact(request, name.partition(".")[2])):
        found = next((one for one in fhir_out.observations(shown) if one["id"] == name), None)
    if found is None:
        raise Told(404, ("not-found", "", f"There is no {kind}/{name} here, or not for this device."))
    return answer(found)


def _page(request: HttpRequest, rows: list[Shown], *, following: str = "") -> HttpResponse:
    asked = request.GET.getlist("_include")
    more: list[Resource] = []
    if "DiagnosticReport:result" in asked:
        more += [one for shown in rows for one in fhir_out.observations(shown)]
    by_tube = {shown.one.tube: shown for shown in rows}
    if "DiagnosticReport:specimen" in asked:
        more += [fhir_out.specimen(shown) for shown in by_tube.values()]
    if "DiagnosticReport:subject" in asked:
        more += [fhir_out.group(shown) for shown in by_tube.values()]
    reports = [fhir_out.diagnostic_report(shown) for shown in rows]
    return answer(fhir_out.search_set(reports, more, here=here(request), following=following))


def _fact(request: HttpRequest, name: str) -> Shown | None:
    tube, _dot, short = name.partition(".")
    result_id = fhir_out.long(short)
    found = queries.of_tube(reader_of(request), tube, result_id=result_id) if result_id else []
    return found[0] if found else None


def _tube(request: HttpRequest, tube: str) -> Shown | None:
    reader = reader_of(request)
    row = Tube.objects.filter(tube=tube, area_code__startswith=reader.area_code).first()
    if row is None:
        found = queries.of_tube(reader, tube)
        return found[0] if found else None
    return queries.bare(row, reader.base)


def _bound(text: str) -> tuple[str, Any]:
    sign, at = (text[:2], text[2:]) if text[:2] in queries.SIGNS else ("ge", text)
    try:
        moment = parse_datetime(at.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Told(400, ("value", "_lastUpdated", "Write ge2022-05-08T00:00:00+08:00: ge, gt, le or lt, then a time."))
    return sign, moment


def _after(text: str) -> tuple[int, str, str] | None:
    if not text:
        return None
    index, _, rest = text.partition("~")
    tube, _, name = rest.partition("~")
    try:
        return number_of(index, "after"), tube, str(UUID(name))
    except ValueError as error:
        raise Told(400, ("value", "after", "Follow link.next as it is.")) from error
