"""Files of lists: the whole filtered list, read page after page through its own view; nothing is cut."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.test import RequestFactory
from django.utils import translation
from openpyxl import load_workbook

from tests.web.pages_world import CITY, NEXT_CITY, areas, at_noon, page, signed_in, text, user_of
from yinghuo.console import exports
from yinghuo.console.exports import forms, parquet
from yinghuo.console.pieces import STATES
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused

__all__ = ["at_noon"]
COLUMNS = [
    Column("id", "Id", kind="code"),
    Column("people", "People", kind="number"),
    Column("share", "Share", kind="share"),
    Column("day", "Day", kind="day"),
    Column("at", "At", kind="moment"),
    Column("state", "State", kind="state"),
]
ROW = {
    "id": "a1",
    "people": 1200,
    "share": Decimal("0.25"),
    "day": date(2022, 5, 8),
    "at": datetime(2022, 5, 8, 4, 0, tzinfo=UTC),
    "state": STATES["late"],
}


def table(rows: int, **given: Any) -> Table:
    return Table(name="list", caption="List", columns=COLUMNS, rows=[ROW] * rows, **given)


def asked(form: str, of: Table) -> Any:
    return exports.asked(RequestFactory().get(f"/list?as={form}"), of)


def test_parquet_keeps_types_and_whole_numbers() -> None:
    with translation.override("en"):
        frame = pl.read_parquet(io.BytesIO(asked("parquet", table(3)).getvalue()))
    assert frame.schema == {
        "id": pl.String,
        "people": pl.Int64,
        "share": pl.Float64,
        "day": pl.Date,
        "at": pl.Datetime("us", "UTC"),
        "state": pl.String,
    }
    assert frame.row(0) == ("a1", 1200, 0.25, date(2022, 5, 8), datetime(2022, 5, 8, 4, tzinfo=UTC), "Late")


def test_parquet_of_a_long_list_comes_in_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 1_000)
    content = asked("parquet", table(0, every=lambda: [ROW | {"people": n / 2} for n in range(5_000)])).getvalue()
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame["people"].sum() == sum(n / 2 for n in range(5_000))
    assert frame["people"].dtype == pl.Float64


def test_an_empty_list_is_a_file_with_heads_in_every_form() -> None:
    assert asked("csv", table(0)).getvalue().decode("utf-8-sig").startswith("Id,People")
    assert load_workbook(io.BytesIO(asked("xlsx", table(0)).getvalue())).active.max_row == 1
    assert pl.read_parquet(io.BytesIO(asked("parquet", table(0)).getvalue())).shape == (0, 6)


def test_a_workbook_that_would_not_fit_is_refused_and_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"export\.too_long"):
        asked("xlsx", table(1, every=lambda: iter(()), total=1_048_576))
    monkeypatch.setattr(forms, "MOST_XLSX_ROWS", 10)
    with pytest.raises(Refused, match=r"export\.too_long"):
        asked("xlsx", table(0, every=lambda: [ROW] * 11))
    assert load_workbook(io.BytesIO(asked("xlsx", table(10)).getvalue())).active.max_row == 11


def test_a_long_csv_file_is_sent_while_it_is_read() -> None:
    taken: list[int] = []

    def every() -> Any:
        for number in range(10_000):
            taken.append(number)
            yield ROW

    answer = asked("csv", table(0, every=every))
    assert answer.streaming
    assert len(taken) < 10_000
    assert len(list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))) == 10_001


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_list_of_the_console_gives_all_its_pages(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    areas()
    monkeypatch.setattr("yinghuo.web.pages.people.ROWS", 2)
    for place in range(6):
        user_of(Role.DUTY, name=f"u{place}")
    user_of(Role.DUTY, NEXT_CITY, name="stranger")
    content = signed_in(user_of(Role.ADMIN, CITY)).get(page("people"), {"as": form}).getvalue()
    assert b"stranger" not in content
    match form:
        case "csv":
            assert len(content.decode("utf-8-sig").splitlines()) == 8
        case "xlsx":
            assert load_workbook(io.BytesIO(content)).active.max_row == 8
        case _:
            assert len(pl.read_parquet(io.BytesIO(content))) == User.objects.filter(area_code=CITY).count() == 7


@pytest.mark.django_db
def test_a_long_file_is_in_the_language_of_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    areas()
    monkeypatch.setattr("yinghuo.web.pages.people.ROWS", 1)
    user_of(Role.DUTY, name="a")
    answer = signed_in(user_of(Role.ADMIN, CITY), language="zh-cn").get(page("people"), {"as": "csv"})
    assert answer.getvalue().decode("utf-8-sig").count("长春市") == 2


@pytest.mark.django_db
def test_the_foot_of_a_table_offers_three_forms() -> None:
    areas()
    assert "CSV XLSX Parquet" in text(signed_in(user_of(Role.ADMIN, CITY)).get(page("people")))
