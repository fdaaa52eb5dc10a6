"""From what a message says of tubes to result facts, and to issues for what cannot be one."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec
from django.utils import timezone

from yinghuo.core.doors.batches import EARLIEST, LATEST, Batch
from yinghuo.core.doors.senders import Sender
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions.issues import issue_id
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.items import ResultItem
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.models import Tube
from yinghuo.desks.sampling.rules import Doubt
from yinghuo.engines.assays import Kit, decide
from yinghuo.engines.messages.reports import Fault, Gene, TubeReport

BY = "system:messages"
NAMES: dict[Gene, str] = {"orf1ab": "ORF1ab", "n": "N", "e": "E", "ic": "IC", "rna": "RNA"}
WHOLE = ("final", "corrected")
MOST_NUMBER = 94  # of the 100 characters that a fact has for it; the rest tells two orders of one tube apart


class Drawn(NamedTuple):
    """What is to be stored of a message: results, and reports that say that there is none."""

    items: list[ResultItem]
    without: list[TubeReport]


def fact_number(application: str, facility: str, control_id: str) -> str:
    """How a result fact names the message that brought it: two systems of one laboratory may count alike.

    >>> fact_number("LIS", "LAB-1", "M1"), len(fact_number("x" * 180, "y" * 180, "z" * 80))
    ('LIS/LAB-1/M1', 93)
    """
    whole = f"{application}/{facility}/{control_id}"
    if len(whole) <= MOST_NUMBER:
        return whole
    return f"{hashlib.sha256(f'{application}/{facility}'.encode()).hexdigest()[:12]}/{control_id}"


def draw(reports: Iterable[TubeReport], *, message: str, sender: Sender, technician: str) -> tuple[Drawn, list[Fault]]:
    """Result items of a message's reports; a report that cannot become one is a fault.

    message: its `fact_number`; with tube and laboratory it names the fact, so that sending it again is the same fact
    technician: who is named where the message names nobody
    """
    items: list[ResultItem] = []
    without, faults, seen = [], [], dict[str, int]()
    for report in reports:
        if report.status not in WHOLE:
            without += [report] if report.status == "cannot" else []
            continue
        seen[report.tube] = seen.get(report.tube, 0) + 1
        number = message if seen[report.tube] == 1 else f"{message}/{seen[report.tube]}"
        try:
            items.append(_item(report, number, sender, technician))
        except Refused:
            faults.append(Fault("value.missing", "OBX", detail=f"{report.tube} {report.kit}".strip()))
        except (msgspec.ValidationError, ValueError) as error:
            faults.append(Fault("time.unlikely" if "at" in str(error) else "number.form", "OBX", detail=str(error)))
    return Drawn(items, without), faults


def keep(drawn: Drawn, *, sender: Sender, message: str) -> int:
    """Stores the results as facts and opens an issue for each tube that has none; returns how many results."""
    if drawn.items:
        keep_result_batch(Batch(sender.now, dict(enumerate(drawn.items)), []), sender)
    if drawn.without:
        work.raise_many(_issues(drawn.without, message, sender), by=BY, at=sender.now)
    return len(drawn.items)


def used_again(row_id: object, *, area_code: str, detail: dict[str, Any], at: datetime) -> None:
    """Opens the issue that a message's number was used again with other content."""
    new = work.NewIssue(Doubt.MESSAGE_AGAIN.value, f"message:{row_id}", area_code=area_code, detail=detail)
    work.raise_many([new], by=BY, at=at)


def _item(report: TubeReport, number: str, sender: Sender, technician: str) -> ResultItem:
    if not EARLIEST < report.at < LATEST:
        raise ValueError("at: outside 1970 to 2998")
    result, because = (report.outcome, "") if report.outcome else _by_kit(report)
    named = f"{sender.device.party_id or sender.device.id}/{report.tube}/{number}"
    return msgspec.convert(
        {
            "id": uuid5(NAMESPACE_URL, named),
            "tube": report.tube,
            "message": number,
            "at": report.at.astimezone(UTC),  # PostgreSQL knows no offset over 15:59
            "result": result,
            "because": because[:400],
            "technician": report.technician or technician,
            "ct_orf1ab": report.ct.get("orf1ab"),
            "ct_n": report.ct.get("n"),
            "ct": {NAMES[gene]: ct for gene, ct in report.ct.items()},
            "kit": report.kit,
            "instrument": report.instrument,
        },
        ResultItem,
    )


def _by_kit(report: TubeReport) -> tuple[str, str]:
    """The outcome of Ct values without an interpretation; Refused("kit.unknown") without a kit that is known here."""
    if not report.ct:
        raise Refused("kit.unknown", kit=report.kit)
    _row, kit = need_kit(report.kit, timezone.localdate(report.at))
    return decide(_as_named_by(kit, report.ct), kit=kit)


def _as_named_by(kit: Kit, ct: dict[Gene, float | None]) -> dict[str, float | None]:
    """Ct values under the kit's own names: "ORF 1ab", "N gene" and the like."""
    named = {_bare(NAMES[gene]): value for gene, value in ct.items()}
    if kit.internal_control and "ic" in ct:
        named[_bare(kit.internal_control)] = ct["ic"]
    return {name: named[_bare(name)] for name in kit.target_names if _bare(name) in named}


def _bare(name: str) -> str:
    return re.sub(r"gene|基因|[^0-9a-z]", "", name.lower())


def _issues(reports: Sequence[TubeReport], message: str, sender: Sender) -> list[work.NewIssue]:
    known = {tube.tube: tube for tube in Tube.objects.filter(tube__in=[report.tube for report in reports])}
    code = Doubt.NO_RESULT.value
    return [
        work.NewIssue(
            code,
            f"tube:{report.tube}",
            area_code=getattr(known.get(report.tube), "area_code", "") or sender.device.area_code,
            campaign_id=getattr(known.get(report.tube), "campaign_id", None),
            detail={"tube": report.tube, "reason": report.reason, "message": message},
            id=issue_id(code, f"{report.tube} {message} {sender.device.id}"),
        )
        for report in reports
    ]
