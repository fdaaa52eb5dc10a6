"""Reading columns as callers have them: Arrow tables, dicts of arrays, structured arrays, frames; out come integers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
OPEN = np.iinfo(np.int64).min  # stands for a moment that nobody gave
FAR = 2**62  # later than any moment
SECONDS = "datetime64[s]"

NAMES: dict[str, tuple[str, ...]] = {
    "person": ("person", "persons", "person_id", "case", "contact"),
    "place": ("place", "places", "place_id", "venue", "venue_id"),
    "start": ("start", "starts", "begin", "begins", "start_s", "begins_at", "from"),
    "end": ("end", "ends", "end_s", "ends_at", "to"),
    "kind": ("kind", "place_kind"),
    "since": ("since", "reference", "onset", "onset_s", "at"),
    "sampled": ("sampled", "sampled_at", "sample", "positive"),
    "until": ("until", "until_s", "isolated", "isolated_at"),
}


class Visits(NamedTuple):
    """Who was where, from when to when; arrays of one length. `kind` is -1 where no column says the kind of place."""

    person: Ints
    place: Ints
    start: Ints
    end: Ints
    kind: Ints


class Cases(NamedTuple):
    """Each case once, by person: contacts count from `since` (reference less look-back) until `until`, seconds."""

    person: Ints
    since: Ints
    until: Ints


def read_visits(given: Any) -> Visits:
    """Visits from columns person, place, start, end[, kind]; a missing end becomes OPEN.

    ValueError: a column is missing, or columns differ in length; TypeError: something is no whole number
    """
    person, place, start = (_whole(given, name) for name in ("person", "place", "start"))
    end = _column(given, "end")
    kind = _column(given, "kind")
    found = Visits(
        person,
        place,
        start,
        np.full(len(person), OPEN) if end is None else end,
        np.full(len(person), -1, dtype=np.int64) if kind is None else kind,
    )
    if len({len(column) for column in found}) > 1:
        raise ValueError("the columns of visits differ in length")
    return found


def read_cases(given: Any, *, look_back_s: int) -> Cases:
    """Cases from columns person, since (or onset, reference) and, if there are, sampled and until.

    Where no onset stands, the first positive sample counts. A case given more than once counts once, from the
    earliest of its moments until the latest. ValueError for a case with neither moment.
    """
    person = _whole(given, "person")
    since, sampled, until = (_column(given, name) for name in ("since", "sampled", "until"))
    nothing = np.full(len(person), OPEN)
    since = nothing if since is None else since
    if sampled is not None:
        since = np.where(since == OPEN, sampled, since)
    if (since == OPEN).any():
        raise ValueError("a case has neither an onset nor a first positive sample")
    until = np.full(len(person), FAR) if until is None else np.where(until == OPEN, FAR, until)
    names, place = np.unique(person, return_inverse=True)
    earliest, latest = np.full(len(names), FAR), np.full(len(names), -FAR)
    np.minimum.at(earliest, place, since - look_back_s)
    np.maximum.at(latest, place, until)
    return Cases(names, earliest, latest)


def column(given: Any, *names: str) -> Ints:
    """The first of these columns that there is; ValueError when there is none."""
    for name in names:
        if (raw := _raw(given, name)) is not None:
            return _integers(raw, name)
    raise ValueError(f"no column {' or '.join(names)}")


def has(given: Any, name: str) -> bool:
    """Whether there is such a column."""
    return _raw(given, name) is not None


def _whole(given: Any, name: str) -> Ints:
    """A column in which nothing may be missing."""
    found = _column(given, name)
    if found is None:
        raise ValueError(f"no column {name}")
    if (found == OPEN).any():
        raise ValueError(f"a value of {name} is missing")
    return found


def _column(given: Any, name: str) -> Ints | None:
    for known in NAMES[name]:
        if (raw := _raw(given, known)) is not None:
            return _integers(raw, known)
    return None


def _raw(given: Any, name: str) -> Any:
    """One column as it is; None when there is none."""
    if isinstance(given, np.ndarray):
        return given[name] if given.dtype.names and name in given.dtype.names else None
    if isinstance(given, pa.Table | pa.RecordBatch):
        return given[name] if name in given.schema.names else None
    if isinstance(given, Mapping):
        return given.get(name)
    return given[name] if name in getattr(given, "columns", ()) else None  # a frame of Polars or pandas


def _integers(raw: Any, name: str) -> Ints:
    """Any column as int64; times become seconds since 1970, what is missing becomes OPEN."""
    if isinstance(raw, pa.Array | pa.ChunkedArray):
        return _of_arrow(raw, name)
    values = np.ma.getdata(raw) if isinstance(raw, np.ma.MaskedArray) else np.asarray(raw)
    missing = np.ma.getmaskarray(raw) if isinstance(raw, np.ma.MaskedArray) else np.zeros(len(values), dtype=bool)
    if values.dtype == object:
        missing = missing | np.array([one is None or one != one for one in values], dtype=bool)
        if any(isinstance(one, str | bytes | bool) for one in values[~missing]):
            raise TypeError(f"{name} holds something other than whole numbers")
        values = np.where(missing, 0, values).astype(np.float64 if _any_float(values) else np.int64)
    if values.dtype.kind == "M":
        missing = missing | np.isnat(values)
        values = values.astype(SECONDS).astype(np.int64)
    if values.dtype.kind == "f":
        missing = missing | ~np.isfinite(values)
        values = np.where(missing, 0, values)
        if (values != np.floor(values)).any():
            raise TypeError(f"{name} holds fractions; whole seconds are wanted")
    if values.dtype.kind not in "iuf" and len(values):
        raise TypeError(f"{name} holds {values.dtype}; whole numbers are wanted")
    whole = values.astype(np.int64)
    return np.where(missing, OPEN, whole) if missing.any() else whole


def _any_float(values: NDArray[Any]) -> bool:
    return any(isinstance(one, float) for one in values if one is not None)


def _of_arrow(raw: pa.Array | pa.ChunkedArray, name: str) -> Ints:
    kind = raw.type
    if pa.types.is_timestamp(kind):
        raw = raw.cast(pa.timestamp("s", tz=kind.tz), safe=False).cast(pa.int64())
    elif pa.types.is_null(kind):
        raw = raw.cast(pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise TypeError(f"{name} holds {kind}; whole numbers are wanted")
    if pa.types.is_floating(raw.type):
        return _integers(raw.to_numpy(zero_copy_only=False) if isinstance(raw, pa.Array) else raw.to_numpy(), name)
    filled = raw.cast(pa.int64()).fill_null(OPEN) if raw.null_count else raw.cast(pa.int64())
    return np.asarray(filled)
