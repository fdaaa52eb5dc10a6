"""The parts that pages are built of: written numbers, clocks, tables, paging, exports, charts."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.http import Http404
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override
from openpyxl import load_workbook

from yinghuo.console import charts, exports, states
from yinghuo.console.paging import pager, place, token
from yinghuo.console.pieces import Due, Empty, Stage, State, span_in_words
from yinghuo.console.tables import Column, Table, ordered

NOON = datetime(2022, 3, 13, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rendered(source: str, **values: object) -> str:
    """A template with the page's tags, at noon, in one line."""
    request = RequestFactory().get("/sites?state=late&sort=name")
    context = RequestContext(request)
    context.push(page=SimpleNamespace(now=NOON), **values)
    return " ".join(Template("{% load page %}" + source).render(context).split())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_numbers_days_and_times_are_written_alike_in_both_languages(language: str) -> None:
    with override(language):
        written = rendered(
            "{{ n|thousands }} {{ n }} {{ s|share }} {{ at|day }} {{ at|time }} {{ at|moment }} {{ none|thousands }}",
            n=1_041_208,
            s=0.4266,
            at=NOON,
            none=None,
        )
    assert written == "1,041,208 1,041,208 42.7% 2022-03-13 12:00 2022-03-13 12:00 –"


@pytest.mark.parametrize(
    ("due", "tone", "words"),
    [
        (Due(NOON - HOUR / 5), "late", "late by 12 min"),
        (Due(NOON + HOUR / 10, NOON - HOUR), "soon", "6 min left"),
        (Due(NOON + 3 * HOUR, NOON - HOUR), "fine", "3 h 00 min left"),
        (Due(NOON + 51 * HOUR), "fine", "2 d 3 h left"),
        (Due(NOON, NOON - HOUR, NOON - HOUR / 2), "done", "in time"),
        (Due(NOON - HOUR, NOON - 2 * HOUR, NOON - HOUR / 2), "late", "late by 30 min"),
    ],
)
def test_a_clock_says_how_much_time_is_left(due: Due, tone: str, words: str) -> None:
    with override("en"):
        html = rendered("{% clock due %}", due=due)
    assert f"clock-{tone}" in html
    assert words in html


def test_spans_are_said_in_chinese_without_typed_spaces() -> None:
    with override("zh-hans"):
        assert span_in_words(3 * HOUR + HOUR / 12) == "3小时05分"


def test_a_state_has_a_shape_a_word_and_a_colour() -> None:
    html = rendered("{% state state %}", state=State("wrong", "Box short"))
    assert 'href="#mark-wrong"' in html
    assert "state-wrong" in html
    assert "Box short" in html


def test_every_state_of_an_order_and_of_an_issue_can_be_shown() -> None:
    from yinghuo.core.work.rules import Settlement
    from yinghuo.core.work.rules import State as OrderState

    assert set(OrderState.values) == set(states.ORDER)
    assert {"", *Settlement.values} == set(states.SETTLEMENT)


def test_the_widest_stage_of_a_funnel_fills_its_bar() -> None:
    html = rendered("{% funnel stages %}", stages=[Stage("Sampled", 200), Stage("Boxed", 50, 12)])
    assert [f'width="{width}"' in html for width in (100, 25)] == [True, True]
    assert "12" in html


def test_a_live_part_reads_its_own_address_again() -> None:
    assert 'hx-get="/sites?state=late&amp;sort=name" hx-select="#sites"' in rendered('{% live "sites" 30 %}')


def sites(rows: list[dict[str, object]], **more: object) -> Table:
    """A small table of sites."""
    columns = [
        Column("name", "Site", link="href", sort=True),
        Column("swabs", "Sampled", kind="bar", unit="people", sort=True),
        Column("due", "Due", kind="clock"),
    ]
    return Table(name="sites", caption="Sites", columns=columns, rows=rows, **more)  # type: ignore[arg-type]


SITE = {"id": 7, "name": "Site 7", "href": "/sites/7", "swabs": 1200, "due": Due(NOON - HOUR), "late": True}


