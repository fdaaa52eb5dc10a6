"""A plate from empty to running: made with its controls, filled with what waits longest, started."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.actions.laboratory.who import NOBODY, Technician
from yinghuo.desks.sampling.assay_rules import plate_step
from yinghuo.desks.sampling.models import Bench, BenchState, Instrument, Plate, PlateState, Well, WellKind
from yinghuo.engines.plates import free_wells, well_name, well_number

# Takes what waits longest and puts it into the free wells, as many as there are: it reads and locks no more rows than
# it takes. Rows that somebody else is taking at this moment are passed over, so that nobody waits or takes them twice.
# By old statistics the planner would read and sort all that waits.
FEW_AMONG_MANY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
FILL = """
    WITH next AS (
        SELECT tube FROM sampling_bench
        WHERE state = 'waiting' AND party_id = %(party)s AND area_code LIKE %(area)s
        ORDER BY due_at, tube LIMIT %(count)s FOR UPDATE SKIP LOCKED
    ), held AS (
        UPDATE sampling_bench SET state = 'plate' WHERE tube = ANY(ARRAY(SELECT tube FROM next)) RETURNING tube, due_at
    ), placed AS (SELECT tube, row_number() OVER (ORDER BY due_at, tube) AS place FROM held)
    INSERT INTO sampling_well (plate_id, number, kind, tube, result, because, rerun)
    SELECT %(plate)s, free.number, 'tube', placed.tube, '', '', false
    FROM placed JOIN unnest(%(free)s::int[]) WITH ORDINALITY AS free (number, place) ON free.place = placed.place
"""
FILL_POOLS = """
    WITH next AS (
        SELECT id FROM sampling_pool
        WHERE state = 'ready' AND party_id = %(party)s AND area_code LIKE %(area)s
        ORDER BY due_at, code LIMIT %(count)s FOR UPDATE SKIP LOCKED
    ), held AS (
        UPDATE sampling_pool SET state = 'plate' WHERE id = ANY(ARRAY(SELECT id FROM next)) RETURNING id, due_at, code
    ), placed AS (SELECT id, row_number() OVER (ORDER BY due_at, code) AS place FROM held)
    INSERT INTO sampling_well (plate_id, number, kind, tube, pool_id, result, because, rerun)
    SELECT %(plate)s, free.number, 'pool', '', placed.id, '', '', false
    FROM placed JOIN unnest(%(free)s::int[]) WITH ORDINALITY AS free (number, place) ON free.place = placed.place
