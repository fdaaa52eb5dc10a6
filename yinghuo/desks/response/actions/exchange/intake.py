"""A file from its arrival to its dry run, its withdrawal and its forgetting; `applying` writes what it says."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.reading import files
from yinghuo.desks.response.actions.exchange.judging import judge
from yinghuo.desks.response.actions.exchange.reading import records_of
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import Event, Form, Import, ImportFault, ImportPolicy, ImportStage
from yinghuo.desks.response.rules.exchange import FILE_KEPT, LARGEST_BYTES, MOST_FAULTS, faults_until, step
from yinghuo.engines.exchange import dhis2
from yinghuo.engines.exchange.records import Rejected
from yinghuo.engines.exchange.sheets import UnreadableError
from yinghuo.engines.rosters.masking import masked

LONGEST_SOURCE = 60


class Upload(NamedTuple):
    """A file as it comes in, and what is known of it.

    source:  name of the system or installation that its ids are of
    event:   where records go that name no event
    mapping: JSON of a DHIS2 installation's UIDs, or None
    """

    name: str
    file: BinaryIO
    form: str
    source: str
    policy: str = ImportPolicy.SKIP
    event: UUID | None = None
    mapping: bytes | None = None


@transaction.atomic
def begin(upload: Upload, *, area_code: str, by: str, at: datetime, import_id: UUID | None = None) -> Import:
    """Keeps a file sealed and tries it out; nothing of it is written before `apply`. The same id again is the same.

    Refused: "exchange.form", "exchange.policy", "exchange.source", "area.unknown", "event.unknown",
    "exchange.unreadable", "exchange.too_large"
    """
    if import_id:
        take_turns(import_id)
        if known := Import.objects.filter(id=import_id).first():
            return known
    _check(upload, area_code)
    data = upload.file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise Refused("exchange.too_large", most=LARGEST_BYTES)
    new_id = import_id or ledger.new_id()
    one = Import(
        id=new_id,
        source=upload.source.strip(),
        form=upload.form,
        name=upload.name[-200:],
        policy=upload.policy,
        area_code=area_code,
        event=upload.event,
        mapping=_mapping(upload),
        sha256="",
        bytes=len(data),
        begun_at=at,
        begun_by=by,
        keep_until=faults_until(timezone.localdate(at)),
    )
    rejected = _try_out(one, data)
    stored = files.store(new_id, io.BytesIO(data))
    one.sha256, one.file_nonce = stored.sha256, stored.nonce
    one.save(force_insert=True)
    keep_faults(one, rejected)
    body = {"sha256": one.sha256, "form": one.form, "policy": one.policy, "area": area_code, "counts": one.counts}
    ledger.enter("exchange.begun", f"import:{one.id}", by=by, at=at, body=body)
    return one


@transaction.atomic
def read_again(import_id: UUID, *, columns: dict[str, int], by: str, at: datetime) -> Import:
    """Tries a line list out anew with other columns. Refused: "exchange.stage", "exchange.columns"."""
    one = locked(import_id)
    step(one.stage, ImportStage.READY)
    if one.form != Form.LINE_LIST or "key" not in columns:
        raise Refused("exchange.columns")
    one.mapping = {**one.mapping, "columns": columns}
    rejected = _try_out(one, data_of(one))
    one.save(update_fields=["mapping", "counts", "unread"])
    one.faults.all().delete()
    keep_faults(one, rejected)
    ledger.enter("exchange.read_again", f"import:{one.id}", by=by, at=at, body={"counts": one.counts})
    return one


@transaction.atomic
def withdraw(import_id: UUID, *, by: str, at: datetime) -> Import:
    """Ends an import that was not taken in; its file and its faults are erased. Refused("exchange.stage")."""
    one = locked(import_id)
    if one.stage == ImportStage.WITHDRAWN:
        return one
    one.stage, one.done_at, one.done_by = step(one.stage, ImportStage.WITHDRAWN), at, by
    one.file_nonce = None
    one.save(update_fields=["stage", "done_at", "done_by", "file_nonce"])
    one.faults.all().delete()
    ledger.enter("exchange.withdrawn", f"import:{one.id}", by=by, at=at, body={"sha256": one.sha256})
    transaction.on_commit(lambda: files.erase(one.id))
    return one


def erase_old(*, today: date, by: str, at: datetime) -> int:
    """Forgets in time: files left lying a week are withdrawn, old faults go; returns how many were withdrawn."""
    waiting = Import.objects.filter(begun_at__lt=at - FILE_KEPT, stage=ImportStage.READY).values_list("id", flat=True)
    gone = [withdraw(import_id, by=by, at=at) for import_id in list(waiting)]
    ImportFault.objects.filter(one__keep_until__lt=today).delete()
    return len(gone)


def locked(import_id: UUID) -> Import:
    """The import, locked. Refused("exchange.unknown")."""
    one = Import.objects.select_for_update().filter(id=import_id).first()
    if one is None:
        raise Refused("exchange.unknown", id=str(import_id))
    return one


def data_of(one: Import) -> bytes:
    """The plain bytes of a file that is still kept."""
    assert one.file_nonce is not None
    return b"".join(files.pieces(one.id, bytes(one.file_nonce)))


def keep_faults(one: Import, rejected: Iterable[Rejected]) -> None:
    """Keeps the first faults, values masked; the counts say how many there are."""
    some = [fault for _, fault in zip(range(MOST_FAULTS), rejected, strict=False)]
    rows = [
        ImportFault(one=one, row=f.row, kind=f.kind[:10], field=f.field[:60], cause=f.cause[:20], value=masked(f.value))
        for f in some
    ]
    ImportFault.objects.bulk_create(rows, batch_size=2_000)


def _try_out(one: Import, data: bytes) -> list[Rejected]:
    """The dry run: counts what would happen, writes nothing."""
    records = records_of(data, one.form, one.mapping)
    plan = judge(records, one)
    one.counts, one.unread = plan.counts(), records.unread[:200]
    return plan.rejected


def _check(upload: Upload, area_code: str) -> None:
    if upload.form not in Form.values:
        raise Refused("exchange.form", form=upload.form)
    if upload.policy not in ImportPolicy.values:
        raise Refused("exchange.policy", policy=upload.policy)
    if not upload.source.strip() or len(upload.source.strip()) > LONGEST_SOURCE:
        raise Refused("exchange.source")
    if not Area.objects.filter(code=area_code).exists():
        raise Refused("area.unknown", area=area_code)
    if upload.event and not Event.objects.filter(id=upload.event, area_code__startswith=area_code).exists():
        raise Refused("event.unknown", event=str(upload.event))


def _mapping(upload: Upload) -> dict[str, Any]:
    if not upload.mapping:
        return {}
    try:
        return {"dhis2": vars(dhis2.mapping_of(upload.mapping))}
    except UnreadableError as error:
        raise Refused("exchange.unreadable", cause=error.cause) from error
