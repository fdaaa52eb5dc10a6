"""Cells of tables: every kind as a person reads it, and nothing that somebody typed becomes part of the page."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context
from django.utils import translation

from yinghuo.console.pieces import STATES, Due
from yinghuo.console.tables import Column, Kind, Table
from yinghuo.console.templatetags.cells import cell

NOW = datetime(2022, 5, 10, 4, 0, tzinfo=UTC)
LATE_AT_NIGHT = datetime(2022, 5, 9, 17, 5, tzinfo=UTC)  # the next day in Changchun
TYPED = '<b onclick="x">&'
ESCAPED = "&lt;b onclick=&quot;x&quot;&gt;&amp;"


def html(kind: Kind, value: Any, *, unit: str = "", **more: Any) -> str:
    column = Column("value", "Label", kind, unit, link="link" if "link" in more else "", note="note")
    (row,) = Table(name="t", caption="T", columns=[column], rows=[{"id": 1, "value": value} | more]).body
    with translation.override("en"):
        return cell(Context({"page": SimpleNamespace(now=NOW)}), row.cells[0])


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", "Site 4", ">Site 4<"),
        ("text", 0, ">0<"),
        ("code", "CC0510001003", '<code class="short">CC0510001003</code>'),
        ("code", "order:0ee006a7-4931-52bf-b8aa-3e273249d440", "<code>order:"),
        ("number", 41208, '<td data-label="Label" class="number">41,208<'),
        ("share", 0.427, ">42.7%<"),
        ("bar", 3, 'width="100" height="4"/></svg>3<'),
        ("day", date(2022, 5, 8), '<time datetime="2022-05-08">2022-05-08<'),
        ("day", LATE_AT_NIGHT, '<time datetime="2022-05-10">2022-05-10<'),
        ("time", LATE_AT_NIGHT, '<time datetime="2022-05-10T01:05:00+08:00">01:05<'),
        ("moment", LATE_AT_NIGHT, '<time datetime="2022-05-10T01:05:00+08:00">2022-05-10 01:05<'),
        ("clock", Due(LATE_AT_NIGHT), '<span class="clock clock-late">'),
        ("state", STATES["late"], '<span class="state state-late">'),
        ("evidence", 1200, '<span class="figure">1,200</span>'),
    ],
)
def test_each_kind_as_it_is_read(kind: Kind, value: Any, said: str) -> None:
    assert said in html(kind, value)


@pytest.mark.parametrize("kind", ["text", "code", "number", "state", "moment", "clock", "evidence"])
def test_no_value_is_a_dash(kind: Kind) -> None:
    assert ">–</td>" in html(kind, None)


def test_unit_link_and_smaller_line() -> None:
    shown = html("number", 5, unit="people", link="/orders/5", note="of 9")
    assert shown == (
        '<td data-label="Label people" class="number"><a href="/orders/5">5</a><span class="note">of 9</span></td>'
    )


def test_evidence_is_one_link() -> None:
    assert html("evidence", 5, link="/figures/x").count("<a ") == 1


@pytest.mark.parametrize("kind", ["text", "code", "number"])
def test_what_somebody_typed_stays_text(kind: Kind) -> None:
    shown = html(kind, TYPED, link=TYPED, note=TYPED)
    assert "<b" not in shown
    assert shown.count(ESCAPED) == 3
