"""The readings lake with a hundred million readings: `python bench/lake.py`; BENCH_READINGS makes it smaller.

Load: what draining does with a batch (sort, tell apart from what is there, hash, commit), then compaction.
Analyses: the desk's five, ours (Ibis on DuckDB) beside chdb and Polars on the same Parquet files, PostgreSQL on a tenth
of the meters (its times are multiplied, and said so), Spark for correctness and for what it costs on one machine.
All with the same rows as answer. Aim: within 1.5 x of the best peer on each, at most 8 GB of memory. Simulated data.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
READINGS = int(os.environ.get("BENCH_READINGS", "100_000_000"))
RUNS = int(os.environ.get("BENCH_RUNS", "2"))
AIM = 1.5
IN_PROCESS = ("ours", "chdb", "polars")  # their processor time is this process'
SHARE = 10  # of the meters PostgreSQL gets one in so many
SPARK = {
    "PYSPARK_SUBMIT_ARGS": f"--conf spark.sql.shuffle.partitions={os.cpu_count()} --driver-memory 4g pyspark-shell"
}
TABLES = """
    CREATE UNLOGGED TABLE readings (day date, meter int, quantity smallint, at timestamptz, value numeric(18,4),
                                    quality text, revision smallint);
    CREATE UNLOGGED TABLE meters (meter int, address text, terminal text, transformer text, area_code text,
                                  customer_class text, ratio double precision, rated_v double precision);
"""


def main() -> None:
    """Loads, compacts, runs every engine in a process of its own, prints one line for each claim."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-", dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        folder.chmod(0o755)
        found = {"load": loaded(folder), "analyses": {}}
        for engine in ("ours", "chdb", "polars"):
            found["analyses"][engine] = run(engine, folder, runs=RUNS)
        found["analyses"]["postgresql"] = with_postgresql(folder)
        told(found["analyses"])
        found["analyses"]["spark"] = run("spark", folder, runs=1)
        told(found["analyses"])
    print(json.dumps(found))


def loaded(folder: Path) -> dict[str, Any]:
    """Load and compaction: rates, bytes per value."""
    from lake_world import World, days_of, load, write_register

    from yinghuo.desks.metering.lake import compaction
    from yinghuo.desks.metering.lake.store import Lake

    world, lake = World(READINGS), Lake(folder / "lake")
    write_register(world, folder / "meters.parquet")
    found = load(lake, world)
    before = compaction.files(lake.table())
    began = time.monotonic()
    for day in days_of(world):
        compaction.rewrite(lake, [one for one in before if one.day == day])
    found["compaction_s"] = time.monotonic() - began
    after = compaction.files(lake.table())
    lake.snapshot().vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    sizes = {"before": before, "after": after}
    found["bytes_per_value"] = {
        when: sum(one.size_bytes for one in files) / found["rows"] for when, files in sizes.items()
    }
    steps = "  ".join(f"{name} {seconds:.0f} s" for name, seconds in found["seconds"].items())
    print(f"load       {found['rows']:>13,} readings  {found['rate']:>9,.0f} /s   {steps}")
    print(
        f"compaction {len(before)} files to {len(after)} in {found['compaction_s']:.0f} s"
        f" ({found['rows'] / found['compaction_s']:,.0f} rows/s);"
        f" {found['bytes_per_value']['before']:.2f} bytes a value became {found['bytes_per_value']['after']:.2f}"
    )
    return found


