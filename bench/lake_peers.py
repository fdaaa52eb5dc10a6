"""The five analyses of bench/lake.py as each engine says them; one engine in one process: its times and its memory.

python bench/lake_peers.py ENGINE FOLDER RUNS, with FOLDER/lake and FOLDER/meters.parquet; prints JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

MEMORY_BYTES = 8 * 1024**3
FIVE = ("daily-energy", "load-curve", "coverage", "line-loss", "month-use")
COVERED = (1, 47)

FIRSTS = """
    firsts AS (SELECT meter, day, {first} AS value FROM readings
               WHERE quantity = 1 AND revision = 0 AND quality <> 'rejected' GROUP BY meter, day),
    pairs AS (SELECT meter, day, value, {lead_day} AS next_day, {lead_value} AS next_value FROM firsts),
    energy AS (SELECT p.meter AS meter, p.day AS day, m.transformer AS transformer, m.customer_class AS customer_class,
                      CAST(p.next_value - p.value AS {double}) * m.ratio AS energy_kwh
               FROM pairs p JOIN meters m ON m.meter = p.meter WHERE p.next_day = p.day + {one_day})
"""
SQL = {
    "daily-energy": "WITH {firsts} SELECT meter, day, energy_kwh FROM energy",
    "load-curve": """
        SELECT m.customer_class AS grp, r.at AS at, sum(CAST(r.value AS {double}) * m.ratio) AS power_kw, count(*) AS n
        FROM readings r JOIN meters m ON m.meter = r.meter
        WHERE r.quantity = 47 AND r.revision = 0 AND r.quality <> 'rejected' GROUP BY m.customer_class, r.at""",
    "coverage": """
        WITH counts AS (SELECT meter, day, count(*) AS n FROM readings
                        WHERE quantity IN (1, 47) AND revision = 0 AND quality <> 'rejected' GROUP BY meter, day)
        SELECT m.terminal AS terminal, c.day AS day, sum(c.n) AS present, count(*) AS meters
        FROM counts c JOIN meters m ON m.meter = c.meter GROUP BY m.terminal, c.day""",
    "line-loss": """
        WITH {firsts}
        SELECT transformer, day,
               sum(CASE WHEN customer_class = 'station' THEN energy_kwh ELSE 0 END) AS supplied,
               sum(CASE WHEN customer_class = 'station' THEN 0 ELSE energy_kwh END) AS sold
        FROM energy GROUP BY transformer, day""",
    "month-use": """
        WITH sums AS (
            SELECT meter, quantity, {month} AS month, CAST({last_value} - {first} AS {double}) AS rise,
                   max(value) AS most, {most_at} AS most_at
            FROM readings WHERE quantity IN (2, 3, 4, 5, 47) AND revision = 0 AND quality <> 'rejected'
            GROUP BY meter, quantity, {month})
        SELECT s.meter AS meter, s.month AS month,
               sum(CASE WHEN s.quantity = 2 THEN s.rise * m.ratio ELSE 0 END) AS sharp,
               sum(CASE WHEN s.quantity = 3 THEN s.rise * m.ratio ELSE 0 END) AS peak,
               sum(CASE WHEN s.quantity = 4 THEN s.rise * m.ratio ELSE 0 END) AS flat,
               sum(CASE WHEN s.quantity = 5 THEN s.rise * m.ratio ELSE 0 END) AS valley,
               max(CASE WHEN s.quantity = 47 THEN CAST(s.most AS {double}) * m.ratio END) AS demand,
               max(CASE WHEN s.quantity = 47 THEN s.most_at END) AS demand_at
        FROM sums s JOIN meters m ON m.meter = s.meter GROUP BY s.meter, s.month""",
}
LEADS = {
    "lead_day": "lead(day) OVER (PARTITION BY meter ORDER BY day)",
    "lead_value": "lead(value) OVER (PARTITION BY meter ORDER BY day)",
}
DIALECTS = {
    "chdb": {
        "first": "argMin(value, at)",
        "last_value": "argMax(value, at)",
        "most_at": "argMax(at, value)",
        "month": "toStartOfMonth(day)",
        "double": "Float64",
        "one_day": "1",
        "lead_day": "leadInFrame(day) OVER (PARTITION BY meter ORDER BY day ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)",
        "lead_value": "leadInFrame(value) OVER "
        "(PARTITION BY meter ORDER BY day ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)",
    },
    "postgresql": LEADS
    | {
        "first": "(array_agg(value ORDER BY at))[1]",
        "last_value": "(array_agg(value ORDER BY at DESC))[1]",
        "most_at": "(array_agg(at ORDER BY value DESC))[1]",
        "month": "date_trunc('month', day)::date",
        "double": "double precision",
        "one_day": "1",
    },
}


def statement(name: str, engine: str) -> str:
    """One of the five in the dialect of an engine."""
    dialect = DIALECTS[engine]
    return SQL[name].format(firsts=FIRSTS.format(**dialect), **dialect)


def ours(folder: Path, engine: str) -> Callable[[str], tuple[int, float]]:
    """The product's own expressions on DuckDB or Spark."""
    from yinghuo.desks.metering.lake import duck, engines
    from yinghuo.desks.metering.lake.store import Lake

    lake, meters = Lake(folder / "lake"), pq.read_table(folder / "meters.parquet")
    more = {"coverage": {"owed_days": lake.days(), "quantities": list(COVERED)}}
    duck.connect.__kwdefaults__["memory_bytes"] = MEMORY_BYTES * 3 // 4

    def run(name: str) -> tuple[int, float]:
        found = engines.run(lake, name, meters, engine=engine, **more.get(name, {}))
        return len(found), _sum(found, name)

    return run


