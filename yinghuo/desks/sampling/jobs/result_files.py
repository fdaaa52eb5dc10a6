"""Reads files of results to their end and writes what a second person released, a few thousand rows at a time."""

import io
from datetime import datetime
from itertools import islice
from uuid import UUID, uuid5

import msgspec
import psycopg
from django.db import connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.doors.batches import Batch
from yinghuo.core.doors.senders import Sender
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.items import ResultItem
from yinghuo.desks.sampling.actions.laboratory.instruments import columns_of
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.actions.laboratory.sheets import Rows, below_head, opened, refuse_full
from yinghuo.desks.sampling.actions.laboratory.who import technician_of
from yinghuo.desks.sampling.assay_rules import FILE_PART_BYTES, ROWS_AT_ONCE
from yinghuo.desks.sampling.models import Bench, BenchState, FileState, ResultFile, ResultFilePart, StagedResult
from yinghuo.engines.assays import Kit, decide
from yinghuo.engines.instrument_files import Bad, Reading, read_rows, tube_error

BY = "system:laboratory.files"
WORKED_ON = (FileState.WAITING, FileState.READING, FileState.RELEASING)
STAGE = """
    INSERT INTO sampling_stagedresult (file_id, tube, row, ct, result, because)
    SELECT %(file)s, tube, row, ct, result, because
    FROM json_to_recordset(%(rows)s::json) AS given (tube text, row bigint, ct jsonb, result text, because text)
    ON CONFLICT DO NOTHING
    RETURNING row
"""
REJECT = """
    INSERT INTO sampling_rejectedrow (file_id, row, code, facts, text)
    SELECT %(file)s, row, code, facts, text
    FROM json_to_recordset(%(rows)s::json) AS given (row bigint, code text, facts jsonb, text text)
    ON CONFLICT DO NOTHING
"""
COUNT = "UPDATE sampling_resultfile SET {0} WHERE id = %(file)s AND state = 'reading' AND rows_read = %(before)s"
READ_ON = COUNT.format(
    "rows_read = %(row)s, kept = kept + %(kept)s, rejected = rejected + %(rejected)s, "
    "rows_total = greatest(rows_total, %(row)s)"
)


class Decided(msgspec.Struct):
    """A row of a file as it will be released."""

    tube: str
    row: int
    ct: dict[str, float | None]
    result: str
    because: str
    text: str


class PartStream(io.RawIOBase):
    """The bytes of a file, read from its parts one at a time."""

    def __init__(self, file: ResultFile) -> None:
        self.file_id, self.size, self.place = file.id, file.size_bytes, 0
        self.held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """Any place of it can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Goes to a place."""
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """The next bytes, at most to the end of their part; 0 at the end."""
        number, offset = divmod(self.place, FILE_PART_BYTES)
        taken = self._part(number)[offset : offset + len(buffer)] if self.place < self.size else b""
        buffer[: len(taken)] = taken
        self.place += len(taken)
        return len(taken)

    def _part(self, number: int) -> bytes:
        if self.held[0] != number:
            self.held = number, bytes(ResultFilePart.objects.get(file_id=self.file_id, number=number).data)
        return self.held[1]


def work_off(now: datetime) -> int:
    """Reads and releases all files that wait for it; returns how many were worked on.

    Killed at any moment, the next call goes on after the last rows written: each few thousand are one transaction
    with the file's own place in itself. Two calls at once do not write a row twice.
    """
    files = list(ResultFile.objects.filter(state__in=WORKED_ON).order_by("sent_at"))
    for file in files:
        if file.state == FileState.RELEASING:
            _release(file, now)
        else:
            _read(file, now)
    return len(files)


def _read(file: ResultFile, now: datetime) -> None:
    waiting = ResultFile.objects.filter(id=file.id, state=FileState.WAITING)
    waiting.update(state=FileState.READING)
    try:
        _read_rows(file, now)
    except Refused as refused:
        _refuse(file, refused, now)


def _read_rows(file: ResultFile, now: datetime) -> None:
    columns = columns_of(file.instrument)
    _row, kit = need_kit(file.kit, timezone.localdate(file.assayed_at))
    sheet = opened(io.BufferedReader(PartStream(file)))  # type: ignore[type-var]
    if not file.full_sheet_confirmed:
        refuse_full(sheet.fullest)
    _name, at, rows = below_head(sheet, columns)
    last = _Last(rows)
    read = (one for one in read_rows(last, columns, at) if one.row > file.rows_read)
    place = file.rows_read
    while chunk := list(islice(read, ROWS_AT_ONCE)):
        if not _write(file.id, [_decided(one, kit) for one in chunk], place):
            return
        place = chunk[-1].row
    if not file.full_sheet_confirmed:
        refuse_full(last.number)
    _finish(file, place, last.number, now)


