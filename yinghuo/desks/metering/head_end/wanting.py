"""What is wanted of meters by now, and what of it is missing: the one source of scheduled jobs, catch-up included."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yinghuo.desks.metering.head_end.jobs import CATCH_UP, FRESH, Job, PlannedMeter
from yinghuo.desks.metering.models import What
from yinghuo.engines.meters.quantities import BY_NAME

ZONE = ZoneInfo("Asia/Shanghai")
SLOT_MIN, SLOTS = 15, 96
CLOCK_DRIFT = BY_NAME["clock_drift_s"].number
CURVE = (
    "import_kwh",
    "power_kw",
    "voltage_a_v",
    "voltage_b_v",
    "voltage_c_v",
    "current_a_a",
    "current_b_a",
    "current_c_a",
)
FREEZE = ("import_kwh", "import_sharp_kwh", "import_peak_kwh", "import_flat_kwh", "import_valley_kwh", "export_kwh")
INSTANT = ("import_kwh", "power_kw", *CURVE[2:], "power_factor_share", "reactive_power_kvar")

PHASE_VALUES = (
    "voltage_{}_v",
    "current_{}_a",
    "power_{}_kw",
    "reactive_power_{}_kvar",
    "apparent_power_{}_kva",
    "power_factor_{}_share",
    "angle_{}_deg",
)


def _of_phases(phases: str) -> frozenset[int]:
    return frozenset(BY_NAME[name.format(phase)].number for name in PHASE_VALUES for phase in phases)


# What a meter does not have by its wiring: nothing of phase b with three wires, nothing but phase a on one.
LACKS = {"1p2w": _of_phases("bc"), "3p3w": _of_phases("b"), "3p4w": frozenset[int]()}

Key = tuple[int, date, str, int]  # meter, day, what, quantity
Coverage = Mapping[Key, int]  # of each the slots that are on disk: bit n is slot n


def numbers(names: Iterable[str]) -> tuple[int, ...]:
    """Quantities by name as numbers."""
    return tuple(BY_NAME[name].number for name in names)


@dataclass(frozen=True)
class Programme:
    """What is read when.

    curve, freeze, instant: numbers of quantities
    clock:         whether each meter's clock is checked once a day
    days:          how far back gaps are looked for and filled
    settle_s:      a slot, and midnight's freeze, is asked for so long after its time, when the meter has it
    instant_every_s: values of the moment are read so often; 0 for never (they leave no gaps: what is past is past)
    """

    curve: tuple[int, ...] = numbers(CURVE)
    freeze: tuple[int, ...] = numbers(FREEZE)
    instant: tuple[int, ...] = numbers(INSTANT)
    clock: bool = True
    days: int = 7
    settle_s: float = 120.0
    instant_every_s: float = 0.0


def missing(
    meters: Iterable[PlannedMeter], coverage: Coverage, *, programme: Programme, now: datetime
) -> Iterator[Job]:
    """Jobs for everything that meters should have by now and that is not on disk; today's first."""
    settled = now - timedelta(seconds=programme.settle_s)
    today = now.astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in range(programme.days)]
    for meter in meters:
        for day in days:
            urgency = FRESH if day == today else CATCH_UP
            yield from _of_a_day(meter, day, coverage, programme, expected_slots(day, by=settled), urgency)
        if programme.clock and not coverage.get((meter.id, today, What.CLOCK, CLOCK_DRIFT)):
            yield Job(meter, What.CLOCK)


def held_by(meter: PlannedMeter, quantities: Iterable[int]) -> tuple[int, ...]:
    """Those of the quantities that a meter has by its wiring.

    >>> held_by(PlannedMeter(1, "220100000001", "dlt645", 1, "1p2w"), numbers(["voltage_a_v", "voltage_b_v"]))
    (41,)
    """
    return tuple(one for one in quantities if one not in LACKS.get(meter.wiring, frozenset()))


def expected_slots(day: date, *, by: datetime) -> int:
    """The slots of a day (Asia/Shanghai) whose moment has come: 96 bits, bit n for n x 15 min after midnight.

    >>> from datetime import UTC
    >>> bin(expected_slots(date(2022, 5, 8), by=datetime(2022, 5, 7, 16, 30, tzinfo=UTC)))  # half past midnight
    '0b111'
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    count = int((by - midnight) / timedelta(minutes=SLOT_MIN)) + 1 if by >= midnight else 0
    return (1 << min(count, SLOTS)) - 1


def slot_of(at: datetime) -> tuple[date, int] | None:
    """Day and slot of a moment (aware); None for one that is no quarter-hour."""
    local = at.astimezone(ZONE)
    if local.minute % SLOT_MIN or local.second:
        return None
    return local.date(), (local.hour * 60 + local.minute) // SLOT_MIN


def _of_a_day(
    meter: PlannedMeter, day: date, coverage: Coverage, programme: Programme, expected: int, urgency: int
) -> Iterator[Job]:
    if not expected:
        return
    frozen = tuple(one for one in programme.freeze if not coverage.get((meter.id, day, What.FREEZE, one)))
    if frozen:
        yield Job(meter, What.FREEZE, frozen, day, urgency=urgency)
    gaps = {
        one: expected & ~coverage.get((meter.id, day, What.CURVE, one), 0) for one in held_by(meter, programme.curve)
    }
    lacking = tuple(one for one, gap in gaps.items() if gap)
    if lacking:
        union = 0
        for gap in gaps.values():
            union |= gap
        first, last = (union & -union).bit_length() - 1, union.bit_length() - 1
        yield Job(meter, What.CURVE, lacking, day, (first, last), urgency)