def run(engine: str, folder: Path, *, runs: int, **environment: str) -> dict[str, Any]:
    """One engine in a process of its own."""
    command = [sys.executable, str(HERE / "lake_peers.py"), engine, str(folder), str(runs)]
    done = subprocess.run(command, env=os.environ | SPARK | environment, capture_output=True, text=True)
    if done.returncode:
        print(f"{engine}: failed\n{done.stderr[-2000:]}", file=sys.stderr)
        return {}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def with_postgresql(folder: Path) -> dict[str, Any]:
    """A tenth of the meters in an embedded PostgreSQL, loaded by COPY, vacuumed, no index."""
    import psycopg

    from yinghuo.web import embedded

    server = embedded.start(folder / "pg")
    try:
        uri = server.get_uri("postgres")
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(TABLES)
            began = time.monotonic()
            rows = copied(connection, folder)
            seconds = time.monotonic() - began
            connection.execute("VACUUM ANALYZE readings")
            connection.execute("ANALYZE meters")
            (size,) = connection.execute("SELECT pg_total_relation_size('readings')").fetchone() or (0,)
        print(f"postgresql COPY of {rows:,} readings  {rows / seconds:,.0f} /s, {size / rows:.0f} bytes each")
        return run("postgresql", folder, runs=1, BENCH_POSTGRESQL=uri) | {"copied": rows, "copy_s": seconds}
    finally:
        server.cleanup()


def copied(connection: Any, folder: Path) -> int:
    """COPY from CSV as DuckDB writes it from the same files."""
    from yinghuo.desks.metering.lake import duck
    from yinghuo.desks.metering.lake.store import Lake

    source = duck.connect(Lake(folder / "lake"))
    csv, meters = folder / "readings.csv", folder / "meters.csv"
    columns = 'day, meter, quantity, "at", value, quality, revision'
    source.execute(f"COPY (SELECT {columns} FROM readings WHERE meter % {SHARE} = 1) TO '{csv}' (HEADER false)")
    source.execute(f"COPY (FROM '{folder}/meters.parquet') TO '{meters}' (HEADER false)")
    for table, path in (("meters", meters), ("readings", csv)):
        with path.open("rb") as file, connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            while part := file.read(1 << 20):
                copy.write(part)
        path.unlink()
    (rows,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    return int(rows)


def told(analyses: dict[str, dict[str, Any]]) -> None:
    """A line for each analysis: times, the ratio to the best peer, whether all answers agree."""
    from lake_peers import FIVE

    print(f"{'':14}" + "".join(f"{engine:>14}" for engine in analyses) + "    ours / best peer")
    for name in FIVE:
        times = {engine: found[name]["best_s"] for engine, found in analyses.items() if found}
        peers = [seconds for engine, seconds in times.items() if engine in IN_PROCESS[1:]]
        shown = {engine: f"{seconds:.2f} s" for engine, seconds in times.items()}
        if "postgresql" in times:
            shown["postgresql"] = f"~{times['postgresql'] * SHARE:.0f} s"
        cells = "".join(f"{shown.get(engine, 'failed'):>14}" for engine in analyses)
        ratio = times["ours"] / min(peers) if peers and "ours" in times else float("nan")
        print(f"{name:14}{cells}    {ratio:.2f} x (aim {AIM})   {agreement(analyses, name)}")
        worked = {engine: f"{analyses[engine][name]['processor_s']:.2f} s" for engine in times if engine in IN_PROCESS}
        print(f"{'  processor':14}" + "".join(f"{worked.get(engine, ''):>14}" for engine in analyses))
    memory = {engine: f"{found['memory_bytes'] / 1e9:.1f} GB" for engine, found in analyses.items() if found}
    print(f"{'memory':14}" + "".join(f"{memory.get(engine, ''):>14}" for engine in analyses))
    print(
        f"PostgreSQL holds one meter in {SHARE}: its times are multiplied by {SHARE}; its memory is its client's only."
    )


def agreement(analyses: dict[str, dict[str, Any]], name: str) -> str:
    """Whether every engine that had all rows gave the same number of rows and the same check figure."""
    answers = {engine: found[name] for engine, found in analyses.items() if found and engine != "postgresql"}
    first = answers["ours"]
    odd = [
        engine
        for engine, one in answers.items()
        if one["rows"] != first["rows"] or abs(one["figure"] - first["figure"]) > 1e-9 * abs(first["figure"])
    ]
    return f"{first['rows']:,} rows, {'all agree' if not odd else 'DIFFERS: ' + ', '.join(odd)}"


if __name__ == "__main__":
    main()
