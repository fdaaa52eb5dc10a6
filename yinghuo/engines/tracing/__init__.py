"""Contacts out of millions of visits: a sorted sweep by place, then time; integers in, columns out.

Words: visit, case, contact, exposure, second generation, place.
`sort_visits` once, then `contacts` (pairs), `exposures` (by place and day), `rank_places`; `second_generation` counts.
The same question as one Ibis expression, for DuckDB and Spark, is `expression.pairs`.
"""

from yinghuo.engines.tracing.generations import Generations, second_generation
from yinghuo.engines.tracing.meeting import contacts, exposures
from yinghuo.engines.tracing.places import rank_places
from yinghuo.engines.tracing.sorting import SortedVisits, sort_visits

__all__ = [
    "Generations",
    "SortedVisits",
    "contacts",
    "exposures",
    "rank_places",
    "second_generation",
    "sort_visits",
]
