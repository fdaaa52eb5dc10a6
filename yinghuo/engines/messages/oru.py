"""ORU^R01: what a laboratory reports of tubes, read out of the segments of a message, with every fault by its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import NamedTuple, TypeVar

from yinghuo.engines.messages.er7 import Er7, Segment, moment
from yinghuo.engines.messages.reports import Codes, Fault, Gene, Outcome, Status, TubeReport, together

TUBE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,39}\Z")
STATUS: dict[str, Status] = {  # HL7 tables 0085 (OBX-11) and 0123 (OBR-25)
    "F": "final",
    "U": "final",
    "C": "corrected",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "I": "preliminary",
    "O": "preliminary",
    "A": "preliminary",
    "X": "cannot",
    "D": "cannot",
    "W": "cannot",
    "N": "cannot",
}
WEIGHTIEST: tuple[Status, ...] = ("cannot", "preliminary", "corrected", "final")
CODED = frozenset({"CWE", "CE", "CNE", "IS", "ID", "ST", "TX", "FT"})
MOST_CT = 99
Meant = TypeVar("Meant", Gene, Outcome)
MOST_FAULTS = 100


class Read(NamedTuple):
    """What a message comes to: reports of tubes, and faults. With any fault, the message as a whole is not taken."""

    reports: list[TubeReport]
    faults: list[Fault]


@dataclass
class Group:
    """An order with its observations and its specimen."""

    begins: Segment
    obr: Segment | None = None
    observations: list[Segment] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)


def head_fault(message: Er7) -> Fault | None:
    """Why a message is not understood at all (answered AR), or None for an ORU^R01 of version 2 in production."""
    head = message.head
    kind, event, version = head.value(9, 1), head.value(9, 2), head.value(12)
    if not head.value(10):
        return head.fault("field.missing", 10)
    if kind != "ORU":
        return head.fault("type.unknown", 9, kind)
    if event not in ("R01", ""):
        return head.fault("event.unknown", 9, event)
    if head.value(11) not in ("P", ""):
        return head.fault("processing.unknown", 11, head.value(11))
    if not version.startswith("2."):
        return head.fault("version.unknown", 12, version)
    return None


def read(message: Er7, *, zone: tzinfo, codes: Codes) -> Read:
    """The reports of an ORU^R01.

    zone:  of times that carry no offset
    codes: what observation and value codes stand for
    """
    faults: list[Fault] = []
    reports = []
    groups = list(_groups(message))
    if not groups:
        faults.append(Fault("segment.missing", "OBR", 1))
    for group in groups:
        found: list[Fault] = []
        report = _report(group, message.head, zone, codes, found)
        faults += found
        if report and not found:
            reports.append(report)
    return Read(reports, faults[:MOST_FAULTS])


def _groups(message: Er7) -> Iterator[Group]:
    group: Group | None = None
    for segment in message.segments:
        if segment.name == "ORC" or (segment.name == "OBR" and (group is None or group.obr is not None)):
            if group is not None:
                yield group
            group = Group(segment)
        if group is None:
            continue
        if segment.name == "OBR":
            group.obr = segment
        _into(group).get(segment.name, []).append(segment)
    if group is not None:
        yield group


def _into(group: Group) -> dict[str, list[Segment]]:
    return {"OBX": group.observations, "SPM": group.specimens, "NTE": group.notes}


def _report(group: Group, head: Segment, zone: tzinfo, codes: Codes, faults: list[Fault]) -> TubeReport | None:
    if group.obr is None:
        faults.append(Fault("segment.missing", "OBR", group.begins.sequence))
        return None
    if len(group.specimens) != 1:
        first, second = group.obr.fault("specimen.missing", 0), group.specimens[1:2]
        faults.append(second[0].fault("specimen.second", 0) if second else first)
        return None
    specimen = group.specimens[0]
    status = _status(group, faults)
    at = _at(group, head, status, zone, faults)
    if at is None or status is None:
        return None
    report = TubeReport(_tube(specimen, faults), status, at)
    _add_specimen(report, specimen, zone, faults)
    if report.status == "cannot":
        report.reason = report.reason or _why_not(group)
    elif report.status != "preliminary":
        _add_values(report, group, codes, faults)
    _add_hands(report, group)
    return report


def _tube(specimen: Segment, faults: list[Fault]) -> str:
    """The specimen's id: the placer's (SPM-2.1), else the filler's (SPM-2.2)."""
    tube = specimen.value(2, 1) or specimen.value(2, 2)
    if not tube:
        faults.append(specimen.fault("field.missing", 2))
    elif not TUBE.match(tube):
        faults.append(specimen.fault("tube.form", 2, tube))
    return tube


