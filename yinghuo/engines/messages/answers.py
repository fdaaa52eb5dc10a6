"""What is answered and sent in HL7 v2.5.1: acknowledgements (ACK) and results (ORU^R01)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from yinghuo.engines.messages.er7 import Segment, escape, written
from yinghuo.engines.messages.reports import Fault

Code = Literal["AA", "AE", "AR"]
OURS = "YINGHUO"
VERSION = "2.5.1"
NAMES = {"utf-8": "UNICODE UTF-8", "gb18030": "GB 18030-2000", "ascii": "ASCII", "latin-1": "8859/1"}
HL7_ERRORS: dict[str, tuple[int, str]] = {  # HL7 table 0357
    "segment.missing": (100, "Segment sequence error"),
    "segment.unreadable": (100, "Segment sequence error"),
    "specimen.missing": (100, "Segment sequence error"),
    "specimen.second": (100, "Segment sequence error"),
    "batch.count": (100, "Segment sequence error"),
    "head.missing": (100, "Segment sequence error"),
    "field.missing": (101, "Required field missing"),
    "value.missing": (101, "Required field missing"),
    "head.separators": (102, "Data type error"),
    "charset.wrong": (102, "Data type error"),
    "time.form": (102, "Data type error"),
    "time.unlikely": (102, "Data type error"),
    "number.form": (102, "Data type error"),
    "tube.form": (102, "Data type error"),
    "type.value": (102, "Data type error"),
    "message.too_long": (102, "Data type error"),
    "charset.unknown": (103, "Table value not found"),
    "status.unknown": (103, "Table value not found"),
    "observation.unknown": (103, "Table value not found"),
    "value.unknown": (103, "Table value not found"),
    "type.unknown": (200, "Unsupported message type"),
    "event.unknown": (201, "Unsupported event code"),
    "processing.unknown": (202, "Unsupported processing id"),
    "version.unknown": (203, "Unsupported version id"),
    "sender.unknown": (204, "Unknown key identifier"),
    "sender.elsewhere": (204, "Unknown key identifier"),
    "sender.full": (204, "Unknown key identifier"),
    "id.again": (205, "Duplicate key identifier"),
}
SAID: dict[str, tuple[str, str, str]] = {  # SNOMED CT knows three; the fourth is a local code (L)
    "negative": ("260415000", "Not detected", "SCT"),
    "positive": ("260373001", "Detected", "SCT"),
    "grey": ("42425007", "Equivocal", "SCT"),
    "invalid": ("INVALID", "Invalid", "L"),
}


class Addressee(NamedTuple):
    """Whom an answer goes to: the sender of the message, turned round; its id; its character set."""

    application: str = ""
    facility: str = ""
    control_id: str = ""
    charset: str = "utf-8"
    own_facility: str = ""


def addressee(head: Segment) -> Addressee:
    """Whom a message with this MSH is answered."""
    return Addressee(head[3], head[4], head[10], head.charset, head[6])


def acknowledgement(
    code: Code, to: Addressee, *, answer_id: str, at: datetime, faults: Sequence[tuple[Fault, str]] = ()
) -> bytes:
    """An ACK^R01: accepted (AA), in error (AE) or not understood (AR), with an ERR segment for each fault.

    faults: each with a sentence for people
    """
    lines = [_head(to, "ACK^R01^ACK", answer_id, at), f"MSA|{code}|{to.control_id}"]
    for fault, sentence in faults:
        number, name = HL7_ERRORS[fault.code]
        place = f"{fault.segment}^{fault.sequence}" + (f"^{fault.field}" if fault.field else "")
        cells = (number, name, fault.code, escape(fault.detail), escape(sentence))
        lines.append("ERR||{}|{}^{}^HL70357|E|{}||{}|{}".format(place if fault.segment else "", *cells))
    return "".join(f"{line}\r" for line in lines).encode(to.charset, "replace")


class ReportOut(NamedTuple):
    """A result that goes out: of which tube, what, when, by whom."""

    tube: str
    outcome: str
    at: datetime
    people: int
    corrected: bool
    laboratory: str
    message: str
    ct_orf1ab: float | None = None
    ct_n: float | None = None
    kit: str = ""
    instrument: str = ""
    first_at: datetime | None = None
    received_at: datetime | None = None


def oru(one: ReportOut, to: Addressee, *, at: datetime) -> str:
    """An ORU^R01 with one tube. The patient is nobody: the specimen's subject is the group in the tube (SPM-13)."""
    status = "C" if one.corrected else "F"
    code, text, system = SAID[one.outcome]
    lines = [
        _head(to, "ORU^R01^ORU_R01", to.control_id, at),
        f"PID|1||{one.tube}^^^{OURS}||~^^^^^^S",
        f"OBR|1|{one.tube}|{escape(one.message)}|94309-2^SARS-CoV-2 RNA^LN|||{_time(one.first_at)}|||||||||||||||"
        f"{written(one.at)}||LAB|{status}",
        _obx(1, "CWE", "94309-2^SARS-CoV-2 RNA^LN", f"{code}^{text}^{system}", one, status),
    ]
    genes = (("94639-2^ORF1ab^LN", one.ct_orf1ab), ("94316-7^N gene^LN", one.ct_n))
    for gene, ct in genes:
        if ct is not None:
            lines.append(_obx(len(lines) - 2, "NM", gene, f"{ct:g}", one, status))
    specimen = f"SPM|1|{one.tube}||258500001^Nasopharyngeal swab^SCT|||||||G^Group^HL70369||{one.people}||||"
    lines.append(f"{specimen}{_time(one.first_at)}|{_time(one.received_at)}".rstrip("|"))
    return "".join(f"{line}\r" for line in lines)


def batch(messages: Iterable[str], *, batch_id: str, at: datetime) -> bytes:
    """A file of messages between FHS and FTS, in UTF-8."""
    head = f"|^~\\&|{OURS}||||{written(at)}||||{batch_id}"
    body = list(messages)
    return "".join((f"FHS{head}\r", f"BHS{head}\r", *body, f"BTS|{len(body)}\r", "FTS|1\r")).encode()


def _obx(number: int, kind: str, code: str, value: str, one: ReportOut, status: str) -> str:
    hands = f"|||{written(one.at)}|{escape(one.laboratory)}||{escape(one.kit)}|{escape(one.instrument)}".rstrip("|")
    return f"OBX|{number}|{kind}|{code}||{value}||||||{status}{hands}"


def _head(to: Addressee, kind: str, control_id: str, at: datetime) -> str:
    fields = (OURS, to.own_facility, to.application, to.facility, written(at), "", kind, control_id, "P", VERSION)
    return "MSH|^~\\&|" + "|".join(fields) + f"||||||{NAMES[to.charset]}"


def _time(at: datetime | None) -> str:
    return written(at) if at else ""
