"""Reading an intake: block after block is staged, each committed with the place reached; then a dry run."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import within
from yinghuo.core.parties.models import Party
from yinghuo.core.rosters.actions import judging
from yinghuo.core.rosters.actions.intakes import locked
from yinghuo.core.rosters.actions.running import silent, working_on
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.reading import blocks, files, sheets, staging
from yinghuo.core.rosters.reading.preparing import Plan, Prepared, preparing
from yinghuo.core.rosters.rules import Policy, Stage, step
from yinghuo.engines.rosters.rows import Known

LARGE_BYTES = {"csv": 2 * blocks.BLOCK_BYTES, "xlsx": 2 << 20}  # from here on processes pay for their start
OFFICIAL_DIGITS = (6, 12)  # codes are also written with zeros at their end


def read(intake_id: UUID, *, at: datetime, progress: Callable[[int], None] = silent) -> Intake:
    """Reads an intake that is being read, from where it was left, and tries it out; killed at any moment, it goes on.

    progress: called with the number of the last row that is staged
    """
    with working_on(intake_id):
        intake = _begun(intake_id)
        if intake.stage == Stage.READING and _all_staged(intake, at=at, progress=progress):
            return _tried_out(intake_id, at)
        return Intake.objects.get(id=intake_id)


def _all_staged(intake: Intake, *, at: datetime, progress: Callable[[int], None]) -> bool:
    """Stages block after block; False once somebody asked to stop."""
    plan = _plan(intake, at)
    with preparing(plan, large=intake.bytes - intake.offset > LARGE_BYTES[plan.shape.kind]) as ready:
        for prepared in ready(_blocks(intake, plan)):
            if not _staged(intake.id, prepared):
                return False
            progress(prepared.last_row)
    return True


@transaction.atomic
def _begun(intake_id: UUID) -> Intake:
    """The intake with its table; what a crash of PostgreSQL took out of the table is read again."""
    intake = locked(intake_id)
    if intake.stage == Stage.READING and staging.height(intake_id) != intake.staged:
        intake.offset, intake.last_row = intake.shape["start"], intake.shape["head_row"]
        intake.rows = intake.staged = intake.rejected = 0
        intake.save(update_fields=["offset", "last_row", "rows", "staged", "rejected"])
        intake.problems.all().delete()
        staging.drop(intake_id)
        staging.create(intake_id)
    return intake


@transaction.atomic
def _staged(intake_id: UUID, prepared: Prepared) -> bool:
    """Stages one block; False once somebody asked to stop."""
    intake = locked(intake_id)
    if intake.stop_asked:
        intake.stage, intake.stop_asked = step(intake.stage, Stage.STOPPED), False
        intake.save(update_fields=["stage", "stop_asked"])
        return False
    staging.copy(intake_id, prepared.copy)
    staging.keep_problems(intake_id, prepared.problems)
    intake.offset, intake.last_row = prepared.end, prepared.last_row
    intake.rows += prepared.rows
    intake.staged += prepared.staged
    intake.rejected += prepared.rows - prepared.staged
    intake.save(update_fields=["offset", "last_row", "rows", "staged", "rejected"])
    return True


@transaction.atomic
def _tried_out(intake_id: UUID, at: datetime) -> Intake:
    intake = locked(intake_id)
    staging.finish(intake_id, recognise=intake.policy != Policy.NEW)
    intake.counts = judging.counts(intake, at=at)
    intake.stage = step(intake.stage, Stage.READY)
    intake.save(update_fields=["counts", "stage"])
    return intake


def _plan(intake: Intake, at: datetime) -> Plan:
    known = Known(_areas(intake.area_code), _parties(intake.area_code), timezone.localdate(at))
    return Plan(blocks.Shape(**intake.shape), intake.mapping, known)


def _blocks(intake: Intake, plan: Plan) -> Iterator[blocks.Block]:
    nonce, first_row = bytes(intake.file_nonce or b""), intake.last_row + 1
    if plan.shape.kind == "xlsx":
        width = len(plan.shape.heads)
        return sheets.blocks(files.whole(intake.id, nonce), width=width, first_row=first_row)
    pieces = files.pieces(intake.id, nonce, offset=intake.offset)
    return blocks.blocks(pieces, first_row=first_row, offset=intake.offset)


def _areas(area_code: str) -> dict[str, str]:
    """Names and codes, as people write them, to code; "" for a name that several areas share."""
    found: dict[str, str] = {}
    areas = list(within(Area.objects.defer("outline"), area_code, "code"))
    above = {area.code: area.name_zh for area in areas}
    for area in areas:
        longer = {area.code.ljust(digits, "0") for digits in OFFICIAL_DIGITS if len(area.code) < digits}
        with_parent = above.get(area.parent_id or "", "") + area.name_zh
        for word in {area.name_zh, area.short_zh, area.name_en, with_parent} | longer:
            found[word] = area.code if found.get(word, area.code) == area.code else ""
    return found | {area.code: area.code for area in areas}


def _parties(area_code: str) -> dict[str, str]:
    """Credit codes and names to id."""
    found: dict[str, str] = {}
    for party in within(Party.objects.all(), area_code).only("id", "name_zh", "name_en", "credit_code"):
        for word in {party.name_zh, party.name_en, party.credit_code} - {""}:
            found[word] = party.id.hex if found.get(word, party.id.hex) == party.id.hex else ""
    return found
