"""Every analysis on DuckDB and on Spark, row by row; and known answers of each."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import ibis
import numpy as np
import pyarrow as pa
import pytest

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.lake import analyses, batches, compaction, duck, engines, records
from yinghuo.desks.metering.lake.store import Lake, Origin

MIDNIGHT = datetime(2022, 5, 7, 16, tzinfo=UTC)  # of 8 May in Asia/Shanghai
DAYS = [date(2022, 5, 8), date(2022, 5, 9), date(2022, 5, 10)]
METERS, QUANTITIES, POINTS = 6, (1, 2, 3, 4, 5, 41, 47), 8  # every three hours
SPARK = {
    "spark.master": "local[1]",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.showConsoleProgress": "false",
}
MORE: dict[str, dict[str, Any]] = {
    "coverage": {"owed_days": DAYS, "quantities": [1, 47], "points": POINTS},
    "gaps": {"step_min": 180},
    "load-curve": {"by": "transformer"},
}


def meters() -> pa.Table:
    """Two station areas, each with a main meter and two others, behind three terminals; a seventh meter is silent."""
    count = METERS + 1
    columns = {
        "meter": range(1, count + 1),
        "address": [f"{n:012d}" for n in range(1, count + 1)],
        "terminal": [f"T{n % 3}" for n in range(count)],
        "transformer": [f"A{n % 2}" for n in range(count)],
        "area_code": ["220106001"] * count,
        "customer_class": ["station" if n < 2 else "residential" for n in range(count)],
        "ratio": [40.0 if n < 2 else 1.0 for n in range(count)],
        "rated_v": [220.0] * count,
    }
    return pa.table(columns).cast(analyses.METERS)


def rows_of(day: int, rng: np.random.Generator) -> np.ndarray:
    """A day of readings: registers that rise by tenths, voltages about 220, powers; one in fifty is missing."""
    meter, quantity, point = (
        one.ravel() for one in np.meshgrid(range(1, METERS + 1), QUANTITIES, range(POINTS), indexing="ij")
    )
    rows = np.zeros(len(meter), dtype=records.ROWS)
    rows["meter"], rows["quantity"] = meter, quantity
    rows["at_s"] = int(MIDNIGHT.timestamp()) + 86_400 * day + 10_800 * point
    rising = 1000 * (day * POINTS + point) * (1 + meter % 4)
    rows["value"] = np.where(quantity < 40, rising, np.where(quantity == 47, 5_000, 2_200_000))
    rows["value"] += np.where(quantity < 40, 0, rng.integers(-400_000, 400_000, len(rows)))
    return rows[(point == 0) | (rng.random(len(rows)) > 0.02)]


def write(lake: Lake, table: pa.Table, kind: str = "measured") -> None:
    """One commit."""
    lake.commit(table, Origin(uuid4(), "system:test", MIDNIGHT, kind=kind))


def correction(meter: int, quantity: int, at: datetime, value: str, quality: str, **lineage: Any) -> dict[str, Any]:
    """A row of revision 1."""
    row = {"meter": meter, "quantity": quantity, "at": at, "value": Decimal(value), "quality": quality, "reason": "x"}
    usual = {"day": DAYS[0], "frame": bytes(16), "received_at": MIDNIGHT, "revision": 1, "replaces": 0, "because": "x"}
    return row | usual | lineage


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Three days, two edited readings, one rejected, a gap filled before the measured value came."""
    made = Lake(tmp_path_factory.mktemp("analyses") / "lake")
    rng = np.random.default_rng(4)
    for day in range(3):
        rows = rows_of(day, rng)
        write(made, batches.measured(rows, [""] * len(rows), entry=uuid4()))
    three = MIDNIGHT + timedelta(hours=3)
    corrected = [
        correction(3, 1, MIDNIGHT, "0.5", "edited"),
        correction(4, 47, three, "999", "rejected"),
        correction(5, 47, three, "3.25", "estimated", replaces=None),
        correction(5, 47, three, "3.5", "edited", revision=2, replaces=1),
        correction(6, 47, three, "77", "estimated", replaces=None),
    ]
    columns = {
        name: pa.array([row[name] for row in corrected], batches.SCHEMA.field(name).type) for name in corrected[0]
    }
    write(made, batches.with_lineage(columns, len(corrected), entry=uuid4()), kind="corrections")
    return made


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """One small session for the whole module."""
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17, and there is none here")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield
    session.stop()


def run(lake: Lake, name: str, **more: Any) -> list[dict[str, Any]]:
    """The rows, in an order of their own."""
    found = engines.run(lake, name, meters(), **MORE.get(name, {}), **more).to_pylist()
    return sorted(found, key=lambda row: [str(value) for _, value in sorted(exact(row).items())])


def exact(row: dict[str, Any]) -> dict[str, Any]:
    """What has to be the same to the last bit."""
    return {name: value for name, value in row.items() if not isinstance(value, float)}


def floats(row: dict[str, Any]) -> dict[str, float]:
    """Sums, which depend on the order of adding."""
    return {name: value for name, value in row.items() if isinstance(value, float)}


