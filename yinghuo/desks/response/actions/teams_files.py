"""Loading teams from a table (CSV or XLSX): all of it or nothing, each fault with its row, column and cause."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, NamedTuple
from uuid import UUID
from zipfile import BadZipFile

from django.db import transaction
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.teams import NewTeam, columns_of, row_of
from yinghuo.desks.response.models import Skill, Team, TeamState

MOST_ROWS = 5_000
MOST_BYTES = 5 << 20
LONGEST_SHOWN = 60
CODE = re.compile(r"[0-9A-Za-z._-]{1,20}")
HEADS: dict[str, tuple[str, ...]] = {
    "code": ("队伍编号", "编号"),
    "name_zh": ("中文名称", "队伍名称", "名称"),
    "name_en": ("英文名称",),
    "mobile": ("机动", "省级机动"),
    "area_code": ("区划代码", "地区代码"),
    "skills": ("技能", "专业"),
    "members": ("人数",),
    "vehicles": ("车辆", "车辆数"),
    "lat": ("纬度",),
    "lon": ("经度",),
    "shift_from": ("上班时间", "班次开始"),
    "shift_to": ("下班时间", "班次结束"),
}
NEEDED = ("code", "name_zh", "area_code", "skills", "lat", "lon")
SKILL_WORDS: dict[str, str] = {one.value: one.value for one in Skill} | {
    "流调": "tracing",
    "公安": "police",
    "通信": "communications",
    "转运": "transfer",
    "隔离": "isolation",
    "消杀": "disinfection",
    "采样": "sampling",
}
YES, NO = {"1", "yes", "true", "是"}, {"", "0", "no", "false", "否"}


class Problem(NamedTuple):
    """What keeps a row from being loaded; `row` as a spreadsheet counts.

    cause: missing, form, repeated, outside, unknown
    """

    row: int
    column: str
    cause: str
    value: str


@dataclass
class Loaded:
    """What a file came to: rows, new, changed; problems; the ledger entry, if anything was written."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    problems: list[Problem] = field(default_factory=list)
    entry_id: UUID | None = None


@transaction.atomic
def load_teams(raw: bytes, *, area_code: str, by: str, at: datetime) -> Loaded:
    """Registers the teams of a file, and changes those that stand; with a single problem nothing is written.

    area_code: of who loads: teams elsewhere are a problem. A load that changes nothing enters nothing.
    Refused: "teams.unreadable", "teams.columns", "teams.too_long"
    """
    rows = _rows(raw)
    news, problems = _checked(rows, area_code)
    done = Loaded(rows=len(rows), problems=problems)
    if problems or not news:
        return done
    known = {one.code: one for one in Team.objects.select_for_update().filter(code__in=[new.code for new in news])}
    entry_id = ledger.new_id()
    fresh = [row_of(new, entry_id) for new in news if new.code not in known]
    changed = [one for new in news if (one := known.get(new.code)) and _changed(one, new, entry_id)]
    if fresh or changed:
        Team.objects.bulk_create(fresh)
        Team.objects.bulk_update(changed, [*columns_of(news[0]), "lat", "lon", "entry_id"]) if changed else None
        body = {
            "rows": len(rows),
            "new": len(fresh),
            "changed": len(changed),
            "sha256": hashlib.sha256(raw).hexdigest(),
        }
        done.entry_id = ledger.enter("teams.loaded", "teams", by=by, at=at, body=body, entry_id=entry_id)
    done.new, done.changed = len(fresh), len(changed)
    return done


def _changed(one: Team, new: NewTeam, entry_id: UUID) -> bool:
    """Puts what is told onto the row; whether anything is other than before."""
    told = columns_of(new)
    if all(getattr(one, name) == value for name, value in told.items()):
        return False
    for name, value in told.items():
        setattr(one, name, value)
    if one.state == TeamState.READY:
        one.lat, one.lon = new.lat, new.lon
    one.entry_id = entry_id
    return True