def chdb(folder: Path) -> Callable[[str], tuple[int, float]]:
    """Embedded ClickHouse on the same files."""
    from chdb.session import Session

    session = Session()
    session.query(f"SET max_memory_usage = {MEMORY_BYTES * 3 // 4}")
    source = f"file('{folder}/lake/day=*/*.parquet', Parquet)"  # after compaction and vacuum: the current ones
    session.query(f"CREATE VIEW readings AS SELECT meter, quantity, at, value, quality, revision, day FROM {source}")
    session.query(f"CREATE VIEW meters AS SELECT * FROM file('{folder}/meters.parquet', Parquet)")

    def run(name: str) -> tuple[int, float]:
        found = pa.ipc.open_file(session.query(statement(name, "chdb"), "Arrow").bytes()).read_all()
        return len(found), _sum(found, name)

    return run


def polars(folder: Path) -> Callable[[str], tuple[int, float]]:
    """Polars' lazy frames, its streaming engine."""
    import polars as pl
    from lake_polars import plans

    readings = pl.scan_parquet(_files(folder), hive_partitioning=True, try_parse_hive_dates=True)
    made = plans(readings, pl.scan_parquet(folder / "meters.parquet"), COVERED)

    def run(name: str) -> tuple[int, float]:
        found = made[name].collect(engine="streaming").to_arrow()
        return len(found), _sum(found, name)

    return run


def postgresql(_folder: Path) -> Callable[[str], tuple[int, float]]:
    """PostgreSQL on a share of the rows, as `lake.py` loaded them."""
    import psycopg

    connection = psycopg.connect(os.environ["BENCH_POSTGRESQL"], autocommit=True)
    connection.execute("SET work_mem = '512MB'")

    def run(name: str) -> tuple[int, float]:
        cursor = connection.execute(statement(name, "postgresql"))
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
        of_sum = names.index(SUMMED[name][0] if SUMMED[name][0] in names else SUMMED[name][1])
        return len(rows), float(sum(row[of_sum] or 0 for row in rows))

    return run


SUMMED = {
    "daily-energy": ("energy_kwh", "energy_kwh"),
    "load-curve": ("power_kw", "power_kw"),
    "coverage": ("present", "present"),
    "line-loss": ("supplied_kwh", "supplied"),
    "month-use": ("demand_kw", "demand"),
}


def _sum(found: pa.Table, name: str) -> float:
    """A figure over the rows that must be the same with every engine."""
    import pyarrow.compute as pc

    ours_, theirs = SUMMED[name]
    column = found[ours_ if ours_ in found.column_names else theirs]
    return float(pc.sum(column.cast(pa.float64())).as_py() or 0.0)


def _most_memory(process: int) -> int:
    """The most memory that a process ever held, by the kernel's account; 0 of one that has just ended."""
    status = Path(f"/proc/{process}/status")
    text = status.read_text() if status.exists() else ""
    return int(text.split("VmHWM:")[1].split()[0]) * 1024 if "VmHWM:" in text else 0


def _children() -> list[int]:
    return [child.pid for child in psutil.Process().children(recursive=True)]


def _files(folder: Path) -> list[str]:
    from yinghuo.desks.metering.lake.store import Lake

    return Lake(folder / "lake").files()


ENGINES: dict[str, Callable[[Path], Callable[[str], tuple[int, float]]]] = {
    "ours": lambda folder: ours(folder, "duckdb"),
    "spark": lambda folder: ours(folder, "spark"),
    "chdb": chdb,
    "polars": polars,
    "postgresql": postgresql,
}


def main(engine: str, folder: Path, runs: int) -> None:
    """Each of the five so many times; the best time, of wall and processor; rows, check figure, memory."""
    run = ENGINES[engine](folder)
    found: dict[str, Any] = {}
    for name in FIVE:
        times, processor = [], []
        for _ in range(runs):
            began, worked = time.monotonic(), time.process_time()
            rows, figure = run(name)
            times.append(time.monotonic() - began)
            processor.append(time.process_time() - worked)
        found[name] = {"best_s": min(times), "processor_s": min(processor), "rows": rows, "figure": figure}
    found["memory_bytes"] = sum(map(_most_memory, [os.getpid(), *_children()]))
    found["finished"] = date.today().isoformat()  # noqa: DTZ011 - of the run, for the reader
    print(json.dumps(found))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
