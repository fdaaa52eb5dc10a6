"""Rows of a simulated meter's freezes and events under DL/T 698.45: whichever columns are asked for.

Freezes are of the meter's own midnights (5004), months (5006) and quarter hours (5002); events are what its diary
holds: clock set (3016), day periods (3017) and year zones programmed (3018). No rows is a normal answer.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from yinghuo.engines.meters.dlt698 import Dar, choose
from yinghuo.engines.meters.dlt698.grammar import Query
from yinghuo.engines.meters.dlt698.oads import known
from yinghuo.engines.meters.dlt698.values import plain
from yinghuo.engines.meters.dlt698.views import column_names
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.quantities import PHASES, TARIFFS
from yinghuo.engines.meters.simulation.attributes698 import NO_SUCH, read
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.diary import CLOCK_SET, KEPT, PERIODS_PROGRAMMED, ZONES_PROGRAMMED
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, seconds_of_wall, wall
from yinghuo.engines.meters.simulation.values import steps

FROZEN_AT, SERIAL, METER = "20210200", "20230200", "202A0200"
EVENT_SERIAL, BEGAN, ENDED = "20220200", "201E0200", "20200200"
DAILY, MINUTES, MONTHLY = "5004", "5002", "5006"
EVENTS = {"3016": CLOCK_SET, "3017": PERIODS_PROGRAMMED, "3018": ZONES_PROGRAMMED}
MOST_ROWS = 200


def _phases(stem: str, unit: str, *, total: str = "") -> tuple[str, ...]:
    return (*filter(None, (total,)), *(f"{stem}_{one}_{unit}" for one in PHASES))


QUANTITIES: dict[str, tuple[str, ...]] = {
    "001002": ("import_kwh", *(f"import_{one}_kwh" for one in TARIFFS)),
    "002002": ("export_kwh", *(f"export_{one}_kwh" for one in TARIFFS)),
    "003002": ("reactive_1_kvarh",),
    "004002": ("reactive_2_kvarh",),
    "200002": _phases("voltage", "v"),
    "200102": _phases("current", "a"),
    "200302": _phases("angle", "deg"),
    "200402": _phases("power", "kw", total="power_kw"),
    "200502": _phases("reactive_power", "kvar", total="reactive_power_kvar"),
    "200602": _phases("apparent_power", "kva", total="apparent_power_kva"),
    "200A02": _phases("power_factor", "share", total="power_factor_share"),
}


def rows(device: Device, asked: Query, at_s: float) -> list[list[Any]] | Dar:
    """The rows of a record object that a query wants, oldest first."""
    oi = asked.oad[:4]
    names = [name[-8:] for name in column_names(asked.columns)]
    try:
        if oi in EVENTS:
            return [[row.get(name) for name in names] for row in choose(asked.selector, _events(device, EVENTS[oi]))]
        if oi not in (DAILY, MINUTES, MONTHLY):
            return Dar(NO_SUCH)
        marks = [{FROZEN_AT: wall(shown_s)} for shown_s in _marks(device, oi, asked.selector, at_s)]
        kept = [row[FROZEN_AT] for row in choose(asked.selector, marks)[-MOST_ROWS:]]
    except ValueError:
        return Dar(255)
    return _frozen(device, names, [one for one in kept if isinstance(one, datetime)])


def _events(device: Device, kind: str) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    for number in range(KEPT, 0, -1):
        event = device.diary.last(kind, number)
        if event is not None:
            serial = Decimal(device.diary.counts[kind] - number)
            began, ended = (wall(event.before_s), wall(event.after_s)) if kind == CLOCK_SET else (wall(event.at_s),) * 2
            found.append({EVENT_SERIAL: serial, BEGAN: began, ENDED: ended})
    return found


def _frozen(device: Device, names: Sequence[str], stamps: Sequence[datetime]) -> list[list[Any]]:
    shown = np.array([seconds_of_wall(one) for one in stamps])
    moments = device.meter.true_of_many(shown)
    own: dict[str, list[Value]] = {
        FROZEN_AT: [*stamps],
        SERIAL: [Decimal(int(one) // QUARTER_S % 2**32) for one in shown.tolist()],
        METER: [device.meter.spec.address] * len(stamps),
    }
    wanted = {part for name in names for part in _quantities(name)}
    decimals = {name: one.decimals() for name, one in steps(device.meter, sorted(wanted), moments).items()}
    columns = [own.get(name) or _column(device, name, decimals, moments) for name in names]
    return [list(row) for row in zip(*columns, strict=True)] if stamps else []


def _quantities(oad: str) -> tuple[str, ...]:
    """The quantities that a column holds; none where it must be read by itself."""
    whole, index = QUANTITIES.get(oad[:6], ()), int(oad[6:], 16)
    return whole if index == 0 else whole[index - 1 : index]


def _column(device: Device, oad: str, decimals: dict[str, list[Decimal | None]], moments: np.ndarray) -> list[Value]:
    parts = [decimals[name] for name in _quantities(oad)]
    if parts:
        return [list(cells) for cells in zip(*parts, strict=True)] if oad[6:] == "00" else list(parts[0])
    found = [read(device, oad, moment_s) for moment_s in moments.tolist()]
    return [None if isinstance(one, Dar) else one for one in found]


def _marks(device: Device, oi: str, selector: tuple[int, Any], at_s: float) -> Iterator[float]:
    """Moments of the meter's clock at which it froze, oldest first: those that the selector can want, and no others."""
    step_s = QUARTER_S if oi == MINUTES else DAY_S
    first_s, last_s = _limits(device, selector, at_s)
    shown_s = -(-first_s // step_s) * step_s
    while shown_s <= last_s:
        moment_s = device.meter.true_of(shown_s)
        if device.meter.first_day * DAY_S <= moment_s <= at_s and (oi != MONTHLY or wall(shown_s).day == 1):
            yield shown_s
        shown_s += step_s


def _limits(device: Device, selector: tuple[int, Any], at_s: float) -> tuple[float, float]:
    first_s, last_s = device.meter.first_day * DAY_S - DAY_S, device.meter.shows(at_s)
    kind, what = selector
    if kind == 1:
        only = plain(what[1], known(what[0]).exponent)
        return (seconds_of_wall(only),) * 2 if isinstance(only, datetime) else (first_s, last_s)
    if kind == 2:
        low, high = (plain(limit, known(what[0]).exponent) for limit in what[1:3])
        if isinstance(low, datetime) and isinstance(high, datetime):
            return max(first_s, seconds_of_wall(low)), min(last_s, seconds_of_wall(high))
    return first_s, last_s