@pytest.mark.parametrize("name", analyses.ANALYSES)
def test_duckdb_and_spark_agree_row_by_row(lake: Lake, spark: None, name: str) -> None:
    ours, theirs = run(lake, name), run(lake, name, engine="spark")
    assert len(ours) == len(theirs) > 0
    assert [exact(row) for row in ours] == [exact(row) for row in theirs]
    assert [floats(row) for row in ours] == [pytest.approx(floats(row), rel=1e-12) for row in theirs]


def test_energy_is_the_rise_of_the_register_from_day_to_day_times_the_ratio(lake: Lake) -> None:
    found = {(row["meter"], row["day"]): row for row in run(lake, "daily-energy", as_measured=True)}
    assert len(found) == METERS * 2
    one = found[1, DAYS[0]]
    assert (one["from_at"], one["to_at"]) == (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert one["energy_kwh"] == pytest.approx(0.1 * POINTS * 2 * 40)


def test_an_edited_register_counts_and_the_raw_one_can_be_asked_for(lake: Lake) -> None:
    edited = {(row["meter"], row["day"]): row["energy_kwh"] for row in run(lake, "daily-energy")}
    raw = {(row["meter"], row["day"]): row["energy_kwh"] for row in run(lake, "daily-energy", as_measured=True)}
    assert raw[3, DAYS[0]] - edited[3, DAYS[0]] == pytest.approx(0.5)
    assert {key for key in raw if raw[key] != edited[key]} == {(3, DAYS[0])}


def test_what_was_rejected_is_left_out_and_an_estimate_gives_way_to_a_measured_value(lake: Lake) -> None:
    backend = ibis.duckdb.from_connection(duck.connect(lake))
    three = MIDNIGHT + timedelta(hours=3)
    stands = analyses.standing(backend.table("readings"))
    at_three = stands.filter((stands["at"] == three) & (stands.quantity == 47)).select("meter", "value", "quality")
    found = {row["meter"]: (row["value"], row["quality"]) for row in backend.to_pyarrow(at_three).to_pylist()}
    assert 4 not in found
    assert found[5] == (Decimal("3.5"), "edited")
    assert found[6][1] == "measured"


def test_a_meter_of_which_nothing_came_is_counted_as_silent(lake: Lake) -> None:
    found = run(lake, "coverage")
    assert {(row["terminal"], row["silent"]) for row in found} == {("T0", 1), ("T1", 0), ("T2", 0)}
    assert sum(row["expected"] for row in found) == 7 * 3 * 2 * POINTS
    raw = lake.rows()
    wanted = [
        q in (1, 47) and r == 0 for q, r in zip(raw["quantity"].to_pylist(), raw["revision"].to_pylist(), strict=True)
    ]
    assert sum(row["present"] for row in found) == sum(wanted) - 1  # one was rejected


def test_the_loss_of_a_station_area_is_what_its_meters_did_not_count(lake: Lake) -> None:
    found = {(row["transformer"], row["day"]): row for row in run(lake, "line-loss", as_measured=True)}
    one = found["A0", DAYS[0]]
    supplied, sold = 0.1 * POINTS * 2 * 40, 0.1 * POINTS * (4 + 2)
    assert one["supplied_kwh"] == pytest.approx(supplied)
    assert one["sold_kwh"] == pytest.approx(sold)
    assert one["loss_share"] == pytest.approx((supplied - sold) / supplied)
    assert (one["state"], one["meters"]) == ("high", 2)


def test_an_unknown_analysis_or_engine_is_refused(lake: Lake) -> None:
    with pytest.raises(Refused, match=r"analysis\.unknown"):
        engines.run(lake, "tea-leaves", meters())
    with pytest.raises(Refused, match=r"analysis\.engine"):
        engines.run(lake, "gaps", meters(), engine="abacus")


def test_what_the_meter_itself_gave_and_was_rejected_is_left_out_before_and_after_a_compaction(tmp_path: Path) -> None:
    made = Lake(tmp_path)
    rows = rows_of(0, np.random.default_rng(5))
    rows = rows[rows["quantity"] == 47]
    write(made, batches.measured(rows, [""] * len(rows), entry=uuid4()))
    assert not made.may_hold("quality", "measured")
    rows["at_s"] += 60
    rows["quality"][:2] = records.QUALITIES.index("rejected")
    write(made, batches.measured(rows, [""] * len(rows), entry=uuid4()))
    curve = {"by": "area_code"}
    before = engines.run(made, "load-curve", meters(), **curve)
    compaction.rewrite(made, compaction.files(made.table()))
    after = engines.run(made, "load-curve", meters(), **curve)
    assert sum(before["meters"].to_pylist()) == sum(after["meters"].to_pylist()) == 2 * len(rows) - 2
    assert made.may_hold("quality", "measured")
    assert not made.may_hold("revision", 0)


@pytest.mark.parametrize("engine", engines.ENGINES)
def test_a_day_of_which_nothing_came_is_wholly_missing(lake: Lake, spark: None, engine: str) -> None:
    day = date(2022, 6, 1)
    more = {"owed_days": [day], "quantities": [1], "points": 96}
    found = engines.run(lake, "coverage", meters(), days=[day], engine=engine, **more).to_pylist()
    assert sorted((row["terminal"], row["expected"], row["present"], row["share"]) for row in found) == [
        ("T0", 3 * 96, 0, 0.0),
        ("T1", 2 * 96, 0, 0.0),
        ("T2", 2 * 96, 0, 0.0),
    ]
