"""One small world for the tests of reports, events and cases; everybody in it is invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinghuo.core.areas.actions import load_region
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.desks.response.actions.cases import NewReport, Who, keep_report
from yinghuo.desks.response.models import Case, Report

AT = datetime(2022, 5, 7, 6, 30, tzinfo=UTC)  # 14:30 in Changchun
NOW = AT + timedelta(minutes=1)
STREET, ELSEWHERE = "220106001", "220204001"
BY = "user:1"
WANG = Who(number="11010519491231002X", name="王小明", phone="13900000001")  # invented, a valid check character
NUMBERLESS = Who(name="王小明", phone="139 0000 0001", born=date(1949, 12, 31))


def region() -> None:
    """The areas of the province."""
    load_region(by=BY, at=AT)


def plant() -> UUID:
    """An enterprise."""
    named = {"name_zh": "试验厂（虚构）", "name_en": "Trial plant (invented)"}
    return register_party(kind="enterprise", area_code=STREET, by=BY, at=AT, **named).id


def report(who: Who = WANG, **given: Any) -> Report:
    """A report by telephone, unless said otherwise, kept a minute after it was made."""
    told: dict[str, Any] = {"id": uuid4(), "at": AT, "door": "phone", "area_code": STREET, "who": who} | given
    at = told.pop("kept_at", told["at"] + timedelta(minutes=1))
    return keep_report(NewReport(**told), by=BY, at=at)


def case(who: Who = WANG, **given: Any) -> Case:
    """The case that a report opened."""
    found = report(who, **given).case
    assert found
    return found


def user(role: str = Role.DUTY, area_code: str = "2201", **given: Any) -> User:
    """Somebody who works here."""
    name = f"{role}-{area_code}-{uuid4().hex[:6]}"
    fields: dict[str, Any] = {"username": name, "password": "a-long-enough-pass", "role": role, "area_code": area_code}
    fields |= {"name_zh": f"值班员{area_code}", "name_en": f"Officer {area_code}"} | given
    return people.add_user(by=BY, at=AT, **fields)
