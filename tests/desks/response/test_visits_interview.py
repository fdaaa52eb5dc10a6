"""Interviews: a line is saved as typed, whole or not; what is clear becomes a visit, once."""

from uuid import uuid4

import pytest

from tests.desks.response.tracing_world import BY, NOW, TracingWorld, named, there
from tests.web.pages_world import CITY, NEXT_CITY, areas, at_noon, page, read_in_both, signed_in, user_of
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits_interview import Typed, keep_lines, save_line
from yinghuo.desks.response.models import InterviewLine, Visit
from yinghuo.web import catalogue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TracingWorld:
    return TracingWorld()


def test_half_a_line_is_saved_as_it_stands(world: TracingWorld) -> None:
    save_line(world.case.id, named("a"), Typed(place="食堂二楼吧", day="2022-05-0"), by=BY, at=NOW)
    assert keep_lines(world.case.id, by=BY, at=NOW) == 0
    line = InterviewLine.objects.get()
    assert (line.place, line.day, line.kept_at) == ("食堂二楼吧", "2022-05-0", None)


def test_a_clear_line_becomes_a_visit_once_and_is_then_left_alone(world: TracingWorld) -> None:
    typed = Typed("宿舍", "2022-05-06", "22:00", "06:30", world.venue("room").id)
    save_line(world.case.id, named("a"), typed, by=BY, at=NOW)
    assert (keep_lines(world.case.id, by=BY, at=NOW), keep_lines(world.case.id, by=BY, at=NOW)) == (1, 0)
    visit = Visit.objects.get()
    assert (visit.begins_at, visit.ends_at, visit.source) == (there(6, 22), there(7, 6.5), "interview")
    assert save_line(world.case.id, named("a"), Typed("?"), by=BY, at=NOW).place == "宿舍"


@pytest.mark.parametrize("change", [{"begins": "noonish"}, {"ends": "late"}, {"venue": None}, {"day": ""}])
def test_what_is_not_clear_waits(world: TracingWorld, change: dict[str, object]) -> None:
    typed = Typed("", "2022-05-06", "22:00", "23:00", world.venue("room").id)._replace(**change)
    save_line(world.case.id, named("a"), typed, by=BY, at=NOW)
    assert keep_lines(world.case.id, by=BY, at=NOW) == Visit.objects.count() == 0


def test_a_line_of_nobody_or_nowhere_is_refused(world: TracingWorld) -> None:
    with pytest.raises(Refused, match=r"case\.unknown"):
        save_line(named("nobody"), named("a"), Typed(), by=BY, at=NOW)
    with pytest.raises(Refused, match=r"venue\.unknown"):
        save_line(world.case.id, named("a"), Typed(venue=named("nowhere")), by=BY, at=NOW)


def test_the_page_saves_while_typing_and_keeps_what_is_clear(world: TracingWorld) -> None:
    areas()
    catalogue.compile_all()
    user = user_of(Role.RESPONSE, CITY, name="asks")
    client, number = signed_in(user), world.case.number
    line = {
        "place": "食堂",
        "venue": str(world.venue("canteen").id),
        "day": "2022-05-06",
        "begins": "12:00",
        "ends": "",
    }
    address = page("interview_line", number, named("a"))
    assert client.post(address, line, headers={"HX-Request": "true"}).status_code == 204
    english, chinese = read_in_both(user, page("interview", number))
    assert "saved as you type" in english
    assert "canteen" in chinese
    client.post(page("keep_interview", number))
    assert Visit.objects.get().source == "interview"
    far = signed_in(user_of(Role.RESPONSE, NEXT_CITY, name="far"))
    assert far.get(page("interview", number)).status_code == 404
    assert client.post(page("interview_line", number, uuid4()), line | {"venue": "x"}).status_code == 404