class _Last:
    """Rows as they pass, with the number of the last one."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Rows:
        for number, cells in self.rows:
            self.number = number
            yield number, cells


def _decided(one: Reading | Bad, kit: Kit) -> Decided | Bad:
    if isinstance(one, Bad):
        return one
    if tube_error(one.key):
        return Bad(one.row, "row.tube", {"key": one.key}, one.text)
    result, because = decide(one.ct, kit=kit)
    return Decided(one.key, one.row, one.ct, result, because, one.text)


@transaction.atomic
def _write(file_id: UUID, chunk: list[Decided | Bad], before: int) -> bool:
    """Writes some rows and the file's new place; False when it was stopped or somebody else went on with it."""
    good = [one for one in chunk if isinstance(one, Decided)]
    bad = [one for one in chunk if isinstance(one, Bad)]
    if not ResultFile.objects.select_for_update().filter(id=file_id, state="reading", rows_read=before).exists():
        return False
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(STAGE, {"file": file_id, "rows": msgspec.json.encode(good).decode()})
        staged = {row for (row,) in cursor.fetchall()}
        bad += [Bad(one.row, "row.twice", {"key": one.tube}, one.text) for one in good if one.row not in staged]
        cursor.execute(REJECT, {"file": file_id, "rows": msgspec.json.encode(_rejects(bad)).decode()})
        counts = {"row": chunk[-1].row, "kept": len(staged), "rejected": len(bad), "before": before}
        cursor.execute(READ_ON, {"file": file_id} | counts)
    return True


def _rejects(bad: list[Bad]) -> list[dict[str, object]]:
    """Rows as they are kept; NUL, which PostgreSQL does not store, is shown as its picture."""
    return [
        {
            "row": one.row,
            "code": one.code,
            "facts": {name: _storable(value) for name, value in one.facts.items()},
            "text": _storable(one.text),
        }
        for one in bad
    ]


def _storable(text: str) -> str:
    return text.replace("\x00", "␀")


@transaction.atomic
def _finish(file: ResultFile, place: int, total: int, now: datetime) -> None:
    held = ResultFile.objects.select_for_update().filter(id=file.id, state=FileState.READING, rows_read=place).first()
    if held is None:
        return
    held.state, held.rows_read, held.rows_total = FileState.READ, total, total
    held.save(update_fields=["state", "rows_read", "rows_total"])
    body = {"kept": held.kept, "rejected": held.rejected, "rows": total, "sha256": held.sha256}
    ledger.enter("file.read", f"file:{file.id}", by=BY, at=now, body=body)


@transaction.atomic
def _refuse(file: ResultFile, refused: Refused, now: datetime) -> None:
    """Nothing of a refused file stays but the file, and why."""
    held = ResultFile.objects.select_for_update().get(id=file.id)
    if held.state != FileState.READING:
        return
    held.staged.all().delete()
    held.rejects.all().delete()
    held.rows_read = held.kept = held.rejected = 0
    held.state, held.why = FileState.REFUSED, {"code": refused.code, "facts": refused.facts}
    held.save()
    ledger.enter("file.refused", f"file:{file.id}", by=BY, at=now, body={"code": refused.code})


def _release(file: ResultFile, now: datetime) -> None:
    releaser = technician_of(User.objects.get(pk=file.ended_by.partition(":")[2]), now=now)
    sender = releaser.sender(file.party_id)
    while _release_some(file, sender):
        pass


@transaction.atomic
def _release_some(file: ResultFile, sender: Sender) -> bool:
    """Makes some rows results, in one statement and with one ledger entry; False when none was left."""
    held = ResultFile.objects.select_for_update().filter(id=file.id, state=FileState.RELEASING).first()
    if held is None:
        return False
    rows = list(StagedResult.objects.filter(file=held).order_by("tube")[:ROWS_AT_ONCE])
    if not rows:
        return _released(held, sender)
    items = dict(enumerate(_item(held, row) for row in rows))
    keep_result_batch(Batch(sender.now, items, []), sender)
    tubes = [row.tube for row in rows]
    Bench.objects.filter(tube__in=tubes, state=BenchState.WAITING).update(state=BenchState.DONE, again="")
    StagedResult.objects.filter(file=held, tube__lte=tubes[-1]).delete()
    ResultFile.objects.filter(id=held.id).update(released=held.released + len(rows))
    return True


def _released(held: ResultFile, sender: Sender) -> bool:
    held.state = FileState.RELEASED
    held.save(update_fields=["state"])
    held.parts.all().delete()
    body = {"results": held.released, "sha256": held.sha256}
    ledger.enter("file.released", f"file:{held.id}", by=held.ended_by, at=sender.now, body=body)
    return False


def _item(file: ResultFile, row: StagedResult) -> ResultItem:
    return ResultItem(
        id=uuid5(file.id, row.tube),
        tube=row.tube,
        message=f"{file.sha256[:16]}/{row.row}",
        at=file.assayed_at,
        result=row.result,  # type: ignore[arg-type]
        technician=file.technician,
        ct_orf1ab=row.ct.get("ORF1ab"),
        ct_n=row.ct.get("N"),
        kit=file.kit,
        instrument=file.instrument.name,
        ct=row.ct,
        because=row.because,
    )
