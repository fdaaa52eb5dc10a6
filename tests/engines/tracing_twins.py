"""Slow twins of tracing: the same question in plain SQL on DuckDB, and as loops over sets of minutes."""

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

Pair = tuple[int, int, int, int, int, int, int]  # case, person, minutes, places, days, first, last

SQL = """
    WITH own AS (
        SELECT DISTINCT c.person AS "case", v.place, greatest(v.start, c.since) AS s, least(v."end", c.until) AS e
        FROM visits v JOIN cases c ON c.person = v.person
    ), met AS (
        SELECT o."case", v.person, o.place, greatest(v.start, o.s) AS s, least(v."end", o.e) AS e
        FROM own o JOIN visits v ON v.place = o.place
        WHERE v.person <> o."case" AND least(v."end", o.e) > greatest(v.start, o.s)
    ), marked AS (
        SELECT *, CASE WHEN s <= max(e) OVER (PARTITION BY "case", person, place ORDER BY s, e
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                       THEN 0 ELSE 1 END AS opens FROM met
    ), islands AS (
        SELECT *, sum(opens) OVER (PARTITION BY "case", person, place ORDER BY s, e
                                   ROWS UNBOUNDED PRECEDING) AS island FROM marked
    ), stays AS (
        SELECT "case", person, place, min(s) AS s, max(e) AS e FROM islands GROUP BY "case", person, place, island
    ), days AS (SELECT *, (s // 86400) AS day FROM stays),
    enough AS (SELECT "case", person, day FROM days GROUP BY ALL HAVING sum(e - s) >= $least)
    SELECT "case", person, CAST(sum(e - s) // 60 AS BIGINT), count(DISTINCT place), count(DISTINCT day), min(s), max(e)
    FROM days JOIN enough USING ("case", person, day) GROUP BY "case", person ORDER BY "case", person
"""


def by_duckdb(visits: Mapping[str, np.ndarray], cases: Mapping[str, np.ndarray], minutes: int, back: int) -> list[Pair]:
    """The pairs by SQL; visits are closed; cases: person, onset, until."""
    windows = {"person": cases["person"], "since": cases["onset"] - 86_400 * back, "until": cases["until"]}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("visits", pa.table(dict(visits)))
        connection.register("cases", pa.table(windows))
        return connection.execute(SQL, {"least": max(60 * minutes, 1)}).fetchall()