def test_a_row_links_is_marked_late_and_keeps_its_id() -> None:
    with override("en"):
        html = rendered('{% include "parts/table.html" %}', table=sites([SITE]))
    assert '<tr id="sites-7" tabindex="0" class="late">' in html
    assert '<a href="/sites/7">Site 7' in html
    assert "1,200" in html


def test_a_head_turns_its_order_round_and_keeps_the_filter() -> None:
    html = rendered('{% include "parts/table.html" %}', table=sites([SITE], sort="name"))
    assert '<th scope="col" aria-sort="ascending"><a href="?state=late&amp;sort=-name">' in html


def test_an_empty_table_says_why_and_what_to_do() -> None:
    html = rendered(
        '{% include "parts/table.html" %}', table=sites([], empty=Empty("No site yet.", "Add a site", "/new"))
    )
    assert "No site yet." in html
    assert '<a class="button second" href="/new">Add a site</a>' in html


def test_a_missing_value_is_a_dash_and_sorts_last() -> None:
    unknown = SITE | {"id": 8, "swabs": None}
    rows = ordered([unknown, SITE], "-swabs", sites([]).columns)
    assert [row["id"] for row in rows] == [7, 8]
    assert "–" in rendered('{% include "parts/table.html" %}', table=sites([unknown]))


def test_a_head_that_does_not_sort_leaves_the_order() -> None:
    rows = [SITE | {"due": 2}, SITE | {"due": 1}]
    assert ordered(rows, "due", sites([]).columns) == rows


def test_a_place_in_a_list_survives_the_address_bar() -> None:
    key = (NOON, UUID(int=5))
    assert place(token(*key), datetime.fromisoformat, UUID) == key
    assert pager(50, after=key, here="").first


@pytest.mark.parametrize("mangled", ["x", "WyJ4Il0", "ImEi", "bnVsbA"])
def test_a_mangled_place_is_not_found(mangled: str) -> None:
    with pytest.raises(Http404):
        place(mangled, datetime.fromisoformat, UUID)


def test_the_pager_keeps_the_filter() -> None:
    html = rendered('{% include "parts/pager.html" %}', pager=pager(50, after=(1,), here="x"))
    assert f'href="?state=late&amp;sort=name&amp;after={token(1)}"' in html


def test_csv_holds_what_the_table_shows_and_runs_no_formula() -> None:
    answer = exports.as_csv(sites([SITE | {"name": "=1+1", "swabs": -3}]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["Site", "Sampled (people)", "Due"], ["'=1+1", "-3", "2022-03-13T11:00+08:00"]]


def test_xlsx_holds_numbers_and_times_and_runs_no_formula() -> None:
    answer = exports.as_xlsx(sites([SITE | {"name": "=1+1"}]))
    row = list(load_workbook(io.BytesIO(answer.getvalue())).active[2])
    assert [cell.value for cell in row] == ["=1+1", 1200, datetime(2022, 3, 13, 11, 0)]  # noqa: DTZ001 - sheets are naive
    assert row[0].data_type == "s"


def test_a_file_is_given_only_when_it_is_asked_for() -> None:
    assert exports.asked(RequestFactory().get("/sites?as=pdf"), sites([])) is None
    assert exports.asked(RequestFactory().get("/sites?as=csv"), sites([]))["Content-Disposition"].endswith(
        '"sites.csv"'
    )


def test_a_gap_in_a_curve_stays_a_gap_and_never_ends_the_script() -> None:
    spec = charts.curve(
        name="day", title="</script>", unit="people", days=[date(2022, 3, 1)], lines=[charts.Line("a", [None])]
    )
    html = rendered("{% chart spec %}", spec=spec)
    assert '"values": [null]' in html
    assert html.count("</script>") == 1


def test_a_line_shorter_than_its_days_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 values for 2 places"):
        charts.curve(name="d", title="", unit="", days=[date(2022, 3, 1)] * 2, lines=[charts.Line("a", [1])])


def test_shades_of_a_map_follow_each_other_without_gap() -> None:
    with override("en"):
        spec = charts.day_map(name="m", title="", unit="", days=[], outlines=[], values={})
    assert [shade["label"] for shade in spec["shades"]] == ["0", "1–9", "10–99", "100–999", "1,000 and more"]
