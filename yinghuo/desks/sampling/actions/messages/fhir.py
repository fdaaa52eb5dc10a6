"""Taking DiagnosticReports by FHIR: each once by its identifier, a transaction whole or not at all."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.doors.senders import Sender
from yinghuo.desks.sampling import message_rules as rules
from yinghuo.desks.sampling.actions.messages import results
from yinghuo.desks.sampling.actions.messages.receiving import LOCK
from yinghuo.desks.sampling.models import Channel, Message, Result, Taken
from yinghuo.desks.sampling.models.messages import SETTLED
from yinghuo.engines.messages import fhir
from yinghuo.engines.messages.fhir import Posted, Resource
from yinghuo.engines.messages.reports import Fault, TubeReport

MOST_NUMBER = 80
HTTP = {Taken.KEPT: 201, Taken.NOTED: 202, Taken.FAULTY: 422, Taken.CONFLICT: 409}


@dataclass
class Taking:
    """What became of one report: as HTTP tells it, the fact behind it, its faults."""

    status: int
    tube: str = ""
    result_id: UUID | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    posted: Posted
    number: str
    sha256: str
    report: TubeReport | None
    faults: list[Fault]
    condition: str


@transaction.atomic
def post_report(posted: Posted, *, sender: Sender, condition: str = "") -> Taking:
    """Takes one report. By its identifier it is told: the same again is 200, with other content 409 and an issue.

    condition: of a conditional create, "identifier=system|number"; a report that has it is left as it is, and is 200
    """
    return _take(_read(posted, condition), sender)


def post_all(reports: Sequence[tuple[Posted, str]], *, sender: Sender) -> list[Taking]:
    """Takes the reports of a transaction: all, or none when any is faulty or used before with other content."""
    with transaction.atomic():
        takings = [_take(_read(posted, condition), sender) for posted, condition in reports]
        whole = all(taking.status < 300 for taking in takings)
        transaction.set_rollback(not whole)
    if whole:
        return takings
    for (posted, condition), taking in zip(reports, takings, strict=True):
        if taking.status == 422:  # once more, alone: a faulty one leaves its row, and stores no result
            post_report(posted, sender=sender, condition=condition)
    return takings


def _read(posted: Posted, condition: str) -> _Read:
    report, faults = fhir.read(posted)
    number = posted.identifier
    if report and report.status == "corrected":
        number = f"{number}@{report.at:%Y%m%d%H%M%S}"
    if len(number) > MOST_NUMBER:
        faults = [*faults, Fault("message.too_long", path=f"{posted.path}.identifier", detail=str(MOST_NUMBER))]
    wanted = condition.partition("identifier=")[2].rpartition("|")[2]
    if condition and wanted != posted.identifier:
        faults = [*faults, Fault("fhir.reference", path=f"{posted.path}.identifier", detail=condition[:100])]
    sha256 = hashlib.sha256(
        json.dumps([report.tube if report else "", *_content(posted)], sort_keys=True).encode()
    ).hexdigest()
    return _Read(posted, number[:200].replace("\x00", ""), sha256, report, faults, condition)


def _content(posted: Posted) -> list[Any]:
    """What a report says beside its tube, to tell a repeat from another: without persons, `meta` and local ids."""
    named = [str(one.get("reference")) for one in posted.report.get("result") or [] if isinstance(one, dict)]
    parts = [posted.report, *(posted.others[name][1] for name in named if name in posted.others)]
    skipped = {"meta", "id", "contained", "result", "specimen", "subject"}
    return [fhir.redacted({key: value for key, value in part.items() if key not in skipped}) for part in parts]


def _take(read: _Read, sender: Sender) -> Taking:
    names = {"application": "FHIR", "facility": str(sender.device.id), "control_id": read.number}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, ["\x1f".join(("message", *names.values()))])
    rows = list(Message.objects.filter(**names).order_by("received_at", "id")) if read.number else []
    settled = next((row for row in rows if row.taken in SETTLED), None)
    if settled and (settled.sha256 == read.sha256 or read.condition):
        _count(settled, sender)
        return _standing(settled, read, sender)
    same = next((row for row in rows if row.sha256 == read.sha256), None)
    if settled:
        return _used_again(read, same, names, sender)
    drawn, faults = results.draw(
        [read.report] if read.report and not read.faults else [],
        message=_fact_number(read, sender),
        sender=sender,
        technician=str(sender.device.id)[:8],
    )
    faults = [*read.faults, *(fault._replace(segment="", path=read.posted.path) for fault in faults)]
    if faults:
        _write(read, same, names, sender, taken=Taken.FAULTY, faults=faults)
        return Taking(422, faults=faults)
    results.keep(drawn, sender=sender, message=read.number)
    taken = Taken.KEPT if drawn.items else Taken.NOTED
    row = _write(read, same, names, sender, taken=taken, faults=[])
    found = _standing(row, read, sender)
    return Taking(HTTP[taken], found.tube, found.result_id)


def _standing(row: Message, read: _Read, sender: Sender) -> Taking:
    """The report that is here already, by the message that brought it."""
    tube = row.tubes[0] if row.tubes else ""
    laboratory = sender.device.party_id or sender.device.id
    fact = Result.objects.filter(tube=tube, laboratory=laboratory, message=_fact_number(read, sender)).values_list(
        "id", flat=True
    )
    return Taking(200, tube, fact.first())


def _fact_number(read: _Read, sender: Sender) -> str:
    return results.fact_number("FHIR", sender.device.id.hex[-8:], read.number)


def _used_again(read: _Read, same: Message | None, names: dict[str, str], sender: Sender) -> Taking:
    fault = Fault("id.again", path=f"{read.posted.path}.identifier", detail=read.number)
    if same is None:
        row = _write(read, None, names, sender, taken=Taken.CONFLICT, faults=[fault])
        detail = {"message": read.number, "sender": sender.label}
        results.used_again(row.id, area_code=sender.device.area_code, detail=detail, at=sender.now)
    return Taking(409, faults=[fault])


def _count(row: Message, sender: Sender) -> None:
    row.times, row.last_at = row.times + 1, sender.now
    row.save(update_fields=["times", "last_at"])


def _write(
    read: _Read, same: Message | None, names: dict[str, str], sender: Sender, *, taken: Taken, faults: list[Fault]
) -> Message:
    now, status = sender.now, str(HTTP[taken])
    row = same or Message.objects.filter(**names, sha256=read.sha256).first()
    row = row or Message(id=ledger.new_id(), received_at=now, sha256=read.sha256, times=0, **names)
    text = json.dumps(_shown(read.posted), ensure_ascii=False)[: rules.MOST_RAW_CHARACTERS]
    fields: dict[str, Any] = {
        "channel": Channel.FHIR,
        "area_code": sender.device.area_code,
        "device": sender.device.id,
        "by": sender.label,
        "last_at": now,
        "times": row.times + 1,
        "taken": taken,
        "ack": status,
        "tubes": [read.report.tube] if read.report else [],
        "results": int(taken == Taken.KEPT),
        "faults": [fault._asdict() for fault in faults[: rules.FAULTS_SHOWN]],
        "raw": "" if taken in SETTLED else text.replace("\\u0000", ""),
        "keep_until": timezone.localdate(now) + rules.RAW_KEPT,
    }
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    body = {"ack": status, "sha256": row.sha256, "taken": str(taken), "results": row.results}
    ledger.enter("message.received", f"message:{row.id}", by=sender.label, at=now, body=body)
    return row


def _shown(posted: Posted) -> list[Resource]:
    return [fhir.redacted(one) for one in (posted.report, *{id(r): r for _p, r in posted.others.values()}.values())]
