"""The simulated flow: real infections become invented orders, teams serve them, and it is said which is which."""

from datetime import time
from uuid import uuid4

import pytest

from tests.desks.response.curves_world import AT, BY, load
from tests.web.pages_world import at_noon, page, read, read_in_both, signed_in, user_of
from yinghuo.core.areas.models import Area, Level
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.curves import count_curve
from yinghuo.desks.response.actions.review import play_flow
from yinghuo.desks.response.models import CurveRun, Team
from yinghuo.desks.response.rules.flow import ASSUMED
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
__all__ = ["at_noon"]
FEW = ASSUMED._replace(infections_an_order=80.0)


@pytest.fixture
def curve() -> CurveRun:
    """The curve to 20 March."""
    load("2022-03-20")
    return count_curve("22", by=BY, at=AT)


def teams(each: int) -> None:
    """So many teams in each prefecture, all able to do everything."""
    for area in Area.objects.filter(level=Level.PREFECTURE, lat__isnull=False):
        home = {"home_lat": area.lat, "home_lon": area.lon, "lat": area.lat, "lon": area.lon}
        for number in range(each):
            Team.objects.create(
                id=uuid4(),
                code=f"{area.code}-{number}",
                name_zh="队伍（虚构）",
                area_code=area.code,
                skills={"tracing": 2, "transfer": 1, "disinfection": 1},
                shift_from=time(0),
                shift_to=time(0),
                entry_id=uuid4(),
                **home,
            )


def test_orders_follow_the_real_curve_and_a_day_without_figures_has_none(curve: CurveRun) -> None:
    teams(3)
    days = {day[0]: day[1:] for day in play_flow(curve, by=BY, at=AT, assumed=FEW).days}
    assert days["2022-03-11"] == [None] * 6
    infections, orders, served, left, mean, most = days["2022-03-14"]
    assert infections > 1000
    assert orders == pytest.approx(infections / 80, rel=0.5)
    assert served + left == orders
    assert 0 < mean <= most


def test_the_same_curve_and_teams_are_the_same_run_and_its_loads_add_up(curve: CurveRun) -> None:
    teams(3)
    first, again = (play_flow(curve, by=BY, at=AT, assumed=FEW) for _time in range(2))
    assert first.id == again.id
    assert Entry.objects.filter(kind="flow.played").count() == 1
    assert sum(load[1] for load in first.loads) == sum(day[3] or 0 for day in first.days)
    assert len(first.loads) == first.teams


def test_fewer_teams_let_people_wait_longer(curve: CurveRun) -> None:
    teams(1)
    few = play_flow(curve, by=BY, at=AT, assumed=FEW)
    Team.objects.all().delete()
    teams(4)
    many = play_flow(curve, by=BY, at=AT, assumed=FEW)
    waits = [sum(day[5] or 0 for day in run.days) for run in (few, many)]
    assert waits[0] > waits[1]


def test_without_teams_nothing_is_played(curve: CurveRun) -> None:
    with pytest.raises(Refused, match=r"review\.no_teams"):
        play_flow(curve, by=BY, at=AT)


def test_the_page_says_what_is_real_and_what_is_invented(curve: CurveRun) -> None:
    catalogue.compile_all()
    teams(2)
    assert "Invented" not in read(signed_in(user_of(Role.DUTY)), page("review"))
    play_flow(curve, by=BY, at=AT, assumed=FEW)
    english, chinese = read_in_both(user_of(Role.AUDITOR), page("review"))
    assert "Real: the new infections" in english
    assert "Invented: one order for every 80 infections" in english
    assert "虚构部分" in chinese
