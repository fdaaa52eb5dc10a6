"""What the instrument read of a plate, its controls first; then a second person's release, or the way back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core.doors.batches import Batch
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.items import ResultItem
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.actions.laboratory.plates import enter, locked_plate, put_back
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.assay_rules import plate_step
from yinghuo.desks.sampling.models import Bench, BenchState, Plate, PlateState, Pool, Well, WellKind
from yinghuo.engines.assays import Kit, decide
from yinghuo.engines.plates import ControlWell, control_faults, well_name

Ct = Mapping[str, float | None]
SPECIMENS = (WellKind.TUBE, WellKind.POOL)


@transaction.atomic
def read_plate(plate_id: UUID, readings: Mapping[int, Ct], *, who: Technician) -> Plate:
    """Writes down what the instrument read and decides each well by the kit's limits of the day the plate was started.

    readings: Ct by target, by well number
    A control that is wrong makes the whole plate invalid: no well gets a result, `reason` says which control and why.
    Refused("plate.wells_missing") when a filled well was not read, ("plate.well_empty") when something came up in an
    empty one: then it is another plate's file, and nothing is written.
    """
    plate = locked_plate(plate_id, who)
    wells = list(plate.wells.select_related("pool").order_by("number"))
    if plate.state in (PlateState.READ, PlateState.INVALID) and _same(wells, readings):
        return plate
    _refuse_other_plate(plate, wells, readings)
    row, kit = need_kit(plate.kit, timezone.localdate(plate.started_at or who.now))
    controls = [ControlWell(w.number, w.kind, readings.get(w.number)) for w in wells if w.kind not in SPECIMENS]
    faults = control_faults(controls, kit=kit)
    plate.state = plate_step(plate.state, PlateState.INVALID if faults else PlateState.READ)
    plate.kit_row, plate.read_by, plate.read_at, plate.readings = row, who.label, who.now, plate.readings + 1
    plate.reason = "; ".join(f"{fault.well} {fault.kind}: {fault.because}" for fault in faults)
    plate.save()
    for well in wells:
        _decide(well, readings[well.number], None if faults else kit)
    Well.objects.bulk_update(wells, ["ct", "result", "because", "rerun"])
    enter(plate, f"plate.{plate.state}", who, kit_row=row.pk, reason=plate.reason, wells=_entered(wells))
    return plate


@transaction.atomic
def mark_rerun(plate_id: UUID, numbers: Collection[int], *, who: Technician) -> Plate:
    """Marks the wells that are to be assayed again instead of being released; all others are unmarked."""
    plate = locked_plate(plate_id, who)
    if plate.state != PlateState.READ:
        raise Refused("plate.not_read", plate=plate.barcode)
    specimens = plate.wells.filter(kind__in=SPECIMENS)
    specimens.update(rerun=False)
    specimens.filter(number__in=numbers).update(rerun=True)
    enter(plate, "plate.rerun_marked", who, wells=[well_name(number) for number in sorted(numbers)])
    return plate


@transaction.atomic
def release_plate(plate_id: UUID, *, who: Technician) -> Plate:
    """Makes the readings results, as a second person: one statement for the whole plate.

    Wells marked for a rerun wait again instead. A negative pool speaks for all its members; any other sends them back
    to the bench, to be assayed singly. Refused("plate.own_reading") for whoever read the plate.
    """
    plate = locked_plate(plate_id, who)
    if plate.state == PlateState.RELEASED:
        return plate
    if plate.read_by == who.label:
        raise Refused("plate.own_reading", plate=plate.barcode)
    plate.state = plate_step(plate.state, PlateState.RELEASED)
    plate.ended_by, plate.ended_at = who.label, who.now
    plate.save(update_fields=["state", "ended_by", "ended_at"])
    wells = list(plate.wells.filter(kind__in=SPECIMENS).select_related("pool").order_by("number"))
    put_back([well for well in wells if well.rerun], again="rerun")
    items = _items(plate, [well for well in wells if not well.rerun])
    keep_result_batch(Batch(who.now, dict(enumerate(items)), []), who.sender(plate.party_id))
    Bench.objects.filter(tube__in=[item.tube for item in items]).update(state=BenchState.DONE, again="")
    decoded = _end_pools([well for well in wells if not well.rerun], who.now)
    enter(plate, "plate.released", who, results=len(items), rerun=sum(w.rerun for w in wells), decode=decoded)
    return plate


@transaction.atomic
def send_back(plate_id: UUID, *, reason: str, who: Technician) -> Plate:
    """The plate is to be read again, with the reason; what was read stays in the ledger."""
    plate, why = locked_plate(plate_id, who), reason.strip()
    if not why:
        raise Refused("access.reason")
    if (plate.state, plate.reason) == (PlateState.RUNNING, why):
        return plate
    plate.state, plate.reason = plate_step(plate.state, PlateState.RUNNING), why
    plate.save(update_fields=["state", "reason"])
    enter(plate, "plate.sent_back", who, reason=why)
    return plate


def _same(wells: Sequence[Well], readings: Mapping[int, Ct]) -> bool:
    return all(well.ct == readings.get(well.number) for well in wells)


def _refuse_other_plate(plate: Plate, wells: Sequence[Well], readings: Mapping[int, Ct]) -> None:
    filled = {well.number for well in wells}
    missing = [well_name(number) for number in sorted(filled - set(readings))]
    if missing:
        raise Refused("plate.wells_missing", plate=plate.barcode, wells=", ".join(missing))
    surplus = sorted(n for n, ct in readings.items() if n not in filled and any(v is not None for v in ct.values()))
    if surplus:
        raise Refused("plate.well_empty", plate=plate.barcode, wells=", ".join(map(well_name, surplus)))


def _decide(well: Well, ct: Ct, kit: Kit | None) -> None:
    """The well's reading, with its result; without one when the plate is invalid."""
    well.ct, well.rerun, well.result, well.because = dict(ct), False, "", ""
    if kit is not None:
        well.result, well.because = decide(ct, kit=kit)


