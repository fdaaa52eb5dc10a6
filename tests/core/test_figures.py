"""Figures: registered once, counted at a size of the ledger, with every record behind them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.figure_world import (
    DAY,
    MIDNIGHT,
    NOON,
    keep,
    keep_swabs,
    site,
    swab,
    three_batches,
)
from yinghuo.core.figures import queries
from yinghuo.core.figures.registry import Figure, all_figures, get, register
from yinghuo.core.figures.stated import stated
from yinghuo.core.ledger import sequencer
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import SWABS
from yinghuo.engines import merkle

pytestmark = pytest.mark.django_db
KEY = "sampling.swabs"


def test_a_figure_is_found_by_its_key_and_listed_once() -> None:
    assert get(KEY).name_en == "Samples taken"
    assert [figure.key for figure in all_figures()].count(KEY) == 1
    with pytest.raises(Refused, match=r"figure\.unknown"):
        get("sampling.nonsense")


def test_offering_a_figure_twice_is_once_and_another_under_its_key_is_an_error() -> None:
    figure = get(KEY)
    assert register(figure) is figure
    with pytest.raises(ValueError, match=KEY):
        register(Figure(KEY, "采样", "Other", "人次", "samples", 0, "count(*)", "SELECT 1"))


def test_the_version_follows_both_queries_and_nothing_else() -> None:
    one = Figure("a", "甲", "A", "个", "units", 0, "count(*)", "SELECT 1")
    renamed = Figure("a", "乙", "B", "个", "units", 0, "count(*)", "SELECT 1")
    others = [
        Figure("a", "甲", "A", "个", "units", 0, "sum(x)", "SELECT 1"),
        Figure("a", "甲", "A", "个", "units", 0, "count(*)", "SELECT 2"),
    ]
    assert len(one.version) == 12
    assert renamed.version == one.version
    assert one.version not in {other.version for other in others}


def test_value_records_and_batches_are_counted() -> None:
    three_batches()
    value = queries.compute(KEY, area="2201", **DAY)
    assert (value.value, value.records, value.entries) == (Decimal(9), 9, 3)
    assert value.size == queries.tree_size()


def test_nothing_in_another_area_or_another_day() -> None:
    three_batches()
    before = {"first": MIDNIGHT - timedelta(days=1), "last": MIDNIGHT}
    assert queries.compute(KEY, area="2202", **DAY).value == 0
    assert queries.compute(KEY, area="2201", **before).value == 0
    assert queries.compute("sampling.mean_fill", area="2202", **DAY).value is None
    assert queries.evidence(queries.ask(KEY, area="2202", **DAY)) == []


def test_an_unknown_figure_and_an_empty_period_are_refused() -> None:
    with pytest.raises(Refused, match=r"figure\.unknown"):
        queries.compute("no.such", area="", **DAY)
    with pytest.raises(Refused, match=r"figure\.period"):
        queries.compute(KEY, area="", first=NOON, last=NOON)


def test_a_batch_without_an_index_is_not_counted_yet() -> None:
    here = site("220104001")
    keep(SWABS, swab(1, tube="A001", person=1, where=here), sequence=False)
    assert queries.compute(KEY, area="", **DAY).value == 0
    sequencer.sequence_all()
    assert queries.compute(KEY, area="", **DAY).value == 1


def test_figures_on_the_same_evidence_are_counted_by_one_statement() -> None:
    three_batches()
    keys = ("sampling.people", "sampling.swabs", "sampling.samplers", "sampling.people")
    asked = [queries.ask(key, area="", **DAY) for key in keys]
    with CaptureQueriesContext(connection) as statements:
        assert [value.value for value in queries.compute_many(asked)] == [9, 9, 1, 9]
    assert sum("sampling_swab" in one["sql"] for one in statements) == 1


def test_the_evidence_root_is_the_merkle_root_over_the_sorted_lines() -> None:
    three_batches()
    asked = queries.ask(KEY, area="", **DAY)
    lines = [record.line.encode() for record in queries.all_evidence(asked)]
    assert len(set(lines)) == 9
    assert queries.evidence_root(asked) == merkle.root(sorted(lines))


def test_the_root_is_the_same_when_it_is_folded_in_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    here = site("220104001")
    keep_swabs(*(swab(n, tube=f"A{n:03}", person=n, where=here) for n in range(45)))
    asked = queries.ask(KEY, area="", **DAY)
    whole = queries.evidence_root(asked)
    monkeypatch.setattr(queries, "SUBTREE_LEAVES", 4)
    assert queries.evidence_root(asked) == whole


def test_without_records_the_root_is_the_empty_root() -> None:
    assert queries.evidence_root(queries.ask(KEY, area="", **DAY)) == merkle.EMPTY_ROOT


@pytest.mark.parametrize("windows", [(), (1,), (2, 1), (1, 1), (256, 4_096)])
def test_evidence_is_read_page_by_page_without_loss_in_the_order_of_the_ledger(
    windows: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "NEAR_LEAVES", windows)
    rows = three_batches()
    asked = queries.ask(KEY, area="2201", **DAY)
    pages, place = [], None
    while page := queries.evidence(asked, after=place, limit=2):
        pages.append(page)
        place = page[-1].place
    records = [record for page in pages for record in page]
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1]
    assert records == sorted(records, key=lambda one: one.place)
    assert {record.line.split("|")[1] for record in records} == {row["id"] for row in rows}
    assert all(Entry.objects.get(id=record.entry_id).kind == SWABS.kind for record in records)


def test_small_cells_of_people_are_hidden_and_never_alone() -> None:
    assert [queries.suppressed(people) for people in (0, 1, 10, 11)] == [False, True, True, False]
    assert queries.shown_cells([0, 50, 3, 20]) == [0, 50, None, None]
    assert queries.shown_cells([2, 3, 20]) == [None, None, 20]
    assert queries.shown_cells([]) == []


def test_printed_figures_are_found_by_area_and_by_the_end_of_their_period() -> None:
    keys = [(one.key, one.value) for one in stated(area="2201", **DAY)]
    assert ("sampling.swabs", 825_321) in keys
    assert ("sampling.people", 14_000) not in keys
    assert stated(area="2202", **DAY) == []
    assert {one.key for one in stated(area="", **DAY)} <= {figure.key for figure in all_figures()}
