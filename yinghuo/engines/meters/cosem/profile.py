"""Load profiles of DLMS/COSEM (class 7): what part of the buffer to ask for, and its rows with their times.

A meter may leave the clock of a row empty (NULL): it is then the one before and the capture period. A first row without
a clock stays without; no time is made up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yinghuo.engines.meters.cosem.axdr import ARRAY, INT8, OCTETS, STRUCTURE, UINT16, UINT32, Data
from yinghuo.engines.meters.cosem.push import object_name
from yinghuo.engines.meters.cosem.units import scaled
from yinghuo.engines.meters.frames import Value

BUFFER, COLUMNS, PERIOD = "02", "03", "04"  # attributes
BY_RANGE, BY_ENTRY = 1, 2
CLOCK_COLUMN = "00080000010000FF02"


def by_range(begin: Data, end: Data, *, column: str = CLOCK_COLUMN) -> tuple[int, Data]:
    """Rows whose sort column lies from `begin` to `end`, both typed as that column is.

    A buffer sorted by something else than the clock (an energy, a counter) is asked for by that column.
    """
    kind, obis, attribute = int(column[:4], 16), column[4:16], int(column[16:], 16)
    restricting = Data(STRUCTURE, [Data(UINT16, kind), Data(OCTETS, obis), Data(INT8, attribute), Data(UINT16, 0)])
    return BY_RANGE, Data(STRUCTURE, [restricting, begin, end, Data(ARRAY, [])])


def by_entry(first: int, last: int) -> tuple[int, Data]:
    """Rows by their number, from 1; 0 as the last: to the end."""
    wanted = [Data(UINT32, first), Data(UINT32, last), Data(UINT16, 1), Data(UINT16, 0)]
    return BY_ENTRY, Data(STRUCTURE, wanted)


def columns(objects: Value) -> list[str]:
    """Identifiers of the columns, of attribute 3 as read; "" for what is none."""
    return [object_name(entry) for entry in objects] if isinstance(objects, list) else []


def rows(buffer: Value, *, period_s: int, clock: int = 0, scalers: Sequence[Value] = ()) -> list[list[Value]]:
    """Rows of a buffer as read, with their clocks filled in and their scalers applied.

    period_s: capture period; 0 (captured on events): nothing is filled in
    clock:    number of the column that holds it
    scalers:  for each column [scaler, unit], or None
    """
    found: list[list[Value]] = []
    before: datetime | None = None
    for entry in buffer if isinstance(buffer, list) else []:
        row = list(entry) if isinstance(entry, list) else [entry]
        if clock < len(row):
            row[clock] = before = _moment(row[clock], before, period_s)
        found.append([scaled(value, of)[0] for value, of in zip(row, [*scalers, *[None] * len(row)], strict=False)])
    return found


def _moment(value: Value, before: datetime | None, period_s: int) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if value is None and before is not None and period_s > 0:
        return before + timedelta(seconds=period_s)
    return None
