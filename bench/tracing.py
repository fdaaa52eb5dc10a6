"""Contacts out of ten million visits: `python bench/tracing.py`; BENCH_VISITS and BENCH_SPARK_VISITS make it smaller.

Ours sorted and from raw columns, beside DuckDB, Polars (`join_where` with equality on place) and plain PostgreSQL with
two indexes, in one run, all with the same pairs and minutes; medians. Then the same question as an Ibis expression on
Spark over a hundred million visits (0 leaves it out), for correctness. Aims: 0.5 s sorted, 8 s from raw. All simulated.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))
VISITS = int(os.environ.get("BENCH_VISITS", "10_000_000"))
SPARK_VISITS = int(os.environ.get("BENCH_SPARK_VISITS", "100_000_000"))
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
CASE_VISITS, MINUTES, BACK, DAYS, CROWD = 5_000, 15, 4, 14, 50_000
SORTED_AIM_S, RAW_AIM_S = 0.5, 8.0
DAY_S = 86_400
PROCESSOR_S: list[float] = []
Columns = dict[str, np.ndarray]


def main() -> None:
    """Prints one line for each engine and claim."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    visits, cases = world(VISITS)
    print(
        f"{VISITS:,} visits, {len(cases['person']):,} cases with {case_visits(visits, cases):,} visits in their windows"
    )
    ours = beside(visits, cases)
    del visits
    if SPARK_VISITS:
        on_spark(SPARK_VISITS)
    print("aims: sorted", "met" if ours["sorted"] < SORTED_AIM_S else "MISSED", end=", ")
    print("from raw", "met" if ours["raw"] < RAW_AIM_S else "MISSED")


