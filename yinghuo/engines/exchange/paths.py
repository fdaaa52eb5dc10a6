"""Nested records in flat tables: heads such as `person.firstName` or `addresses[0].locationId`, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PART = re.compile(r"^([^\[\].]+)(?:\s*\[(\d+)\])?$")
Item = dict[str, Any]


def nest(cells: Mapping[str, str]) -> Item:
    """Cells by path as a nested record; empty cells leave nothing, lists keep the order of their numbers.

    >>> nest({"visualId": "A1", "addresses[1].city": "x", "addresses[2].city": "y", "person.sex": ""})
    {'visualId': 'A1', 'addresses': [{'city': 'x'}, {'city': 'y'}]}
    """
    found: Item = {}
    for path, cell in cells.items():
        if cell:
            _put(found, path.split("."), cell)
    listed: Item = _lists(found)
    return listed


def flat(item: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """A nested record as cells by path.

    >>> flat({"a": {"b": 1}, "c": [{"d": None}, {"d": True}]})
    {'a.b': '1', 'c[0].d': '', 'c[1].d': 'true'}
    """
    found: dict[str, str] = {}
    for name, value in item.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{path}.")
        elif isinstance(value, list):
            for at, one in enumerate(value):
                found |= flat(one, f"{path}[{at}].") if isinstance(one, Mapping) else {f"{path}[{at}]": _text(one)}
        else:
            found[path] = _text(value)
    return found


def heads_of(flats: Iterable[Mapping[str, str]]) -> list[str]:
    """All paths of several records, in the order in which they first appear."""
    return list(dict.fromkeys(path for one in flats for path in one))


def dig(item: Any, *path: str | int) -> Any:
    """What stands at a path; None where the way ends.

    >>> dig({"a": [{"b": 1}]}, "a", 0, "b"), dig({"a": []}, "a", 0, "b"), dig({"a": 5}, "a", "b")
    (1, None, None)
    """
    for step in path:
        if isinstance(step, str) and isinstance(item, Mapping):
            item = item.get(step)
        elif isinstance(step, int) and isinstance(item, Sequence) and not isinstance(item, str) and step < len(item):
            item = item[step]
        else:
            return None
    return item


def unread(items: Iterable[Mapping[str, Any]], known: frozenset[str], kind: str) -> list[str]:
    """Names that hold something and that nobody reads, once each, with the kind before them."""
    found = {
        name for item in items for name, value in item.items() if name not in known and value not in (None, "", [])
    }
    return [f"{kind}.{name}" for name in sorted(found)]


def _put(into: Item, steps: list[str], cell: str) -> None:
    for at, step in enumerate(steps):
        matched = _PART.match(step.strip())
        name, number = (matched[1].strip(), matched[2]) if matched else (step, None)
        last = at == len(steps) - 1
        if number is None:
            place, key = into, name
        else:
            place, key = into.setdefault(name, {}), f"#{number}"
        if not isinstance(place, dict) or (last and isinstance(place.get(key), dict)):
            return
        if last:
            place[key] = cell
            return
        into = place.setdefault(key, {})
        if not isinstance(into, dict):
            return


def _lists(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    if item and all(name.startswith("#") for name in item):
        return [_lists(item[name]) for name in sorted(item, key=lambda name: int(name[1:]))]
    return {name: _lists(value) for name, value in item.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("false", "true")[value] if isinstance(value, bool) else str(value)