def _rows(raw: bytes) -> list[dict[str, str]]:
    """Cells by column name, row after row, empty rows too."""
    if len(raw) > MOST_BYTES:
        raise Refused("teams.too_long", most=MOST_ROWS)
    lines = _workbook(raw) if raw[:4] == b"PK\x03\x04" else _text(raw)
    if not lines:
        raise Refused("teams.columns", needed=", ".join(NEEDED))
    names = [_name(cell) for cell in lines[0]]
    if lacking := [name for name in NEEDED if name not in names]:
        raise Refused("teams.columns", needed=", ".join(lacking))
    if len(lines) > MOST_ROWS:
        raise Refused("teams.too_long", most=MOST_ROWS)
    return [{name: cell.strip() for name, cell in zip(names, line, strict=False) if name} for line in lines[1:]]


def _workbook(raw: bytes) -> list[list[str]]:
    try:
        sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise Refused("teams.unreadable") from error
    return [["" if cell is None else _plain(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.strftime("%H:%M") if isinstance(cell, time) else str(cell)


def _text(raw: bytes) -> list[list[str]]:
    try:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("teams.unreadable") from error


def _name(head: str) -> str:
    """The column that a head means; "" for one that is not known."""
    word = head.strip()
    return next((name for name, words in HEADS.items() if word == name or word in words), "")


def _checked(rows: list[dict[str, str]], area_code: str) -> tuple[list[NewTeam], list[Problem]]:
    known = set(Area.objects.filter(code__in={row.get("area_code", "") for row in rows}).values_list("code", flat=True))
    news: dict[str, NewTeam] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        faults = _faults(row, known, area_code, set(news))
        problems += [Problem(number, column, cause, row.get(column, "")[:LONGEST_SHOWN]) for column, cause in faults]
        if not faults:
            news[row["code"]] = _new(row)
    return list(news.values()), problems


def _faults(row: Mapping[str, str], known: set[str], area_code: str, before: set[str]) -> list[tuple[str, str]]:
    faults = [(name, "missing") for name in NEEDED if not row.get(name)]
    for name, cell in row.items():
        if cell and not _fits(name, cell):
            faults.append((name, "form"))
    area = row.get("area_code", "")
    if area and area not in known:
        faults.append(("area_code", "unknown"))
    elif area and not area.startswith(area_code):
        faults.append(("area_code", "outside"))
    if row.get("code") in before:
        faults.append(("code", "repeated"))
    return faults or _too_many(row)


def _too_many(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """More people with a skill than there are people."""
    most = max(skills_of(row["skills"]).values(), default=0)
    return [] if 0 < most <= int(row.get("members") or 5) else [("skills", "form")]


def _fits(name: str, cell: str) -> bool:
    try:
        return bool(FITS[name](cell)) if name in FITS else len(cell) <= 200
    except (ValueError, KeyError):
        return False


def skills_of(cell: str) -> dict[str, int]:
    """Skills with counts; KeyError or ValueError for what is none.

    >>> skills_of("tracing:2; 消杀:1"), skills_of("police")
    ({'tracing': 2, 'disinfection': 1}, {'police': 1})
    """
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[;；,，、]", cell))):
        word, _colon, count = part.replace("：", ":").partition(":")
        found[SKILL_WORDS[word.strip()]] = int(count or 1)
    return found


def _time(cell: str) -> time:
    return time.fromisoformat(cell if len(cell) > 4 else f"0{cell}") if cell else time(0)


def _new(row: Mapping[str, str]) -> NewTeam:
    return NewTeam(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row.get("name_en", ""),
        mobile=row.get("mobile", "").lower() in YES,
        area_code=row["area_code"],
        skills=skills_of(row["skills"]),
        members=int(row.get("members") or 5),
        vehicles=int(row.get("vehicles") or 1),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        shift_from=_time(row.get("shift_from", "")),
        shift_to=_time(row.get("shift_to", "")),
    )


FITS: dict[str, Callable[[str], object]] = {
    "code": CODE.fullmatch,
    "mobile": lambda cell: cell.lower() in YES | NO,
    "skills": skills_of,
    "members": lambda cell: cell.isascii() and cell.isdigit() and 1 <= int(cell) <= 200,
    "vehicles": lambda cell: cell.isascii() and cell.isdigit() and int(cell) <= 200,
    "lat": lambda cell: -90 <= float(cell) <= 90,
    "lon": lambda cell: -180 <= float(cell) <= 180,
    "shift_from": lambda cell: _time(cell) is not None,
    "shift_to": lambda cell: _time(cell) is not None,
}