def world(visits: int) -> tuple[Columns, Columns]:
    """Two weeks of visits: five a person, places of all sizes, one with 50,000 visits; as many cases as give 5,000."""
    rng = np.random.default_rng(14)
    people, places = max(visits // 5, 100), max(visits // 250, 20)
    start = rng.integers(0, DAYS * DAY_S, visits, dtype=np.int32)
    place = (places * rng.random(visits) ** 1.5).astype(np.int32)  # the low numbers are the busy ones
    place[: min(CROWD, visits // 4)] = places
    held = {
        "person": rng.integers(0, people, visits, dtype=np.int32),
        "place": rng.permutation(place),
        "start": start,
        "end": start + rng.integers(300, 4 * 3600, visits, dtype=np.int32),
    }
    wanted = min(int(CASE_VISITS / (5 * (BACK + 1) / DAYS)), people // 4)
    onset = (rng.integers(5, DAYS - 1, wanted) * DAY_S).astype(np.int32)
    chosen = np.sort(rng.choice(people, wanted, replace=False)).astype(np.int32)
    return held, {"person": chosen, "onset": onset, "until": onset + np.int32(DAY_S)}


def case_visits(visits: Columns, cases: Columns) -> int:
    """How many visits lie in the cases' windows."""
    rows = np.flatnonzero(np.isin(visits["person"], cases["person"]))
    which = np.searchsorted(cases["person"], visits["person"][rows])
    since = cases["onset"][which] - BACK * DAY_S
    return int(((visits["end"][rows] > since) & (visits["start"][rows] < cases["until"][which])).sum())


def beside(visits: Columns, cases: Columns) -> dict[str, float]:
    """Ours and the peers; the answers must be the same."""
    from tracing_peers import DuckDB, Polars, renamed, windows

    from yinghuo.engines import tracing

    wanted: dict[str, Any] = {"minutes": MINUTES, "look_back_days": BACK}
    small = {name: column[:1000] for name, column in visits.items()}
    first_s, _ = timed(lambda: tracing.contacts(small, cases, **wanted), 1)
    print(f"ours, first call of this process (numba's code from its cache on disk, or compiled): {first_s:.2f} s")
    raw_s, found = timed(lambda: tracing.contacts(visits, cases, **wanted), max(RUNS // 2, 1))
    ready = tracing.sort_visits(visits)
    sorted_s, again = timed(lambda: tracing.contacts(ready, cases, **wanted), RUNS)
    assert found.equals(again)
    answer = (found.num_rows, int(pc.sum(found["minutes"]).as_py() or 0))
    print(f"pairs {answer[0]:,}, minutes {answer[1]:,}")
    told("ours, sorted", sorted_s, sorted_s, PROCESSOR_S[-1])
    told("ours, from raw columns", raw_s, sorted_s, PROCESSOR_S[-2])
    peers, held = (renamed(visits), windows(cases, BACK)), {}
    for name, kind in (("DuckDB", DuckDB), ("Polars", Polars)):
        began = time.perf_counter()
        peer = kind(*peers)
        loaded_s = time.perf_counter() - began
        held[name] = compare(name, peer, answer, loaded_s=loaded_s, ours_s=sorted_s)
        del peer
    with_postgresql(peers, answer, sorted_s)
    return {"sorted": sorted_s, "raw": raw_s}


def compare(name: str, peer: Any, answer: tuple[int, int], *, loaded_s: float, ours_s: float) -> float:
    """A peer's median (of fewer runs where one takes long), after its answer was found right."""
    spent_s, found = timed(lambda: peer.ask(MINUTES), RUNS if name != "PostgreSQL" else 1)
    assert found == answer, (name, found, answer)
    told(f"{name} (loaded in {loaded_s:.1f} s)", spent_s, ours_s, None if name == "PostgreSQL" else PROCESSOR_S[-1])
    return spent_s


def with_postgresql(peers: tuple[Columns, Columns], answer: tuple[int, int], ours_s: float) -> None:
    """An embedded PostgreSQL of this run alone."""
    import psycopg
    from tracing_peers import PostgreSQL

    from yinghuo.web import embedded

    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-", dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = embedded.start(folder / "pg")
        try:
            with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
                began = time.perf_counter()
                peer = PostgreSQL(connection, *peers)
                compare("PostgreSQL", peer, answer, loaded_s=time.perf_counter() - began, ours_s=ours_s)
        finally:
            server.cleanup()


def on_spark(visits: int) -> None:
    """The Ibis expression on Spark over Parquet, held against ours."""
    from yinghuo.engines import tracing

    held, cases = world(visits)
    began = time.perf_counter()
    ours = tracing.contacts(held, cases, minutes=MINUTES, look_back_days=BACK)
    ours_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-", dir=os.environ.get("BENCH_FOLDER")) as name:
        for table, columns in (("visits", held), ("cases", cases)):
            pq.write_table(pa.table(columns), Path(name) / f"{table}.parquet", row_group_size=2_000_000)
        del held
        began = time.perf_counter()
        found = ask_spark(Path(name))
    spark_s = time.perf_counter() - began
    same = rows(found) == rows(ours)
    print(
        f"Spark, {visits:,} visits: {len(found):,} pairs in {spark_s:.0f} s, ours from raw columns {ours_s:.1f} s;",
        end=" ",
    )
    print("the same pairs, minutes, places, days and times" if same else "THE ANSWERS DIFFER")
    assert same


def ask_spark(folder: Path) -> pa.Table:
    """The pairs by Spark on this machine."""
    import ibis
    from pyspark.sql import SparkSession

    from yinghuo.engines.tracing import expression

    made = SparkSession.builder.master("local[*]").config("spark.driver.memory", "5g")
    made = made.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", 16)
    session = made.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        backend = ibis.pyspark.connect(session)
        visits, cases = (
            backend.read_parquet(str(folder / f"{name}.parquet"), table_name=name) for name in ("visits", "cases")
        )
        return backend.to_pyarrow(expression.pairs(visits, cases, minutes=MINUTES, look_back_days=BACK))
    finally:
        session.stop()


def rows(found: pa.Table) -> list[tuple[int, ...]]:
    """The pairs as tuples, ascending."""
    names = ("case", "person", "minutes", "places", "days", "first", "last")
    return sorted(zip(*(found[name].to_pylist() for name in names), strict=True))


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The median of a few, in seconds, and what came out last; PROCESSOR_S keeps the processor time."""
    spent, worked, made = [], [], None
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        made = work()
        spent.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
    PROCESSOR_S.append(statistics.median(worked))
    return statistics.median(spent), made


def told(name: str, spent_s: float, ours_s: float, processor_s: float | None = None) -> None:
    """One line: the median, how many times ours that is, and the processor's time, which load does not stretch."""
    busy = f"  processor {processor_s:7.3f} s" if processor_s is not None else ""
    print(f"  {name:<36} {spent_s:8.3f} s  {spent_s / ours_s:8.1f} x{busy}")


if __name__ == "__main__":
    main()