def _entered(wells: Sequence[Well]) -> dict[str, Any]:
    """The readings as the ledger keeps them: Ct as text."""
    return {
        well_name(well.number): {
            "of": well.tube or (well.pool.code if well.pool else well.kind),
            "result": well.result,
            "ct": [[name, "" if value is None else f"{value:.2f}"] for name, value in sorted((well.ct or {}).items())],
        }
        for well in wells
    }


def _items(plate: Plate, wells: Sequence[Well]) -> list[ResultItem]:
    technician = User.objects.get(pk=plate.read_by.partition(":")[2]).username
    assert plate.read_at
    common = {
        "at": plate.read_at,
        "technician": technician,
        "kit": plate.kit,
        "instrument": plate.instrument.name if plate.instrument else "",
    }
    found = []
    for well in wells:
        pool = well.pool
        if pool is None:
            found.append(_item(plate, well, well.tube, common))
        elif well.result == "negative":
            found += [_item(plate, well, tube, common | {"pool": pool.code}) for tube in pool.members]
    return found


def _item(plate: Plate, well: Well, tube: str, common: Mapping[str, Any]) -> ResultItem:
    ct, name = well.ct or {}, well_name(well.number)
    return ResultItem(
        id=uuid5(plate.id, f"{name}/{tube}"),
        tube=tube,
        message=f"{plate.barcode}/{name}",
        result=well.result,  # type: ignore[arg-type]
        ct_orf1ab=ct.get("ORF1ab"),
        ct_n=ct.get("N"),
        ct=ct,
        because=well.because,
        well=f"{plate.barcode} {name}",
        **common,
    )


def _end_pools(wells: Sequence[Well], at: datetime) -> int:
    """Writes what pools came to; members of one that is not negative wait to be assayed singly. Returns how many."""
    pools = [(well.pool, well.result) for well in wells if well.pool is not None]
    decode: list[str] = []
    for pool, result in pools:
        pool.state, pool.result, pool.result_at = ("negative" if result == "negative" else "decode"), result, at
        decode += pool.members if pool.state == "decode" else []
    Pool.objects.bulk_update([pool for pool, _result in pools], ["state", "result", "result_at"])
    again = Bench.objects.filter(tube__in=decode, state=BenchState.POOL)
    return again.update(state=BenchState.WAITING, again="decode", pool_id=None)
