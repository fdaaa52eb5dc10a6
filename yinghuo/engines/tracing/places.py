"""Places ranked by risk of exposure: how many people met a case there, for how long, and how stale the air is."""

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np
import pyarrow as pa

from yinghuo.engines.tracing.columns import Ints, column, has
from yinghuo.engines.tracing.meeting import More, exposures


def rank_places(
    met: Any,
    cases: Any = None,
    *,
    minutes: int = 1,
    look_back_days: int = 4,
    weights: Mapping[int, float] | None = None,
    **more: Unpack[More],
) -> pa.Table:
    """Places by risk: minutes that people spent with cases there (person-minutes), times the weight of its air.

    met:     what `exposures` returned (columns case, person, place and seconds or minutes); or visits, when `cases` are
             given, which are then asked with `minutes`, `look_back_days` and what else `exposures` takes
    weights: by place, above 0; a place that has none weighs 1
    returns: columns place, cases, people (who met one), person_minutes (whole), risk (person-minutes times weight),
             the greatest risk first, then by number. Metadata as `contacts` gives it, where visits were asked

    >>> met = {"case": [1, 1], "person": [2, 3], "place": [7, 8], "minutes": [60, 30]}
    >>> rank_places(met, weights={8: 3.0}).to_pydict()["place"]
    [8, 7]
    """
    if cases is not None:
        met = exposures(met, cases, minutes=minutes, look_back_days=look_back_days, **more)
    place, seconds = column(met, "place", "venue"), _seconds(met)
    places, which = np.unique(place, return_inverse=True)
    person_minutes = np.bincount(which, weights=seconds, minlength=len(places)) // 60
    weight = np.array([(weights or {}).get(int(one), 1.0) for one in places], dtype=np.float64)
    if (weight <= 0).any():
        raise ValueError("weights of places are above 0")
    risk = person_minutes * weight
    order = np.lexsort((places, -risk))
    found = {
        "place": places[order],
        "cases": _distinct(which, column(met, "case"), len(places))[order],
        "people": _distinct(which, column(met, "person"), len(places))[order],
        "person_minutes": person_minutes.astype(np.int64)[order],
        "risk": risk[order],
    }
    return pa.table(found).replace_schema_metadata(met.schema.metadata if isinstance(met, pa.Table) else None)


def _seconds(met: Any) -> Ints:
    return column(met, "seconds") if has(met, "seconds") else 60 * column(met, "minutes")


def _distinct(which: Ints, who: Ints, places: int) -> Ints:
    pairs = np.unique(np.stack([which, who], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=places)
