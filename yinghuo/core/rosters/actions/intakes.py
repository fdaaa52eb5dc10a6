"""An intake from the file's arrival to its end, short steps only; the long ones are `reading` and `applying`."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.models import Intake, Problem
from yinghuo.core.rosters.reading import blocks, files, sheets, staging
from yinghuo.core.rosters.rules import FILE_KEPT, RUNNING, Policy, Stage, erase_after, step
from yinghuo.engines.rosters.heads import FIELDS, mapping_fault, mapping_of

LEFT_LYING = (Stage.WAITING, Stage.STOPPED, Stage.READY)
ERASE_KEYS = "DELETE FROM rosters_blockingkey k USING people_person p WHERE p.id = k.person AND p.erased_at IS NOT NULL"
ERASE_LIKELY = """
    DELETE FROM rosters_likely l USING people_person p
    WHERE l.verdict = 'open' AND p.id IN (l.one, l.other) AND p.erased_at IS NOT NULL
"""


class Upload(NamedTuple):
    """A roster file as it comes in: its name as the sender calls it, its bytes, read once."""

    name: str
    file: BinaryIO


def begin(upload: Upload, *, policy: str, area_code: str, by: str, at: datetime) -> Intake:
    """Stores a file sealed and reads its head row; nothing else is read until the columns are confirmed.

    Refused: "roster.policy", "area.unknown", "roster.encoding", "roster.workbook", "roster.empty"
    """
    if policy not in Policy.values:
        raise Refused("roster.policy", policy=policy)
    if not Area.objects.filter(code=area_code).exists():
        raise Refused("area.unknown", area=area_code)
    intake_id = ledger.new_id()
    stored = files.store(intake_id, upload.file)
    try:
        shape = _shape(intake_id, stored.nonce)
    except Refused:
        files.erase(intake_id)
        raise
    intake = Intake(
        id=intake_id,
        name=upload.name[-200:],
        sha256=stored.sha256,
        bytes=stored.size,
        file_nonce=stored.nonce,
        policy=policy,
        area_code=area_code,
        shape=blocks.as_json(shape),
        mapping=mapping_of(shape.heads),
        offset=shape.start,
        last_row=shape.head_row,
        begun_at=at,
        begun_by=by,
        keep_until=erase_after(timezone.localdate(at)),
    )
    return _entered(intake)


@transaction.atomic
def _entered(intake: Intake) -> Intake:
    intake.save(force_insert=True)
    body = {"sha256": intake.sha256, "bytes": intake.bytes, "policy": intake.policy, "area": intake.area_code}
    ledger.enter("roster.begun", f"roster:{intake.id}", by=intake.begun_by, at=intake.begun_at, body=body)
    return intake


@transaction.atomic
def start_reading(intake_id: UUID, *, mapping: Mapping[str, int]) -> Intake:
    """Confirms the columns; from now on the intake is read, from where it was stopped.

    mapping: field to column, counted from 0
    Refused: "roster.columns", "roster.stage"
    """
    intake = locked(intake_id)
    width = len(intake.shape["heads"])
    fault = mapping_fault(mapping)
    if fault or set(mapping) - set(FIELDS) or not all(0 <= column < width for column in mapping.values()):
        raise Refused("roster.columns", fault=fault or "column")
    if intake.stage == Stage.STOPPED and dict(mapping) != intake.mapping:
        raise Refused("roster.columns", fault="changed")
    intake.stage, intake.mapping, intake.stop_asked = step(intake.stage, Stage.READING), dict(mapping), False
    intake.save(update_fields=["stage", "mapping", "stop_asked"])
    return intake


@transaction.atomic
def read_again(intake_id: UUID) -> Intake:
    """Reads the kept file anew: what was staged was lost with a crash of the database."""
    intake = locked(intake_id)
    intake.stage, intake.stop_asked = step(intake.stage, Stage.READING), False
    intake.save(update_fields=["stage", "stop_asked"])
    return intake


@transaction.atomic
def stop(intake_id: UUID) -> Intake:
    """Asks a running intake to stop; reading can be gone on with, taking in is undone as a whole."""
    intake = locked(intake_id)
    if intake.stage in RUNNING and not intake.stop_asked:
        intake.stop_asked = True
        intake.save(update_fields=["stop_asked"])
    return intake


@transaction.atomic
def withdraw(intake_id: UUID, *, by: str, at: datetime) -> Intake:
    """Ends an intake that was not taken in; file, staged rows and problems are erased. Refused("roster.stage")."""
    intake = locked(intake_id)
    if intake.stage == Stage.WITHDRAWN:
        return intake
    intake.stage, intake.done_at, intake.done_by = step(intake.stage, Stage.WITHDRAWN), at, by
    intake.file_nonce = None
    intake.save(update_fields=["stage", "done_at", "done_by", "file_nonce"])
    intake.problems.all().delete()
    staging.drop(intake.id)
    ledger.enter("roster.withdrawn", f"roster:{intake.id}", by=by, at=at, body={"sha256": intake.sha256})
    transaction.on_commit(lambda: files.erase(intake.id))
    return intake


def erase_old(*, today: date, by: str, at: datetime) -> int:
    """Forgets in time: intakes left lying are withdrawn, old problems go, blocking keys go with their identities.

    returns: how many intakes were withdrawn
    """
    waiting = Intake.objects.filter(begun_at__lt=at - FILE_KEPT, stage__in=LEFT_LYING).values_list("id", flat=True)
    withdrawn = [withdraw(intake_id, by=by, at=at) for intake_id in list(waiting)]
    Problem.objects.filter(intake__keep_until__lt=today).delete()
    with connection.cursor() as cursor:
        cursor.execute(ERASE_KEYS)
        cursor.execute(ERASE_LIKELY)
    return len(withdrawn)


def locked(intake_id: UUID) -> Intake:
    """The intake, held until the transaction ends. Refused("roster.unknown")."""
    intake = Intake.objects.select_for_update().filter(id=intake_id).first()
    if intake is None:
        raise Refused("roster.unknown", roster=str(intake_id))
    return intake


def _shape(intake_id: UUID, nonce: bytes) -> blocks.Shape:
    beginning = b"".join(islice(files.pieces(intake_id, nonce), blocks.LOOK_BYTES // files.PIECE_BYTES))
    if beginning.startswith(sheets.MARKS):
        return sheets.look(files.whole(intake_id, nonce))
    return blocks.look(beginning)
