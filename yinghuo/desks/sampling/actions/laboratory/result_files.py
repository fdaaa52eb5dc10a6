"""Files of results of many tubes: kept as they came, read in the background, released by a second person."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.instruments import columns_of
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.assay_rules import FILE_PART_BYTES
from yinghuo.desks.sampling.models import FileState, Instrument, ResultFile, ResultFilePart

TASK = "laboratory_files"  # the job that reads and releases; it runs every minute too, so that nothing stays undone


@dataclass(frozen=True)
class NewFile:
    """A file as it is handed in.

    assayed_at: when the assays were done; the kit's limits of that day decide
    """

    id: UUID
    name: str
    instrument_id: UUID
    kit: str
    assayed_at: datetime


@transaction.atomic
def take_file(new: NewFile, stream: IO[bytes], *, who: Technician) -> ResultFile:
    """Keeps a file whole and queues its reading; the same bytes again are the same file, whatever their name.

    Refused: "file.empty", "instrument.unknown", "instrument.unmapped", "file.by_well", "kit.unknown"
    """
    instrument = who.seen(Instrument.objects.all()).filter(id=new.instrument_id).first()
    if instrument is None:
        raise Refused("instrument.unknown")
    if columns_of(instrument).by == "well":
        raise Refused("file.by_well", instrument=instrument.name)
    need_kit(new.kit, timezone.localdate(new.assayed_at))
    sha256, size, lines = _measured(stream)
    if not size:
        raise Refused("file.empty")
    standing = ResultFile.objects.filter(party_id=who.party_id, sha256=sha256).first()
    if standing:
        return standing
    file = ResultFile.objects.create(
        id=new.id,
        party_id=who.party_id,
        area_code=who.area_code,
        instrument=instrument,
        kit=new.kit,
        name=new.name[:200],
        sha256=sha256,
        size_bytes=size,
        rows_total=lines,
        sent_by=who.label,
        sent_at=who.now,
        assayed_at=new.assayed_at,
        technician=who.user.username,
    )
    for number, data in enumerate(_pieces(stream)):
        ResultFilePart.objects.create(file=file, number=number, data=data)
    _enter(file, "file.taken", who, sha256=sha256, size_bytes=size)
    queue()
    return file


@transaction.atomic
def stop_file(file_id: UUID, *, who: Technician) -> ResultFile:
    """Stops the reading after the rows that are being written; it goes on from there when told to."""
    file = locked_file(file_id, who)
    if file.state in (FileState.WAITING, FileState.READING):
        _set(file, FileState.STOPPED, "file.stopped", who)
    return file


@transaction.atomic
def resume_file(file_id: UUID, *, who: Technician) -> ResultFile:
    """Goes on reading a file that was stopped."""
    file = locked_file(file_id, who)
    if file.state == FileState.STOPPED:
        _set(file, FileState.WAITING, "file.resumed", who)
        queue()
    return file


@transaction.atomic
def confirm_full(file_id: UUID, *, reason: str, who: Technician) -> ResultFile:
    """Somebody has looked: the sheet that is exactly full lacks nothing. Reads the file after all."""
    file, why = locked_file(file_id, who), reason.strip()
    if not why:
        raise Refused("access.reason")
    if file.state == FileState.REFUSED and file.why.get("code") == "file.full_sheet":
        file.full_sheet_confirmed, file.why = True, {}
        file.save(update_fields=["full_sheet_confirmed", "why"])
        _set(file, FileState.WAITING, "file.full_sheet_confirmed", who, reason=why)
        queue()
    return file


@transaction.atomic
def release_file(file_id: UUID, *, who: Technician) -> ResultFile:
    """Makes the rows of a file results, as a second person; the writing goes on in the background.

    Refused("file.own") for whoever handed it in, Refused("file.not_read") before it was read to its end.
    """
    file = locked_file(file_id, who)
    if file.state in (FileState.RELEASING, FileState.RELEASED):
        return file
    if file.state != FileState.READ:
        raise Refused("file.not_read", name=file.name)
    if file.sent_by == who.label:
        raise Refused("file.own", name=file.name)
    file.ended_by, file.ended_at = who.label, who.now
    file.save(update_fields=["ended_by", "ended_at"])
    _set(file, FileState.RELEASING, "file.release_begun", who, rows=file.kept)
    queue()
    return file


def locked_file(file_id: UUID, who: Technician) -> ResultFile:
    """The file, locked; Refused("file.unknown") for one that does not exist for this technician."""
    file = who.seen(ResultFile.objects.select_for_update(of=("self",))).filter(id=file_id).first()
    if file is None:
        raise Refused("file.unknown")
    return file


def queue() -> None:
    """Has the job run now rather than at the next minute; one that waits already is enough."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=TASK).defer(timestamp=0)
    except AlreadyEnqueued:
        return


def _set(file: ResultFile, state: FileState, kind: str, who: Technician, **body: object) -> None:
    file.state = state
    file.save(update_fields=["state"])
    _enter(file, kind, who, **body)


def _enter(file: ResultFile, kind: str, who: Technician, **body: object) -> None:
    ledger.enter(kind, f"file:{file.id}", by=who.label, at=who.now, body={"name": file.name} | body)


def _measured(stream: IO[bytes]) -> tuple[str, int, int]:
    """SHA-256 in hexadecimal, bytes, lines."""
    digest, size, lines = hashlib.sha256(), 0, 0
    for data in _pieces(stream):
        digest.update(data)
        size, lines = size + len(data), lines + data.count(b"\n")
    return digest.hexdigest(), size, lines


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while data := stream.read(FILE_PART_BYTES):
        yield data
