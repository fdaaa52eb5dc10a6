"""The desk's analyses over the lake, each one Ibis expression that DuckDB and Spark run alike.

Every function takes `readings` (the lake's columns, or `standing` of them) and `meters` (METERS), and returns a table
expression; `engines.run` executes it. A value times the meter's `ratio` is on the customer's side of the transformers.
"""

from collections.abc import Callable, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from yinghuo.engines.meters.quantities import BY_NAME, QUANTITIES, TARIFFS

METERS = pa.schema(
    [
        pa.field("meter", pa.int32()),
        pa.field("address", pa.string()),
        pa.field("terminal", pa.string()),
        pa.field("transformer", pa.string()),
        pa.field("area_code", pa.string()),
        pa.field("customer_class", pa.string()),
        pa.field("ratio", pa.float64()),  # ct_ratio * pt_ratio
        pa.field("rated_v", pa.float64()),
    ]
)
KEY = ("meter", "quantity", "at")
IMPORT, POWER = BY_NAME["import_kwh"].number, BY_NAME["power_kw"].number
TARIFF = {tariff: BY_NAME[f"import_{tariff}_kwh"].number for tariff in TARIFFS}
VOLTAGES = [BY_NAME[f"voltage_{phase}_v"].number for phase in "abc"]
STATION = "station"  # customer class of a station area's main meter (台区总表)
HIGH_LOSS_SHARE = 0.15  # one province's manual: 0 <= loss < 15 % passes (facts: haowendang.cn/c1va2r59u4l1qw0a8dn5u_1)
PASS_LOW, PASS_HIGH = 0.93, 1.07  # of the rated voltage: the meters' own default limits for the pass rate


def standing(readings: ir.Table, *, as_measured: bool = False, usable: bool = True) -> ir.Table:
    """One row for each (meter, quantity, at): the latest revision, or (`as_measured`) the raw one.

    An estimate that filled a gap gives way to what was measured for that moment later. Without corrections in the
    files this costs nothing: their row groups hold revision 0 only.

    usable: leave out what stands as "rejected"
    """
    raw = readings.filter(readings.revision == 0)
    found = raw if as_measured else _latest(readings, raw)
    return found.filter(found.quality != "rejected") if usable else found


def _latest(readings: ir.Table, raw: ir.Table) -> ir.Table:
    later = readings.filter(readings.revision > 0)
    turn = ibis.row_number().over(ibis.window(group_by=KEY, order_by=later.revision.desc()))
    last = later.mutate(turn=turn).filter(ibis._.turn == 0).drop("turn")
    fills = (last.quality == "estimated") & last.replaces.isnull()
    firm, gap = last.filter(~fills), last.filter(fills)
    measured = raw.semi_join(gap, KEY).select(*KEY)
    return ibis.union(raw.anti_join(firm, KEY), firm, gap.anti_join(measured, KEY))


def with_units(readings: ir.Table) -> ir.Table:
    """The readings with the name and unit of their quantity, for exports and for people who write queries."""
    name = readings.quantity.cases(*((one.number, one.name) for one in QUANTITIES), else_="")
    unit = readings.quantity.cases(*((one.number, one.unit) for one in QUANTITIES), else_="")
    return readings.mutate(name=name, unit=unit)


def daily_energy(readings: ir.Table, meters: ir.Table, *, quantity: int = IMPORT) -> ir.Table:
    """Energy of each meter and day: the register's first value of the next day minus that of the day, times ratio.

    A day without a reading on the day after it has no row; `from_at` and `to_at` say which moments were taken.
    """
    of_register = readings.filter(readings.quantity == quantity)
    first = of_register.group_by("meter", "day").agg(
        from_at=of_register["at"].min(), first=of_register.value.argmin(of_register["at"])
    )
    turn = ibis.window(group_by="meter", order_by="day")
    next_day, to_at, next_value = (first[name].lead().over(turn) for name in ("day", "from_at", "first"))
    spans = first.mutate(next_day=next_day, to_at=to_at, rise=(next_value - first.first).cast("float64"))
    whole = spans.filter(spans.next_day == _day_after(spans.day))
    joined = whole.join(meters, "meter")
    return joined.select("meter", "day", "from_at", "to_at", energy_kwh=joined.rise * joined.ratio)


def load_curve(readings: ir.Table, meters: ir.Table, *, by: str = "customer_class") -> ir.Table:
    """Power at each moment, summed over the meters of an area, class, transformer or terminal (`by`), in kW.

    meters: how many of them gave a value: a dip of both is a gap, not a fall of load
    """
    power = readings.filter(readings.quantity == POWER)
    joined = power.join(meters, "meter")
    groups = joined.group_by(group=joined[by], at=joined["at"])
    return groups.agg(power_kw=(joined.value.cast("float64") * joined.ratio).sum(), meters=joined.meter.count())


def coverage(
    readings: ir.Table, meters: ir.Table, *, owed_days: Sequence[date], quantities: Sequence[int], points: int = 96
) -> ir.Table:
    """How much of what is to be read is there, for each terminal and day (采集成功率).

    quantities, points: what each meter owes a day; owed_days: those asked about, also such as nothing came of
    returns: terminal, day, expected, present, share (0..1), silent (meters of which nothing came)
    """
    wanted = readings.filter(readings.quantity.isin(quantities))
    counts = wanted.group_by("meter", "day").agg(rows=wanted.count())
    asked = ibis.memtable(pa.table({"day": pa.array(owed_days, pa.date32())}))
    owed = meters.select("meter", "terminal").cross_join(asked)
    found = owed.left_join(counts, ["meter", "day"])
    rows = found.rows.fill_null(0)
    each = points * len(quantities)
    of_terminal = found.group_by("terminal", "day").agg(
        expected=(found.meter.count() * each), present=rows.sum(), silent=(rows == 0).cast("int64").sum()
    )
    return of_terminal.mutate(share=of_terminal.present.cast("float64") / of_terminal.expected)


