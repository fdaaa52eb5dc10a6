"""What a format can hold of the neutral records: what is lost in writing, and what comes back in reading."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from yinghuo.engines.exchange.records import KINDS, NOBODY, PersonRecord, Record, Records, Unsaid


class Holds(NamedTuple):
    """What a format can hold.

    names: kind, or "people", to fields; "at:day" holds the day of a moment only
    folds: (kind, field) to the words that a format cannot tell from others, and as which they come back
    """

    names: Mapping[str, frozenset[str]]
    folds: Mapping[tuple[str, str], Mapping[str, str]] = {}


def everything() -> Holds:
    """All fields of all kinds: what a format without loss holds."""
    held = {kind: frozenset(one.name for one in fields(record)) for kind, record in KINDS.items()}
    return Holds(held | {"people": frozenset(one.name for one in fields(PersonRecord))})


def unsaid(records: Records, holds: Holds) -> list[Unsaid]:
    """Which fields say something that the format cannot hold, and in how many records.

    >>> from yinghuo.engines.exchange.records import CaseRecord
    >>> some = Records(cases=[CaseRecord("1", index_of_event=True), CaseRecord("2")])
    >>> unsaid(some, Holds({"cases": frozenset({"key"}), "people": frozenset()}))
    [Unsaid(kind='cases', field='index_of_event', records=1)]
    """
    lost = Counter(_lost(records, holds))
    return [Unsaid(kind, name, count) for (kind, name), count in sorted(lost.items())]


def trimmed(records: Records, holds: Holds) -> Records:
    """The records with only what a format holds: what reading a written file gives back."""
    kept = Records()
    for kind in KINDS:
        if kind in holds.names:
            kept.of(kind).extend(_cut(kind, one, holds) for one in records.of(kind))
    return kept


def _lost(records: Records, holds: Holds) -> Iterator[tuple[str, str]]:
    for kind, one in _all(records):
        if kind not in holds.names:
            yield kind, "*"
            continue
        yield from ((kind, name) for name, value in _whole(one) if not _held(kind, name, value, holds))
        yield from (("people", name) for name, _ in _said(_person(one)) if name not in holds.names["people"])


def _all(records: Records) -> Iterable[tuple[str, Record]]:
    return ((kind, one) for kind in KINDS for one in records.of(kind))


def _person(one: Any) -> PersonRecord:
    person: PersonRecord = getattr(one, "person", NOBODY)
    return person


def _said(one: Any) -> Iterator[tuple[str, Any]]:
    """Fields that differ from what stands there when nothing is said."""
    for name in fields(one):
        value = getattr(one, name.name)
        if name.name not in ("row", "person") and value != name.default:
            yield name.name, value


def _whole(one: Any) -> Iterator[tuple[str, Any]]:
    """What is said, and every word that could be folded, its default included."""
    said = dict(_said(one))
    said |= {
        name: getattr(one, name) for name in ("held_as", "grade", "state", "status", "result") if hasattr(one, name)
    }
    yield from said.items()


def _held(kind: str, name: str, value: Any, holds: Holds) -> bool:
    names = holds.names[kind]
    if f"{name}:day" in names:
        return bool(value == midnight(value))
    folded = value in holds.folds.get((kind, name), ())
    return not folded and (name in names or not _is_said(kind, name, value))


def _is_said(kind: str, name: str, value: Any) -> bool:
    return any(one.name == name and one.default != value for one in fields(KINDS[kind]))


def midnight(at: datetime) -> datetime:
    """The beginning of the day of a moment, in its own zone."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _cut(kind: str, one: Any, holds: Holds) -> Any:
    blank = {name.name: name.default for name in fields(one)}
    changes: dict[str, Any] = {}
    for name, value in _whole(one):
        if f"{name}:day" in holds.names[kind]:
            changes[name] = midnight(value)
        elif name not in holds.names[kind]:
            changes[name] = blank[name]
        else:
            changes[name] = holds.folds.get((kind, name), {}).get(value, value) if isinstance(value, str) else value
    if _person(one) != NOBODY:
        gone = {name: getattr(NOBODY, name) for name, _ in _said(_person(one)) if name not in holds.names["people"]}
        changes["person"] = replace(_person(one), **gone)
    return replace(one, **changes)