"""


@dataclass(frozen=True)
class NewPlate:
    """A plate to be made; the maker makes the id: the same id again is the same plate.

    barcode: as printed on the plate; "" for one made from the day and the id
    """

    id: UUID
    kit: str
    instrument_id: UUID | None = None
    barcode: str = ""


@transaction.atomic
def make_plate(new: NewPlate, *, who: Technician) -> Plate:
    """Makes a plate with the controls where its kit has them.

    Refused("kit.unknown") when the kit has no limits today, ("plate.barcode") when another plate has this barcode.
    """
    existing = who.seen(Plate.objects.filter(id=new.id)).first()
    if existing:
        return existing
    day = timezone.localdate(who.now)
    row, _kit = need_kit(new.kit, day)
    barcode = new.barcode.strip() or f"PL{day:%y%m%d}{new.id.int % 100_000:05d}"
    plate = Plate(
        id=new.id,
        barcode=barcode,
        party_id=who.party_id,
        area_code=who.area_code,
        kit=row.name,
        instrument=_instrument(new.instrument_id, who),
        made_by=who.label,
        made_at=who.now,
    )
    try:
        with transaction.atomic():
            plate.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("plate.barcode", barcode=barcode) from error
    controls = [(well_number(name), kind) for name, kind in row.controls.items()]
    Well.objects.bulk_create([Well(plate=plate, number=number, kind=kind) for number, kind in controls if number])
    enter(plate, "plate.made", who, kit=row.name)
    return plate


@transaction.atomic
def fill_plate(plate_id: UUID, *, who: Technician, most: int = 96, pools: int = 0) -> int:
    """Puts what waits longest into the free wells, at most `pools` pools first, then at most `most` tubes.

    returns: how many wells were filled; tubes of this laboratory go before those of no known laboratory
    """
    plate = locked_plate(plate_id, who)
    _need_filling(plate)
    taken = _fill(FILL_POOLS, plate, pools, who) if pools else 0
    taken += _fill(FILL, plate, most, who)
    if taken:
        enter(plate, "plate.filled", who, count=taken)
    return taken


@transaction.atomic
def put_tube(plate_id: UUID, code: str, *, who: Technician) -> Well:
    """Puts one scanned tube into the next free well; a tube that is on this plate already stays where it is.

    Refused("bench.unknown_tube"), ("bench.taken"), ("plate.full"): a code that was not received is never made a tube.
    """
    plate = locked_plate(plate_id, who)
    _need_filling(plate)
    standing = plate.wells.filter(tube=code).first()
    if standing:
        return standing
    free = free_wells(set(plate.wells.values_list("number", flat=True)))
    if not free:
        raise Refused("plate.full", plate=plate.barcode)
    hold(code, BenchState.PLATE, plate.party_id, who)
    well = Well.objects.create(plate=plate, number=free[0], kind=WellKind.TUBE, tube=code)
    enter(plate, "plate.filled", who, count=1)
    return well


@transaction.atomic
def empty_well(plate_id: UUID, number: int, *, who: Technician) -> None:
    """Takes a tube or pool out again, which waits as before; an empty well stays empty, a control stays."""
    plate = locked_plate(plate_id, who)
    _need_filling(plate)
    well = plate.wells.filter(number=number, kind__in=[WellKind.TUBE, WellKind.POOL]).first()
    if well is None:
        return
    put_back([well])
    well.delete()
    enter(plate, "plate.well_emptied", who, well=well_name(number))


@transaction.atomic
def start_plate(plate_id: UUID, *, who: Technician) -> Plate:
    """The plate goes onto the instrument; nothing is put in or taken out from here on.

    Refused("plate.empty") when nothing but controls is on it.
    """
    plate = locked_plate(plate_id, who)
    if plate.state == PlateState.RUNNING:
        return plate
    if not plate.wells.filter(kind__in=[WellKind.TUBE, WellKind.POOL]).exists():
        raise Refused("plate.empty", plate=plate.barcode)
    plate.state, plate.started_at = plate_step(plate.state, PlateState.RUNNING), who.now
    plate.save(update_fields=["state", "started_at"])
    enter(plate, "plate.started", who)
    return plate


@transaction.atomic
def discard_plate(plate_id: UUID, *, reason: str, who: Technician) -> Plate:
    """Gives a plate up, with the reason: its tubes and pools wait again."""
    plate, why = locked_plate(plate_id, who), reason.strip()
    if plate.state == PlateState.DISCARDED:
        return plate
    if not why:
        raise Refused("access.reason")
    plate.state = plate_step(plate.state, PlateState.DISCARDED)
    plate.ended_by, plate.ended_at, plate.reason = who.label, who.now, why
    plate.save(update_fields=["state", "ended_by", "ended_at", "reason"])
    put_back(list(plate.wells.all()), again="rerun" if plate.readings else "")
    enter(plate, "plate.discarded", who, reason=why)
    return plate


def locked_plate(plate_id: UUID, who: Technician) -> Plate:
    """The plate, locked; Refused("plate.unknown") for one that does not exist for this technician."""
    plate = who.seen(Plate.objects.select_for_update(of=("self",))).filter(id=plate_id).first()
    if plate is None:
        raise Refused("plate.unknown")
    return plate


def hold(code: str, state: BenchState, party_id: UUID, who: Technician) -> Bench:
    """Takes one waiting tube off the bench for a plate or pool; of two who want it at once, one is refused."""
    seen = Bench.objects.filter(tube=code, area_code__startswith=who.area_code, party_id__in=[party_id, NOBODY])
    row = seen.select_for_update().first()
    if row is None:
        raise Refused("bench.unknown_tube", tube=code)
    if row.state != BenchState.WAITING:
        raise Refused("bench.taken", tube=code, state=BenchState(row.state).label)
    row.state = state
    row.save(update_fields=["state"])
    return row


def put_back(wells: list[Well], *, again: str = "") -> None:
    """Tubes and pools of these wells wait again; `again` says why they are assayed once more."""
    tubes = Bench.objects.filter(tube__in=[well.tube for well in wells if well.tube], state=BenchState.PLATE)
    tubes.update(state=BenchState.WAITING, **({"again": again} if again else {}))
    for well in wells:
        if well.pool_id and well.pool is not None and well.pool.state == "plate":
            well.pool.state = "ready"
            well.pool.save(update_fields=["state"])


def enter(plate: Plate, kind: str, who: Technician, **body: Any) -> None:
    """The ledger entry of what was done with a plate."""
    ledger.enter(kind, f"plate:{plate.barcode}", by=who.label, at=who.now, body=body)


def _fill(statement: str, plate: Plate, most: int, who: Technician) -> int:
    taken = 0
    for party in dict.fromkeys([plate.party_id, NOBODY]):
        free = free_wells(set(plate.wells.values_list("number", flat=True)))[: most - taken]
        if not free:
            break
        params: dict[str, Any] = {
            "party": party,
            "area": f"{who.area_code}%",
            "count": len(free),
            "plate": plate.id,
            "free": free,
        }
        with connection.cursor() as cursor:
            cursor.execute(FEW_AMONG_MANY)
            cursor.execute(statement, params)
            taken += cursor.rowcount
    return taken


def _need_filling(plate: Plate) -> None:
    if plate.state != PlateState.FILLING:
        raise Refused("plate.not_filling", plate=plate.barcode)


def _instrument(instrument_id: UUID | None, who: Technician) -> Instrument | None:
    return who.seen(Instrument.objects.filter(id=instrument_id)).first() if instrument_id else None
