"""The page of the curve: what it says, in both languages, to whom, and its file."""

from typing import Any

import pytest

from tests.desks.response.curves_world import AT, BY, load
from tests.web.pages_world import at_noon, csv_rows, page, read, read_in_both, signed_in, text, user_of
from yinghuo.core.people.models import Role
from yinghuo.desks.response.actions.curves import count_curve
from yinghuo.desks.response.models import CurveRun
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
__all__ = ["at_noon"]


@pytest.fixture
def counted() -> CurveRun:
    """The curve to 30 March, counted; the Chinese is compiled."""
    catalogue.compile_all()
    load("2022-03-30")
    return count_curve("22", by=BY, at=AT)


def test_the_page_says_what_the_curve_says_and_how_sure_in_both_languages(counted: CurveRun) -> None:
    english, chinese = read_in_both(user_of(Role.STATISTICIAN), page("curves"))
    assert "Reproduction number" in english
    assert "they are missing, not zero" in english
    assert "有效再生数" in chinese
    assert "按缺失处理，不按零处理" in chinese
    for said in (english, chinese):
        assert counted.root in said
        assert "2022-03-11" in said


def test_published_figures_are_shown_to_every_role_wherever_it_works(counted: CurveRun) -> None:
    for role in (Role.SAFETY, Role.METERING, Role.LABORATORY):
        assert "Jilin City" in read(signed_in(user_of(role, "220204")), page("curves") + "?area=2202")


def test_an_area_that_is_not_there_shows_the_whole(counted: CurveRun) -> None:
    assert "Jilin Province: new infections" in read(signed_in(user_of(Role.DUTY)), page("curves") + "?area=99")


def test_the_file_holds_each_day_with_gaps_left_empty(counted: CurveRun) -> None:
    rows = csv_rows(signed_in(user_of(Role.DUTY)), page("curves"))
    assert len(rows) == 31
    assert ["2022-03-11", "", "", ""] in [row[:4] for row in rows]


def test_who_may_manage_events_counts_and_whoever_reads_counts_again(counted: CurveRun) -> None:
    duty, reader = signed_in(user_of(Role.DUTY)), signed_in(user_of(Role.STATISTICIAN))
    CurveRun.objects.all().delete()
    assert reader.post(page("curves_count")).status_code == 403
    assert duty.post(page("curves_count")).status_code == 302
    assert CurveRun.objects.count() == 1
    answer: Any = reader.post(page("curves_recount"), follow=True)
    assert "every number is the same" in text(answer)


def test_before_anything_was_counted_the_page_says_what_to_do() -> None:
    assert "No curve was counted yet" in read(signed_in(user_of(Role.DUTY)), page("curves"))
