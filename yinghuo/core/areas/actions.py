"""Writing areas: a region's tables, and the grid cells that a street is cut into."""

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area, Level
from yinghuo.core.areas.rules import MOST_CELLS, level_of, parent_code
from yinghuo.core.refusal import Refused
from yinghuo.engines.outlines import decode_outlines, significant_code

DATA = Path(__file__).parent / "data"
MAP = Path("node_modules/echarts-outlines/map/json/province/jilin.json")
LOADED = [field.attname for field in Area._meta.concrete_fields if not field.primary_key]


@transaction.atomic
def load_region(*, by: str, at: datetime) -> int:
    """Brings the areas in line with the tables under `data/`, and with the map's outlines where the map is there.

    returns: how many areas were new or changed; 0 the second time. Grid cells are left alone.
    """
    shapes = _shapes(settings.ROOT / MAP)
    wanted = [_area(row, shapes.get(row["code"], {})) for row in _rows()]
    known = Area.objects.in_bulk()
    changed = [area for area in wanted if area.code not in known or _values(area) != _values(known[area.code])]
    if changed:
        Area.objects.bulk_create(changed, update_conflicts=True, update_fields=LOADED, unique_fields=["code"])
        ledger.enter("region.loaded", f"area:{wanted[0].code}", by=by, at=at, body=_summary(changed))
    return len(changed)


@transaction.atomic
def add_cell(street_code: str, *, name_zh: str, name_en: str, by: str, at: datetime) -> Area:
    """Adds a grid cell to a street, numbered after the last one; the same Chinese name again is the same cell.

    Refused("area.unknown") if there is no such street, Refused("name.missing"), Refused("area.cells_full").
    """
    if not (name_zh.strip() and name_en.strip()):
        raise Refused("name.missing")
    street = Area.objects.select_for_update().filter(code=street_code, level=Level.STREET).first()
    if street is None:
        raise Refused("area.unknown", area=street_code)
    same = street.children.filter(name_zh=name_zh).first()
    if same:
        return same
    code = _next_cell_code(street)
    names = {"name_zh": name_zh, "name_en": name_en}
    cell = Area.objects.create(code=code, level=Level.CELL, parent=street, short_zh=name_zh, **names)
    ledger.enter("cell.added", f"area:{code}", by=by, at=at, body=names)
    return cell


def _next_cell_code(street: Area) -> str:
    last = street.children.aggregate(last=Max("code"))["last"]
    number = int(last[-3:]) + 1 if last else 1
    if number > MOST_CELLS:
        raise Refused("area.cells_full", area=street.name, most=MOST_CELLS)
    return f"{street.code}{number:03}"


def _rows() -> Iterator[dict[str, str]]:
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _area(row: dict[str, str], shape: dict[str, Any]) -> Area:
    people = row.get("population")
    return Area(
        code=row["code"],
        level=level_of(row["code"]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        short_zh=row.get("short_zh") or row["name_zh"],
        parent_id=parent_code(row["code"]),
        population=int(people) if people else None,
        population_year=int(row["population_year"]) if people else None,
        population_source=row.get("population_source", ""),
        population_excludes=row.get("population_excludes", ""),
        reported=row.get("reported") == "yes",
        **shape,
    )


def _shapes(path: Path) -> dict[str, dict[str, Any]]:
    """Outline and label point by code; empty where the map is not there. The map gives points as (lon, lat)."""
    if not path.exists():
        return {}
    shapes = {}
    for feature in decode_outlines(json.loads(path.read_text(encoding="utf-8")))["features"]:
        lon, lat = feature["properties"]["cp"]
        shapes[significant_code(feature["id"])] = {"outline": feature["geometry"], "lat": lat, "lon": lon}
    return shapes


def _values(area: Area) -> list[Any]:
    return [getattr(area, name) for name in LOADED]


def _summary(areas: list[Area]) -> dict[str, Any]:
    lines = "\n".join(json.dumps([area.code, *_values(area)], ensure_ascii=False) for area in areas)
    return {"areas": len(areas), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
