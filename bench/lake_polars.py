"""The five analyses of bench/lake.py as Polars says them."""

from collections.abc import Sequence

import polars as pl


def plans(readings: pl.LazyFrame, meters: pl.LazyFrame, covered: Sequence[int]) -> dict[str, pl.LazyFrame]:
    """A lazy frame for each analysis."""
    stands = readings.filter((pl.col("revision") == 0) & (pl.col("quality") != "rejected"))
    energy = _energy(stands, meters)
    return {
        "daily-energy": energy.select("meter", "day", "energy_kwh"),
        "load-curve": stands.filter(pl.col("quantity") == 47)
        .join(meters, on="meter")
        .group_by("customer_class", "at")
        .agg(power_kw=(pl.col("value").cast(pl.Float64) * pl.col("ratio")).sum(), meters=pl.len()),
        "coverage": stands.filter(pl.col("quantity").is_in(list(covered)))
        .group_by("meter", "day")
        .agg(n=pl.len())
        .join(meters, on="meter")
        .group_by("terminal", "day")
        .agg(present=pl.col("n").sum(), meters=pl.len()),
        "line-loss": energy.with_columns(main=pl.col("customer_class") == "station")
        .group_by("transformer", "day")
        .agg(
            supplied=pl.col("energy_kwh").filter(pl.col("main")).sum(),
            sold=pl.col("energy_kwh").filter(~pl.col("main")).sum(),
        ),
        "month-use": _month(stands, meters),
    }


def _energy(stands: pl.LazyFrame, meters: pl.LazyFrame) -> pl.LazyFrame:
    firsts = (
        stands.filter(pl.col("quantity") == 1)
        .group_by("meter", "day")
        .agg(first=pl.col("value").sort_by("at").first())
        .sort("meter", "day")
    )
    pairs = firsts.with_columns(
        next_day=pl.col("day").shift(-1).over("meter"), next_value=pl.col("first").shift(-1).over("meter")
    ).filter(pl.col("next_day") == pl.col("day").dt.offset_by("1d"))
    rise = (pl.col("next_value") - pl.col("first")).cast(pl.Float64)
    return pairs.join(meters, on="meter").with_columns(energy_kwh=rise * pl.col("ratio"))


def _month(stands: pl.LazyFrame, meters: pl.LazyFrame) -> pl.LazyFrame:
    value = pl.col("value")
    sums = (
        stands.filter(pl.col("quantity").is_in([2, 3, 4, 5, 47]))
        .group_by("meter", "quantity", pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(
            rise=(value.sort_by("at").last() - value.sort_by("at").first()).cast(pl.Float64),
            most=value.max().cast(pl.Float64),
            most_at=pl.col("at").sort_by("value").last(),
        )
        .join(meters, on="meter")
    )
    energies = {
        name: (pl.col("rise") * pl.col("ratio")).filter(pl.col("quantity") == number).sum()
        for name, number in {"sharp": 2, "peak": 3, "flat": 4, "valley": 5}.items()
    }
    of_power = pl.col("quantity") == 47
    return sums.group_by("meter", "month").agg(
        **energies,
        demand=(pl.col("most") * pl.col("ratio")).filter(of_power).max(),
        demand_at=pl.col("most_at").filter(of_power).max(),
    )