def _status(group: Group, faults: list[Fault]) -> Status | None:
    assert group.obr is not None
    given = [(obx, 11) for obx in group.observations] + [(group.obr, 25)]
    said = set()
    for segment, number in given:
        letter = segment.value(number)
        if letter and letter not in STATUS:
            faults.append(segment.fault("status.unknown", number, letter))
        elif letter:
            said.add(STATUS[letter])
    if not said and not faults:
        faults.append(group.obr.fault("field.missing", 25))
    return next((status for status in WEIGHTIEST if status in said), None)


def _at(group: Group, head: Segment, status: Status | None, zone: tzinfo, faults: list[Fault]) -> datetime | None:
    """When the result was reported (OBR-22), else assayed (OBX-19, OBX-14), else sent (MSH-7).

    A correction speaks at the latest of these, so that it stands after what it corrects.
    """
    assert group.obr is not None
    places = [(group.obr, 22)] + [(obx, number) for number in (19, 14) for obx in group.observations] + [(head, 7)]
    times = [at for segment, number in places if (at := _moment(segment, number, zone, faults))]
    if not times and not faults:
        faults.append(group.obr.fault("field.missing", 22))
    if not times:
        return None
    return max(times) if status == "corrected" else times[0]


def _moment(segment: Segment, number: int, zone: tzinfo, faults: list[Fault]) -> datetime | None:
    text = segment.value(number)
    try:
        return moment(text, zone)
    except (ValueError, OverflowError):
        faults.append(segment.fault("time.form", number, text))
        return None


def _add_specimen(report: TubeReport, specimen: Segment, zone: tzinfo, faults: list[Fault]) -> None:
    people = specimen.value(13, 1)
    if people and not people.isdecimal():
        faults.append(specimen.fault("number.form", 13, people))
    report.people = int(people[:6]) if people.isdecimal() else None
    report.collected_at = _moment(specimen, 17, zone, faults)
    report.received_at = _moment(specimen, 18, zone, faults)
    if specimen[21].strip():
        report.status = "cannot"
        report.reason = specimen.value(21, 2) or specimen.value(21, 1)


def _why_not(group: Group) -> str:
    said = [obx.value(5, 2) or obx.value(5, 1) for obx in group.observations] + [note.value(3) for note in group.notes]
    return next((text for text in said if text), "")[:100]


def _add_values(report: TubeReport, group: Group, codes: Codes, faults: list[Fault]) -> None:
    found: dict[Gene, Outcome] = {}
    known = False
    for obx in group.observations:
        gene = _meaning(obx, 3, codes.observations)
        if gene is None:
            continue
        known = True
        if obx.value(2) == "NM":
            report.ct[gene] = _ct(obx, faults)
            continue
        outcome = _coded(obx, codes, faults)
        if outcome:
            found[gene] = outcome
    if not known:
        first = group.observations[0] if group.observations else None
        faults.append(
            first.fault("observation.unknown", 3, first.value(3)) if first else Fault("segment.missing", "OBX")
        )
    report.outcome = together(found)
    for gene, outcome in found.items():
        if outcome == "negative" and gene != "rna":
            report.ct.setdefault(gene, None)


def _coded(obx: Segment, codes: Codes, faults: list[Fault]) -> Outcome | None:
    if obx.value(2) not in CODED:
        faults.append(obx.fault("type.value", 2, obx.value(2)))
        return None
    outcome = _meaning(obx, 5, codes.values)
    if outcome is None:
        faults.append(obx.fault("value.unknown", 5, obx.value(5, 1) or obx.value(5, 2)))
    return outcome


def _meaning(segment: Segment, number: int, known: dict[str, Meant]) -> Meant | None:
    """What a coded value stands for: by its code, its alternate code, or its text, in that order."""
    said = (segment.value(number, component) for component in (1, 4, 2))
    return next((known[text] for text in said if text in known), None)


def _ct(obx: Segment, faults: list[Fault]) -> float | None:
    text = obx.value(5)
    if not text:
        return None
    try:
        ct = float(text)
    except ValueError:
        ct = -1.0
    if not 0 <= ct <= MOST_CT:
        faults.append(obx.fault("number.form", 5, text))
        return None
    return ct


def _add_hands(report: TubeReport, group: Group) -> None:
    """Who assayed, by number and not by name; with which kit and instrument."""
    assert group.obr is not None
    seen = group.observations or [group.obr]
    report.technician = _first(seen, 16, 1) or group.obr.value(34, 1) or group.obr.value(32, 1)
    report.kit = _first(seen, 17, 2) or _first(seen, 17, 1)
    report.instrument = _first(seen, 18, 1)


def _first(segments: list[Segment], number: int, component: int) -> str:
    return next((text for one in segments if (text := one.value(number, component))), "")[:100]
