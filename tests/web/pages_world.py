"""One small world for the tests of the core's pages: areas, a user of each role, a stranger from the next city."""

import csv
import html
import io
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinghuo.console import clock
from yinghuo.core.areas.models import Area
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role, User

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STREET, COUNTY, CITY, NEXT_CITY = "220106001", "220106", "2201", "2202"
MOST_QUERIES = 12
CONTROL = ("SAVEPOINT", "RELEASE", "SET LOCAL")  # the frame of a transaction reads nothing
AREAS = [
    ("22", "province", "吉林省", "Jilin Province"),
    ("2201", "prefecture", "长春市", "Changchun"),
    ("220106", "county", "绿园区", "Lüyuan District"),
    ("220106001", "street", "正阳街道", "Zhengyang Street"),
    ("2202", "prefecture", "吉林市", "Jilin City"),
]


@pytest.fixture(autouse=True)
def at_noon(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon of 8 May 2022 on every page when a test begins, however long the others took."""
    settings.SCENARIO_CLOCK = NOON.isoformat()
    monkeypatch.setattr(clock, "_STARTED_S", time.monotonic())


def areas() -> None:
    """A province, two cities, a district, a street."""
    for code, level, name_zh, name_en in AREAS:
        parent = max((other for other, *_ in AREAS if code.startswith(other) and other != code), key=len, default=None)
        Area.objects.create(
            code=code, level=level, name_zh=name_zh, name_en=name_en, short_zh=name_zh, parent_id=parent
        )


def user_of(role: Role, area_code: str = CITY, *, name: str = "") -> User:
    """A user of a role."""
    username = name or f"{role}{area_code}"
    return User.objects.create(username=username, role=role, area_code=area_code, name_zh="李工", name_en="Li")


def signed_in(user: User, *, language: str = "en") -> Client:
    """A browser in which this user is signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def text(answer: HttpResponse) -> str:
    """What an answer says, without its marks and extra spaces."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(plain).split())


def read(client: Client, address: str) -> str:
    """A page that must be there and stay within its queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    asked = [query["sql"][:200] for query in queries if not query["sql"].startswith(CONTROL)]
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
    return text(answer)


def read_in_both(user: User, address: str) -> tuple[str, str]:
    """The page in English and in Chinese; the Chinese one has no sentence left in English."""
    english, chinese = (read(signed_in(user, language=language), address) for language in ("en", "zh-CN"))
    assert english != chinese
    return english, chinese


def statuses(address: str, *roles: Role) -> list[int]:
    """How a page answers users of these roles."""
    return [signed_in(user_of(role)).get(address).status_code for role in roles]


def csv_rows(client: Client, address: str) -> list[list[str]]:
    """The CSV file of a page, head and rows."""
    answer = client.get(address, {"as": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def first_cells(answer: HttpResponse, table: str) -> list[str]:
    """The text of the first cell of each row of a table of a page."""
    rows = re.findall(rf'<tr id="{table}-.*?</tr>', answer.content.decode(), re.DOTALL)
    cells = [re.search(r"<td.*?</td>", row, re.DOTALL) for row in rows]
    bare = [re.sub(r'<span class="note">.*?</span>', "", cell[0]) for cell in cells if cell]
    return [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in bare]


def entered(kind: str, subject: str) -> list[Entry]:
    """The ledger entries of a kind about a subject."""
    return list(Entry.objects.filter(kind=kind, subject=subject))


def page(name: str, *args: object) -> str:
    """The address of a page by its name."""
    return reverse(name, args=[arg if isinstance(arg, UUID | int) else str(arg) for arg in args])
