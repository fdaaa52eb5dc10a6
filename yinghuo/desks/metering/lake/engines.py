"""Runs an analysis: on DuckDB in this process, or on Spark; both are handed the lake's current files."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.lake import analyses, batches, duck
from yinghuo.desks.metering.lake.store import Lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ENGINES = ("duckdb", "spark")
EXPORTS = (".csv", ".parquet")
EXPORTED = ("address", "name", "at", "value", "unit", "quality", "reason", "revision", "because", "received_at")


def run(
    lake: Lake,
    name: str,
    meters: pa.Table,
    *,
    days: Iterable[date] | None = None,
    engine: str = "duckdb",
    as_measured: bool = False,
    **more: Any,
) -> pa.Table:
    """The rows of one of `analyses.ANALYSES` over some days (all) and the meters given (schema `analyses.METERS`).

    engine: "duckdb", or "spark" (the extra `spark`, Java 17; the session is made, or the running one taken)
    more:   the analysis' own parameters
    """
    if name not in analyses.ANALYSES:
        raise Refused("analysis.unknown", name=name)
    if engine not in ENGINES:
        raise Refused("analysis.engine", engine=engine)
    days = None if days is None else sorted(days)
    meters = meters.cast(analyses.METERS)
    backend = _on_spark(lake, days, meters) if engine == "spark" else _on_duckdb(lake, days, meters)
    stands = _standing(lake, days, backend.table("readings"), as_measured=as_measured)
    return _in_utc(backend.to_pyarrow(analyses.ANALYSES[name](stands, backend.table("meters"), **more)))


def export(lake: Lake, meters: pa.Table, days: Iterable[date], target: Path, *, as_measured: bool = False) -> None:
    """Writes the readings of some meters and days, with addresses, names and units, to a Parquet or a CSV file.

    target: ends in .parquet or .csv (Refused "export.form" else); as_measured: the raw values instead of the latest
    """
    if target.suffix not in EXPORTS:
        raise Refused("export.form", file=target.name)
    days = sorted(days)
    backend = _on_duckdb(lake, days, meters)
    stands = _standing(lake, days, backend.table("readings"), as_measured=as_measured, usable=False)
    named = analyses.with_units(stands).join(backend.table("meters").select("meter", "address"), "meter")
    rows = named.select(*EXPORTED).order_by("address", "name", "at")
    if target.suffix == ".csv":
        backend.to_csv(rows, target)
    else:
        backend.to_parquet(rows, target)


def _standing(
    lake: Lake, days: list[date] | None, readings: ir.Table, *, as_measured: bool, usable: bool = True
) -> ir.Table:
    """`analyses.standing`, without the filters that the table's log knows to let everything pass."""
    corrected = lake.may_hold("revision", 0, days)
    if not corrected and not (usable and lake.may_hold("quality", "measured", days)):  # only "rejected" sorts above it
        return readings
    return analyses.standing(readings, as_measured=as_measured or not corrected, usable=usable)


def _in_utc(found: pa.Table) -> pa.Table:
    """Moments with their zone: Spark drops it from what it returns."""
    fields = [field.with_type(batches.MOMENT) if pa.types.is_timestamp(field.type) else field for field in found.schema]
    return found.cast(pa.schema(fields))


def _on_duckdb(lake: Lake, days: list[date] | None, meters: pa.Table) -> Any:
    connection = duck.connect(lake, days)
    connection.register("given", meters)
    connection.execute("CREATE TEMP TABLE meters AS FROM given")  # with statistics, for the join
    return ibis.duckdb.from_connection(connection)


def _on_spark(lake: Lake, days: list[date] | None, meters: pa.Table) -> Any:
    session = spark_session()
    files = lake.files(days)
    reader = session.read.option("basePath", lake.uri)
    rows = reader.parquet(*files) if files else session.createDataFrame(batches.SCHEMA.empty_table())
    rows.createOrReplaceTempView("readings")
    session.createDataFrame(meters).createOrReplaceTempView("meters")
    return ibis.pyspark.connect(session)


def spark_session() -> "SparkSession":
    """The running session, or a new one as the environment configures it; Refused where pyspark is not installed."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Refused("analysis.no_spark") from error
    builder = SparkSession.builder.appName("yinghuo").config("spark.sql.session.timeZone", "UTC")
    return builder.config("spark.ui.enabled", "false").getOrCreate()
