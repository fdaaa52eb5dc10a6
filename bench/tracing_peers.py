"""The question of bench/tracing.py as its peers say it: DuckDB, Polars, PostgreSQL; each gives pairs and minutes."""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

Found = tuple[int, int]  # pairs, minutes of all pairs
DAY_S = 86_400
PAIRS = """
    WITH own AS (
        SELECT DISTINCT c.person AS who, v.place, greatest(v.s, c.since) AS s, least(v.e, c.until) AS e
        FROM cases c JOIN visits v ON v.person = c.person WHERE least(v.e, c.until) > greatest(v.s, c.since)
    ), met AS (
        SELECT o.who, v.person, o.place, greatest(v.s, o.s) AS s, least(v.e, o.e) AS e
        FROM own o JOIN visits v ON v.place = o.place
        WHERE v.s < o.e AND v.e > o.s AND v.person <> o.who
    ), marked AS (
        SELECT *, CASE WHEN s <= max(e) OVER (PARTITION BY who, person, place ORDER BY s, e
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                       THEN 0 ELSE 1 END AS opens FROM met
    ), islands AS (
        SELECT *, sum(opens) OVER (PARTITION BY who, person, place ORDER BY s, e ROWS UNBOUNDED PRECEDING) AS island
        FROM marked
    ), stays AS (
        SELECT who, person, place, min(s) AS s, max(e) AS e FROM islands GROUP BY who, person, place, island
    ), days AS (
        SELECT who, person, sum(e - s) AS lasted FROM stays GROUP BY who, person, floor(s / 86400)
        HAVING sum(e - s) >= 60 * {minutes}
    ), pairs AS (SELECT who, person, floor(sum(lasted) / 60) AS minutes FROM days GROUP BY who, person)
    SELECT count(*), sum(minutes) FROM pairs
"""


def renamed(visits: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns under names that are no words of SQL."""
    return {"person": visits["person"], "place": visits["place"], "s": visits["start"], "e": visits["end"]}


def windows(cases: Mapping[str, np.ndarray], look_back_days: int) -> dict[str, np.ndarray]:
    """Cases with the beginning and the end of their window."""
    return {
        "person": cases["person"],
        "since": cases["onset"] - look_back_days * DAY_S,
        "until": cases["until"],
    }


class DuckDB:
    """An in-memory DuckDB table; loading it is timed apart."""

    def __init__(self, visits: Mapping[str, np.ndarray], cases: Mapping[str, np.ndarray]) -> None:
        self.connection = duckdb.connect()
        for name, given in (("visits", visits), ("cases", cases)):
            self.connection.register("given", pa.table(dict(given)))
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            self.connection.unregister("given")

    def ask(self, minutes: int) -> Found:
        """The pairs."""
        pairs, total = self.connection.execute(PAIRS.format(minutes=minutes)).fetchone() or (0, 0)
        return int(pairs), int(total)


class Polars:
    """Frames in memory: join on place, then the real overlap, as a lazy plan."""

    def __init__(self, visits: Mapping[str, np.ndarray], cases: Mapping[str, np.ndarray]) -> None:
        self.visits, self.cases = pl.DataFrame(dict(visits)).lazy(), pl.DataFrame(dict(cases)).lazy()

    def ask(self, minutes: int) -> Found:
        """The pairs."""
        own = self.visits.join(self.cases, on="person").select(
            pl.col("person").alias("who"),
            "place",
            pl.max_horizontal("s", "since").alias("from"),
            pl.min_horizontal("e", "until").alias("to"),
        )
        own = own.filter(pl.col("to") > pl.col("from")).unique()
        met = own.join_where(
            self.visits,
            pl.col("place") == pl.col("place_right"),
            pl.col("s") < pl.col("to"),
            pl.col("e") > pl.col("from"),
            pl.col("person") != pl.col("who"),
        )
        spots = ["who", "person", "place"]
        met = met.select(*spots, s=pl.max_horizontal("s", "from"), e=pl.min_horizontal("e", "to")).sort(
            *spots, "s", "e"
        )
        before = pl.col("e").cum_max().shift(1).over(spots)
        opens = (before.is_null() | (pl.col("s") > before)).cast(pl.Int64)
        marked = met.with_columns(opens=opens).with_columns(island=pl.col("opens").cum_sum().over(spots))
        stays = marked.group_by(*spots, "island").agg(pl.col("s").min(), pl.col("e").max())
        days = stays.group_by("who", "person", day=pl.col("s") // DAY_S).agg(lasted=(pl.col("e") - pl.col("s")).sum())
        days = days.filter(pl.col("lasted") >= 60 * minutes)
        pairs = days.group_by("who", "person").agg(minutes=pl.col("lasted").sum() // 60).collect()
        return len(pairs), int(pairs["minutes"].sum())


class PostgreSQL:
    """A plain table with the two indexes that the question wants, filled by COPY; all of it timed apart."""

    def __init__(self, connection: Any, visits: Mapping[str, np.ndarray], cases: Mapping[str, np.ndarray]) -> None:
        self.connection = connection
        connection.execute("CREATE UNLOGGED TABLE visits (person int, place int, s int, e int)")
        connection.execute("CREATE UNLOGGED TABLE cases (person int, since int, until int)")
        for name, given in (("visits", visits), ("cases", cases)):
            self._copy(name, given)
        for index in ("visits (place, s)", "visits (person)"):
            connection.execute(f"CREATE INDEX ON {index}")
        connection.execute("VACUUM ANALYZE visits")
        connection.execute("ANALYZE cases")
        connection.execute("SET work_mem = '512MB'")

    def _copy(self, name: str, given: Mapping[str, np.ndarray]) -> None:
        """Binary COPY made by numpy: rows of int4."""
        columns = list(given.values())
        kind = np.dtype(
            [("n", ">i2"), *((f"{part}{n}", ">i4") for n in range(len(columns)) for part in ("size", "value"))]
        )
        with self.connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for start in range(0, len(columns[0]), 500_000):
                part = np.zeros(len(columns[0][start : start + 500_000]), dtype=kind)
                part["n"] = len(columns)
                for number, column in enumerate(columns):
                    part[f"size{number}"], part[f"value{number}"] = 4, column[start : start + 500_000]
                copy.write(part.tobytes())
            copy.write(b"\xff\xff")

    def ask(self, minutes: int) -> Found:
        """The pairs."""
        pairs, total = self.connection.execute(PAIRS.format(minutes=minutes)).fetchone()
        return int(pairs), int(total)
