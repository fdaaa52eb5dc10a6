"""FHIR in: one DiagnosticReport, or a Bundle of them."""

from django.http import HttpRequest, HttpResponse

from yinghuo.core.doors.senders import Sender
from yinghuo.desks.sampling.actions.messages.fhir import Taking, post_all, post_report
from yinghuo.desks.sampling.api.fhir.telling import (
    Told,
    answer,
    base_of,
    body_of,
    door,
    issue_of,
    need_form,
    reader_of,
    router,
    sender_of,
)
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.engines.messages import fhir, fhir_out
from yinghuo.engines.messages.fhir import Posted, Resource
from yinghuo.engines.messages.fhir_out import Shown
from yinghuo.engines.messages.reports import Fault


@router.post("/fhir/DiagnosticReport", include_in_schema=False)
@door
def create_report(request: HttpRequest) -> HttpResponse:
    """Takes one DiagnosticReport with what it contains; `If-None-Exist: identifier=…` makes it conditional."""
    report = body_of(request)
    if fhir.kind_of(report) != "DiagnosticReport":
        raise Told(400, ("invalid", "resourceType", "A DiagnosticReport is expected here."))
    need_form(fhir.faults_of(report, "DiagnosticReport"))
    taking = post_report(
        fhir.alone(report), sender=sender_of(request), condition=request.headers.get("If-None-Exist", "")
    )
    return _told_of(taking, request)


@router.post("/fhir", include_in_schema=False)
@router.post("/fhir/", include_in_schema=False)
@door
def take_bundle(request: HttpRequest) -> HttpResponse:
    """Takes a Bundle: a transaction whole or not at all, a batch entry by entry."""
    bundle = body_of(request)
    if fhir.kind_of(bundle) != "Bundle" or bundle.get("type") not in ("transaction", "batch"):
        raise Told(400, ("invalid", "Bundle.type", "A Bundle of type transaction or batch is expected here."))
    entries = bundle.get("entry") or []
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise Told(400, ("structure", "Bundle.entry", "A list of entries is expected."))
    need_form(fhir.faults_of(bundle, "Bundle"))
    wrong = {at: found for at, one in enumerate(entries) if (found := _entry_faults(one, at))}
    if bundle["type"] == "transaction":
        need_form([fault for found in wrong.values() for fault in found])
    reports = fhir.of_bundle(bundle, without=wrong)
    takings = _taken(reports, entries, bundle["type"], sender_of(request))
    rows = [_entry_answer(at, wrong.get(at), takings.get(at), request) for at in range(len(entries))]
    return answer({"resourceType": "Bundle", "type": f"{bundle['type']}-response", "entry": rows})


def _taken(reports: dict[int, Posted], entries: list[Resource], kind: str, sender: Sender) -> dict[int, Taking]:
    conditions = {at: str((entries[at].get("request") or {}).get("ifNoneExist") or "") for at in reports}
    if kind == "batch":
        return {at: post_report(one, sender=sender, condition=conditions[at]) for at, one in reports.items()}
    takings = post_all([(one, conditions[at]) for at, one in reports.items()], sender=sender)
    faults = [fault for taking in takings for fault in taking.faults]
    if faults:
        raise Told(max(taking.status for taking in takings), *(issue_of(fault) for fault in faults))
    return dict(zip(reports, takings, strict=True))


def _entry_faults(entry: Resource, at: int) -> list[Fault]:
    request = entry.get("request")
    method = request.get("method") if isinstance(request, dict) else None
    if method != "POST":
        return [Fault("fhir.type", path=f"Bundle.entry[{at}].request.method", detail=str(method)[:20])]
    resource = entry.get("resource")
    if fhir.kind_of(resource) in fhir.PERSONAL:
        return []
    return fhir.faults_of(resource, f"Bundle.entry[{at}].resource")


def _entry_answer(at: int, faults: list[Fault] | None, taking: Taking | None, request: HttpRequest) -> Resource:
    """What became of one entry. What a report refers to is read with it; a tube is matched, never made anew."""
    if faults or (taking and taking.faults):
        issues = [issue_of(fault) for fault in faults or (taking.faults if taking else [])]
        return {"response": {"status": str(taking.status if taking else 422), "outcome": fhir_out.outcome(issues)}}
    if taking is None:
        kept = [("informational", f"Bundle.entry[{at}]", "Read with the report that refers to it; not kept by itself.")]
        return {"response": {"status": "200", "outcome": fhir_out.outcome(kept, severity="information")}}
    shown = _of(request, taking)
    place = {"location": f"DiagnosticReport/{shown.name}"} if shown else {}
    return {"response": {"status": str(taking.status), **place}}


def _told_of(taking: Taking, request: HttpRequest) -> HttpResponse:
    if taking.faults:
        raise Told(taking.status, *(issue_of(fault) for fault in taking.faults))
    shown = _of(request, taking)
    if shown is None:
        noted = [("informational", "", "Understood and noted; a report of this status is no result.")]
        return answer(fhir_out.outcome(noted, severity="information"), taking.status)
    told = answer(fhir_out.diagnostic_report(shown), taking.status)
    told["Location"] = f"{base_of(request)}/DiagnosticReport/{shown.name}"
    return told


def _of(request: HttpRequest, taking: Taking) -> Shown | None:
    found = queries.of_tube(reader_of(request), taking.tube, result_id=taking.result_id) if taking.result_id else []
    return found[0] if found else None
