"""Charts as plain data: what static/charts.js draws and lists as numbers; None is a gap and stays a gap."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Words

Paint = Literal["accent", "grey", "done", "running", "late", "wrong"]
Value = float | int | None
SHADES_FROM = (1, 10, 100, 1000)  # counts of an outbreak differ by powers of ten


@dataclass(frozen=True)
class Line:
    """A line of a curve: its direct label, one value a day, and where it is uncertain a band (low, high)."""

    label: Words
    values: Sequence[Value]
    paint: Paint = "accent"
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()


@dataclass(frozen=True)
class Outline:
    """An area of a map: its code, its name, its GeoJSON geometry."""

    code: str
    name: str
    geometry: Mapping[str, Any]


def curve(*, name: str, title: Words, unit: Words, days: Sequence[date], lines: Sequence[Line]) -> dict[str, Any]:
    """Lines over days; `name` marks the chart in the page. ValueError when a line is not as long as the days."""
    for line in lines:
        _same_length(days, line.values)
    spec = _spec("curve", name=name, title=title, unit=unit)
    shown = [{**asdict(line), "label": str(line.label)} for line in lines]
    return spec | {"days": [day.isoformat() for day in days], "lines": shown}


def course(
    *, name: str, title: Words, unit: Words, axis: Words, places: Sequence[Words], lines: Sequence[Line]
) -> dict[str, Any]:
    """Lines over something else than days: hours, sizes of a pool; `axis` names it, `places` are its labels."""
    for line in lines:
        _same_length(places, line.values)
    spec = _spec("curve", name=name, title=title, unit=unit)
    shown = [{**asdict(line), "label": str(line.label)} for line in lines]
    words = spec["words"] | {"day": str(axis)}
    return spec | {"plain": True, "words": words, "days": [str(place) for place in places], "lines": shown}


def bars(
    *,
    name: str,
    title: Words,
    unit: Words,
    labels: Sequence[Words],
    values: Sequence[Value],
    paints: Sequence[Paint] = (),
) -> dict[str, Any]:
    """Horizontal bars, labelled with their numbers; stages in their order make a funnel."""
    _same_length(labels, values)
    spec = _spec("bars", name=name, title=title, unit=unit)
    return spec | {"labels": [str(label) for label in labels], "values": list(values), "paints": list(paints)}


def day_map(
    *,
    name: str,
    title: Words,
    unit: Words,
    days: Sequence[date],
    outlines: Sequence[Outline],
    values: Mapping[str, Sequence[Value]],
) -> dict[str, Any]:
    """A map with a day slider; shades begin at 0 and at each of SHADES_FROM.

    values: per area code one value a day; an area without values is shown as a gap
    """
    for series in values.values():
        _same_length(days, series)
    features = [
        {"type": "Feature", "properties": {"name": outline.code}, "geometry": outline.geometry} for outline in outlines
    ]
    return _spec("map", name=name, title=title, unit=unit) | {
        "days": [day.isoformat() for day in days],
        "names": {outline.code: outline.name for outline in outlines},
        "outlines": {"type": "FeatureCollection", "features": features},
        "values": {code: list(series) for code, series in values.items()},
        "shades": _shades(SHADES_FROM),
    }


def _spec(kind: str, *, name: str, title: Words, unit: Words) -> dict[str, Any]:
    words = {"day": _("Date"), "slider": _("Day"), "gap": _("no report"), "numbers": _("Numbers")}
    return {"kind": kind, "name": name, "title": str(title), "unit": str(unit), "words": words}


def _shades(steps: Sequence[int]) -> list[dict[str, Any]]:
    starts = [0, *steps]
    ends = [*(step - 1 for step in steps), None]
    return [{"min": low, "max": high, "label": _span(low, high)} for low, high in zip(starts, ends, strict=True)]


def _span(low: int, high: int | None) -> str:
    first = number_format(low)
    if high is None:
        return _("%(number)s and more") % {"number": first}
    return first if low == high else f"{first}–{number_format(high)}"


def _same_length(labels: Sequence[object], values: Sequence[object]) -> None:
    if len(labels) != len(values):
        raise ValueError(f"{len(values)} values for {len(labels)} places")
