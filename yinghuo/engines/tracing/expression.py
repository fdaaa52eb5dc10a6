"""The same question as `contacts`, as one Ibis expression: DuckDB on one machine, Spark on many, over any lake.

Visits here are closed (every end given); `contacts` says what the columns mean.
"""

import ibis
import ibis.expr.types as ir

DAY_S = 86_400
PAIR = ("case", "person")
SPOT = (*PAIR, "place")


def pairs(visits: ir.Table, cases: ir.Table, *, minutes: int, look_back_days: int, utc_offset_s: int = 0) -> ir.Table:
    """Pairs of case and person: case, person, minutes, places, days, first, last.

    visits: person, place, start, end; cases: person, onset, until; whole numbers, seconds, one row for each case
    """
    spots = _spots(visits, cases, look_back_days, utc_offset_s)
    daily = spots.group_by(*PAIR, "day").agg(day_s=spots.seconds.sum())
    enough = daily.filter((daily.day_s >= 60 * minutes) & (daily.day_s > 0)).select(*PAIR, "day")
    kept = spots.inner_join(enough, [*PAIR, "day"]).select(*SPOT, "day", "seconds", "first", "last")
    return kept.group_by(*PAIR).agg(
        minutes=(kept.seconds.sum() / 60).floor().cast("int64"),
        places=kept.place.nunique(),
        days=kept.day.nunique(),
        first=kept["first"].min(),
        last=kept["last"].max(),
    )


def _spots(visits: ir.Table, cases: ir.Table, look_back_days: int, utc_offset_s: int) -> ir.Table:
    """Seconds by case, person, place and day, overlaps that overlap one another joined."""
    joined = _joined(_overlaps(visits, cases, look_back_days))
    local = joined.mutate(day=((joined.start + utc_offset_s) / DAY_S).floor().cast("int64"))
    return local.group_by(*SPOT, "day").agg(
        seconds=(local.end - local.start).sum(), first=local.start.min(), last=local.end.max()
    )


def _overlaps(visits: ir.Table, cases: ir.Table, look_back_days: int) -> ir.Table:
    """Each visit of a case within its window against each other visit to the same place: equality on place first."""
    windows = cases.select(case="person", since=cases.onset - look_back_days * DAY_S, until="until")
    own = visits.inner_join(windows, visits.person == windows.case)
    own = own.select(
        "case", "place", from_s=ibis.greatest(own.start, own.since), to_s=ibis.least(own.end, own.until)
    ).filter(ibis._.to_s > ibis._.from_s)
    met = own.inner_join(visits, "place")
    met = met.filter((met.person != met.case) & (met.start < met.to_s) & (met.end > met.from_s))
    return met.select(*SPOT, start=ibis.greatest(met.start, met.from_s), end=ibis.least(met.end, met.to_s)).filter(
        ibis._.end > ibis._.start
    )


def _joined(overlaps: ir.Table) -> ir.Table:
    """Overlaps of one case, person and place that overlap or touch, as one: islands by the latest end so far."""
    turn = ibis.window(group_by=SPOT, order_by=["start", "end"], preceding=(None, 1))
    marked = overlaps.mutate(before=overlaps.end.max().over(turn))
    opens = (marked.before.isnull() | (marked.start > marked.before)).cast("int64")
    counted = marked.mutate(opens=opens)
    run = ibis.window(group_by=SPOT, order_by=["start", "end"], preceding=None, following=0)
    islands = counted.mutate(island=counted.opens.sum().over(run))
    return islands.group_by(*SPOT, "island").agg(start=islands.start.min(), end=islands.end.max()).drop("island")