def gaps(readings: ir.Table, meters: ir.Table, *, quantity: int = IMPORT, step_min: int = 15) -> ir.Table:
    """Where readings of a quantity are more than one step apart: meter, terminal, from_at, to_at, missing (points)."""
    of_quantity = readings.filter(readings.quantity == quantity).select("meter", "at")
    turn = ibis.window(group_by="meter", order_by="at")
    pairs = of_quantity.mutate(to_at=of_quantity["at"].lead().over(turn))
    apart_s = pairs.to_at.epoch_seconds() - pairs["at"].epoch_seconds()
    missing = (apart_s / (60 * step_min)).round().cast("int64") - 1
    found = pairs.mutate(missing=missing).filter(ibis._.missing > 0)
    joined = found.join(meters, "meter")
    return joined.select("meter", "terminal", "to_at", "missing", from_at=joined["at"])


def line_loss(readings: ir.Table, meters: ir.Table) -> ir.Table:
    """Loss of each station area (台区线损) and day: the main meter's energy against the sum of the others'.

    returns: transformer, day, supplied_kwh, sold_kwh, meters (with energy), loss_share (null where nothing was
    supplied), state: "normal", "high", "negative", or "not_computable"
    """
    energy = daily_energy(readings, meters)
    joined = energy.join(meters.filter(meters.transformer.notnull()), "meter")
    is_main = joined.customer_class == STATION
    sums = joined.group_by("transformer", "day").agg(
        supplied_kwh=is_main.ifelse(joined.energy_kwh, 0.0).sum(),
        sold_kwh=is_main.ifelse(0.0, joined.energy_kwh).sum(),
        meters=is_main.ifelse(0, 1).sum(),
    )
    share = (sums.supplied_kwh > 0).ifelse(
        (sums.supplied_kwh - sums.sold_kwh) / sums.supplied_kwh, ibis.null("float64")
    )
    found = sums.mutate(loss_share=share)
    state = ibis.cases(
        (found.loss_share.isnull(), "not_computable"),
        (found.loss_share < 0, "negative"),
        (found.loss_share >= HIGH_LOSS_SHARE, "high"),
        else_="normal",
    )
    return found.mutate(state=state)


def month_use(readings: ir.Table, meters: ir.Table) -> ir.Table:
    """Each meter's month: energy by tariff, shares of peak and valley, the greatest 15-minute power and when it was.

    Energies run from the month's first reading of a register to its last one.
    returns: meter, month (its first day), sharp_kwh … valley_kwh, total_kwh, peak_share (sharp and peak), valley_share,
    demand_kw, demand_at
    """
    wanted = readings.filter(readings.quantity.isin([*TARIFF.values(), POWER]))
    month = wanted.day.truncate("M").cast("date")
    when, value = wanted["at"], wanted.value
    sums = wanted.group_by("meter", "quantity", month=month).agg(
        rise=(value.argmax(when) - value.argmin(when)).cast("float64"),
        most=value.max().cast("float64"),
        most_at=when.argmax(value),
    )
    joined = sums.join(meters, "meter")
    energies = {
        f"{tariff}_kwh": (joined.rise * joined.ratio).sum(where=joined.quantity == number).fill_null(0.0)
        for tariff, number in TARIFF.items()
    }
    of_power = joined.quantity == POWER
    found = joined.group_by("meter", "month").agg(
        **energies,
        demand_kw=(joined.most * joined.ratio).max(where=of_power),
        demand_at=joined.most_at.max(where=of_power),
    )
    total = found.sharp_kwh + found.peak_kwh + found.flat_kwh + found.valley_kwh
    return found.mutate(
        total_kwh=total,
        peak_share=(total > 0).ifelse((found.sharp_kwh + found.peak_kwh) / total, ibis.null("float64")),
        valley_share=(total > 0).ifelse(found.valley_kwh / total, ibis.null("float64")),
    )


def voltage_pass(readings: ir.Table, meters: ir.Table) -> ir.Table:
    """Share of voltages (any phase) from 0.93 to 1.07 of the rated one (电压合格率): meter, day, points, pass_share."""
    voltages = readings.filter(readings.quantity.isin(VOLTAGES))
    joined = voltages.join(meters, "meter")
    value = joined.value.cast("float64")
    passes = value.between(PASS_LOW * joined.rated_v, PASS_HIGH * joined.rated_v)
    return joined.group_by("meter", "day").agg(points=joined.count(), pass_share=passes.cast("float64").mean())


ANALYSES: dict[str, Callable[..., ir.Table]] = {
    "daily-energy": daily_energy,
    "load-curve": load_curve,
    "coverage": coverage,
    "gaps": gaps,
    "line-loss": line_loss,
    "month-use": month_use,
    "voltage-pass": voltage_pass,
}


def _day_after(day: ir.DateValue) -> ir.DateValue:
    return (day + ibis.interval(days=1)).cast("date")
