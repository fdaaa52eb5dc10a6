"""Invented rosters for the tests: numbers that pass their check, files in the forms people send, an area to be in."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from yinghuo.core.areas.models import Area
from yinghuo.core.people.models import Role, User
from yinghuo.core.rosters import actions
from yinghuo.core.rosters.models import Intake
from yinghuo.engines.identity import identity_check_digit

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
HEADS = ("姓名", "身份证号", "手机号", "街道", "班组")
STREET = "220106001"
AREAS = [
    ("22", "province", "吉林省", "Jilin"),
    ("2201", "prefecture", "长春市", "Changchun"),
    ("220106", "county", "绿园区", "Lüyuan"),
    (STREET, "street", "正阳街道", "Zhengyang Street"),
    ("220106002", "street", "普阳街道", "Puyang Street"),
    ("2202", "prefecture", "吉林市", "Jilin City"),
]


@pytest.fixture
def region(settings: Any, tmp_path: Path) -> None:
    """Areas, and a folder for sealed files."""
    settings.ROSTERS_FOLDER = tmp_path / "rosters"
    for code, level, name_zh, name_en in AREAS:
        parent = max((other for other, *_ in AREAS if code.startswith(other) and other != code), key=len, default=None)
        Area.objects.create(
            code=code, level=level, name_zh=name_zh, name_en=name_en, short_zh=name_zh, parent_id=parent
        )


def number(place: int, born: date = date(1980, 1, 1)) -> str:
    """A valid identity number of nobody: serials beyond the real ones, by place."""
    day = born + timedelta(days=place // 900)
    first = f"220199{day:%Y%m%d}{place % 900:03}"
    return first + identity_check_digit(first)


def person(place: int, **given: str) -> tuple[str, ...]:
    """A row of HEADS."""
    row = {
        "姓名": f"王{chr(0x5F00 + place % 500)}",
        "身份证号": number(place),
        "手机号": f"139{place:08}",
        "街道": "正阳街道",
        "班组": f"总装{place // 140 + 1}线",
    }
    return tuple((row | given)[head] for head in HEADS)


def people(count: int, first: int = 0) -> list[tuple[str, ...]]:
    """Rows of HEADS."""
    return [person(place) for place in range(first, first + count)]


def as_csv(
    rows: Iterable[Sequence[str]], heads: Sequence[str] = HEADS, *, encoding: str = "utf-8-sig", separator: str = ","
) -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([heads, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[Any]], heads: Sequence[str] = HEADS, *, title: str = "") -> bytes:
    """A workbook; a title stands above the heads if there is one."""
    book = openpyxl.Workbook()
    for row in ([[title]] if title else []) + [list(heads), *map(list, rows)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def begun(content: bytes, *, policy: str = "skip", area_code: str = "2201") -> Intake:
    """An intake whose columns are not confirmed."""
    upload = actions.Upload("名册.csv", io.BytesIO(content))
    return actions.begin(upload, policy=policy, area_code=area_code, by="user:1", at=NOON)


def tried(content: bytes, *, policy: str = "skip", area_code: str = "2201") -> Intake:
    """A dry run."""
    intake = begun(content, policy=policy, area_code=area_code)
    actions.start_reading(intake.id, mapping=intake.mapping)
    return actions.read(intake.id, at=NOON)


def taken_in(content: bytes, *, policy: str = "skip", area_code: str = "2201", at: datetime = NOON) -> Intake:
    """A roster taken in."""
    intake = tried(content, policy=policy, area_code=area_code)
    actions.start_applying(intake.id, by="user:1")
    return actions.apply(intake.id, at=at)


def counted(intake: Intake) -> tuple[int, ...]:
    """Read, new, merged, skipped, rejected; the first is the sum of the others."""
    counts = tuple(intake.counts[name] for name in ("read", "new", "merged", "skipped", "rejected"))
    assert counts[0] == sum(counts[1:]), counts
    return counts


def manager(area_code: str = "2201", role: Role = Role.MANAGER) -> User:
    """Who decides."""
    return User.objects.create(username=f"{role}{area_code}", role=role, area_code=area_code)
