"""Files of an invented outbreak for the tests of the exchange; everybody in them is invented."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from yinghuo.core.areas.models import Area
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.desks.response.actions import exchange
from yinghuo.desks.response.actions.exchange import Upload
from yinghuo.desks.response.models import Import

AT = datetime(2022, 5, 10, 1, 0, tzinfo=UTC)  # 09:00 in Changchun
LATER = AT + timedelta(minutes=5)
BY = "user:1"
AREA = "2201"
HEADS = "病例编号,事件编号,姓名,证件号码,联系电话,现住地区,病例分类,发病日期,采样日期,报告时间,发现时已隔离,备注"
WANG = "A-1,J-7,王小明,229999194912310021,13900000001,绿园区,确诊病例,2022/5/6,,2022-05-07 14:30,否,虚构"
LI = "A-2,J-7,李虚构,229999198001010012,,正阳街道,无症状,,2022-05-08,2022-05-08,是,"
WRONG = "A-3,J-7,张虚构,,,大同街道,疑似,2022/13/1,,,,"
AREAS = [
    ("22", "province", "吉林省", "Jilin"),
    ("2201", "prefecture", "长春市", "Changchun"),
    ("220106", "county", "绿园区", "Lüyuan"),
    ("220106001", "street", "正阳街道", "Zhengyang Street"),
    ("2202", "prefecture", "吉林市", "Jilin City"),
]


@pytest.fixture
def region(settings: Any, tmp_path: Path) -> None:
    """Areas, and a folder for sealed files."""
    settings.ROSTERS_FOLDER = tmp_path / "files"
    for code, level, name_zh, name_en in AREAS:
        parent = max((other for other, *_ in AREAS if code.startswith(other) and other != code), key=len, default=None)
        Area.objects.create(
            code=code, level=level, name_zh=name_zh, name_en=name_en, short_zh=name_zh, parent_id=parent
        )


def line_list(*rows: str) -> bytes:
    """A line list in GB18030, as spreadsheets in China save it."""
    return "\n".join([HEADS, *rows]).encode("gb18030")


def begun(data: bytes, **given: Any) -> Import:
    """A file that was tried out."""
    told: dict[str, Any] = {"form": "line_list", "source": "市疾控中心（虚构）", "policy": "skip"} | given
    area = told.pop("area_code", AREA)
    at = told.pop("at", AT)
    return exchange.begin(Upload("名单（虚构）.csv", io.BytesIO(data), **told), area_code=area, by=BY, at=at)


def taken(data: bytes, **given: Any) -> Import:
    """A file that was taken in."""
    return confirmed(begun(data, **given).id)


def confirmed(import_id: UUID) -> Import:
    """The import after somebody said yes."""
    exchange.start_applying(import_id, by=BY)
    return exchange.apply(import_id, at=LATER)


def user(role: str = Role.RESPONSE, area_code: str = AREA) -> User:
    """Somebody who works here."""
    fields: dict[str, Any] = {"username": f"{role}-{area_code}", "password": "a-long-enough-pass", "role": role}
    fields |= {"area_code": area_code, "name_zh": "流调员", "name_en": "Officer"}
    return people.add_user(by=BY, at=AT, **fields)
