"""Published tables: nothing small, nothing that gives it away, whoever asks, however often, by whatever door."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import numpy as np
import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from tests.desks.response.followups_world import contact, event
from tests.web.pages_world import areas, at_noon, signed_in, user_of
from yinghuo.core.figures.actions import publish
from yinghuo.core.figures.models import Publication
from yinghuo.core.figures.registry import all_figures
from yinghuo.core.people.access import ALLOWED
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.jobs.publishing import publish_week
from yinghuo.desks.response.models import Case, PublishedTable
from yinghuo.desks.response.queries.published import CASES, CONTACTS, week_of
from yinghuo.engines.suppression import bounds
from yinghuo.web import brief

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
TUESDAY = date(2022, 5, 10)
NIGHT = datetime(2022, 5, 9, 20, 0, tzinfo=UTC)
GUARDED = [one for one in all_figures() if one.guard]
WEEK = [date(2022, 5, 2) + timedelta(days=n) for n in range(7)]


def _cases(area_code: str, counts: list[int]) -> None:
    of = event(area_code)
    for day, count in zip(WEEK, counts, strict=True):
        common = {"event": of, "area_code": area_code, "held_as": "confirmed", "entry_id": of.id}
        noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        Case.objects.bulk_create(
            Case(id=uuid4(), number=f"{of.number}{day:%d}{n}", reported_at=noon, **common) for n in range(count)
        )


@pytest.fixture
def published() -> None:
    areas()
    _cases("220106001", [3, 40, 0, 12, 60, 25, 7])
    _cases("220104001", [30, 35, 20, 15, 60, 2, 70])
    _cases("220202001", [15, 50, 11, 120, 1, 25, 0])
    of = event()
    for number in range(14):
        contact(of, number, found_at=NIGHT - timedelta(days=3), grade="second" if number < 2 else "close")
    publish_week(TUESDAY, at=NIGHT)


def _counts(table: PublishedTable) -> tuple[np.ndarray, np.ndarray]:
    hidden = np.array([[cell is None for cell in row] for row in table.cells])
    return np.array([[cell or 0 for cell in row] for row in table.cells]), hidden


def test_no_small_cell_is_stored_or_can_be_worked_out(published: None) -> None:
    for table in PublishedTable.objects.all():
        counts, hidden = _counts(table)
        assert hidden.any()
        assert not ((counts >= 1) & (counts <= 10)).any()
        for cell in np.argwhere(hidden):
            low, high = bounds(counts, hidden, tuple(cell))
            assert not (low >= 1 and high <= 10)


def test_what_is_hidden_stands_nowhere_in_what_is_stored(published: None) -> None:
    stored = PublishedTable.objects.get(key=CASES)
    shown = [cell for row in stored.cells for cell in row if cell is not None]
    assert not {1, 2, 3, 7} & set(shown)


def test_a_week_is_published_once_and_later_corrections_change_nothing_in_it(published: None) -> None:
    before = list(PublishedTable.objects.order_by("key").values_list("cells", flat=True))
    Case.objects.filter(area_code="220106001").first().delete()  # type: ignore[union-attr]
    _cases("220106001", [1, 0, 0, 0, 0, 0, 0])
    assert publish_week(TUESDAY + timedelta(days=2), at=NIGHT) == 0
    assert list(PublishedTable.objects.order_by("key").values_list("cells", flat=True)) == before


def test_two_weeks_have_no_day_in_common_so_that_their_difference_tells_nothing(published: None) -> None:
    publish_week(TUESDAY + timedelta(days=7), at=NIGHT)
    weeks = PublishedTable.objects.filter(key=CASES).order_by("first_day").values_list("first_day", "last_day")
    assert len(weeks) == 2
    assert all(one[1] < other[0] for one, other in pairwise(weeks))


def test_an_unfinished_week_is_not_published() -> None:
    assert [week_of(date(2022, 5, day))[1] for day in (8, 9, 15, 16)] == [
        date(2022, 5, 1),
        date(2022, 5, 8),
        date(2022, 5, 8),
        date(2022, 5, 15),
    ]


def test_everybody_reads_the_same_table_so_that_two_readers_have_nothing_to_compare(published: None) -> None:
    address = reverse("published_tables")
    readers = [signed_in(user_of(Role.STATISTICIAN, area)) for area in ("22", "2201", "2202")]
    files = {
        reader.get(f"{address}?as=csv").content for reader in [*readers, Client(headers={"accept-language": "en"})]
    }
    assert len(files) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_file_shows_no_more_than_the_page(published: None, form: str) -> None:
    answer = Client().get(f"{reverse('published_tables')}?as={form}&table={CONTACTS}")
    assert answer.status_code == 200
    if form == "csv":
        rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
        assert {"2", "12"} & {cell for row in rows for cell in row} == set()


@pytest.mark.parametrize("ask", ["?week=2022-05-09", "?week=yesterday", "?table=people", "?sort=-d1", "?area=220106"])
def test_no_other_question_gets_another_answer_out_of_it(published: None, ask: str) -> None:
    answer = Client().get(f"{reverse('published_tables')}{ask}")
    assert answer.status_code in (200, 404)
    hidden = [cell for table in PublishedTable.objects.all() for row in table.cells for cell in row]
    assert None in hidden


def test_a_table_cannot_be_changed(published: None) -> None:
    with pytest.raises(Error, match="only ever added"), transaction.atomic():
        PublishedTable.objects.update(cells=[])


@pytest.mark.parametrize("role", sorted(set(Role) - ALLOWED["review.see"]))
def test_a_figure_that_counts_persons_does_not_exist_for_who_has_no_business_with_it(
    role: Role, published: None
) -> None:
    reader = signed_in(user_of(role, "22"))
    listed = reader.get(reverse("figures")).content.decode()
    for one in GUARDED:
        asked = "?area=220106001&first=2022-05-02&last=2022-05-02"
        assert one.key not in listed
        assert reader.get(reverse("figure", args=[one.key]) + asked).status_code == 404
        assert reader.get(reverse("records", args=[one.key]) + asked).status_code == 404


def test_a_figure_that_counts_persons_is_published_in_no_way_but_the_weekly_table(published: None) -> None:
    statistician = signed_in(user_of(Role.STATISTICIAN, "22"))
    begin, end = NIGHT - timedelta(days=8), NIGHT
    assert {one.key for one in GUARDED} >= {"response.cases", "response.contacts"}
    made = brief.build("22", begin, end, NIGHT, scale=Decimal(1))
    assert not {one.key for one in GUARDED} & {value.figure.key for value in made.figures}
    for one in GUARDED:
        page = statistician.get(reverse("figure", args=[one.key]))
        assert page.status_code == 200
        assert reverse("publish", args=[one.key]) not in page.content.decode()
        assert statistician.get(reverse("publish", args=[one.key])).status_code == 404
        with pytest.raises(Refused, match=r"figure\.guarded"):
            publish(one.key, area="22", first=begin, last=end, by="user:1", at=NIGHT)
    assert not Publication.objects.exists()
