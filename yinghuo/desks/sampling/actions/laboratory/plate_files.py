"""An instrument's file of one plate: each row to its well, whole or not at all."""

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.instruments import columns_of
from yinghuo.desks.sampling.actions.laboratory.reading import read_plate
from yinghuo.desks.sampling.actions.laboratory.sheets import below_head, opened
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.models import Instrument, Plate
from yinghuo.engines.instrument_files import Bad, Reading, read_rows
from yinghuo.engines.plates import well_number

Readings = dict[int, dict[str, float | None]]


def read_plate_file(
    plate_id: UUID, instrument_id: UUID, stream: IO[bytes], *, who: Technician
) -> tuple[Plate | None, list[Bad]]:
    """Reads an instrument's file into a plate.

    returns: the plate as read, and no bad row; or no plate and every row that cannot be used: then nothing is written
    Refused: "instrument.unknown", "plate.unknown", as `opened`, `below_head` and `read_plate` do
    """
    instrument = who.seen(Instrument.objects.all()).filter(id=instrument_id).first()
    if instrument is None:
        raise Refused("instrument.unknown")
    plate = who.seen(Plate.objects.all()).filter(id=plate_id).first()
    if plate is None:
        raise Refused("plate.unknown")
    columns = columns_of(instrument)
    _name, at, rows = below_head(opened(stream), columns)
    bad: list[Bad] = []
    readings = _in_wells(read_rows(rows, columns, at), _wells_by_key(plate), bad)
    return (None, bad) if bad else (read_plate(plate.id, readings, who=who), [])


def _wells_by_key(plate: Plate) -> dict[str, int]:
    """Well numbers by the code of the tube or pool in them."""
    wells = plate.wells.select_related("pool")
    return {(well.tube or (well.pool.code if well.pool else "")): well.number for well in wells}


def _in_wells(read: Iterator[Reading | Bad], by_code: dict[str, int], bad: list[Bad]) -> Readings:
    """Readings by well number: a key is a well's name, or the code of the tube or pool in a well. Adds to `bad`."""
    found: Readings = {}
    for one in read:
        if isinstance(one, Bad):
            bad.append(one)
            continue
        number = by_code.get(one.key) or well_number(one.key)
        if number is None or number in found:
            code = "row.well" if number is None else "row.twice"
            bad.append(Bad(one.row, code, {"key": one.key}, one.text))
        else:
            found[number] = one.ct
    return found
