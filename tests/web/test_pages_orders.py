"""The pages of work orders: inbox, one order, the steps that move it on."""

import re

import pytest
from openpyxl import load_workbook

from tests.core.work_world import VISIT, opened
from tests.web.pages_world import (
    CITY,
    HOUR,
    NEXT_CITY,
    NOON,
    areas,
    at_noon,
    csv_rows,
    entered,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.people.models import Role, User
from yinghuo.core.work import actions
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def duty() -> User:
    """The duty officer of the city, whose inbox holds the visits."""
    areas()
    return user_of(Role.DUTY)


def step(user: User, order: Order, name: str, **data: str) -> int:
    """Presses a button on an order's page; the status of the answer."""
    return signed_in(user).post(page("order_step", order.id, name), data).status_code


def state(order: Order) -> str:
    """Where an order stands now."""
    return Order.objects.get(id=order.id).state


def buttons(user: User, order: Order) -> set[str]:
    """The steps that the page of an order offers."""
    answer = signed_in(user).get(page("order", order.id))
    return set(re.findall(rf'action="/orders/{order.id}/(\w+)"', answer.content.decode()))


def test_the_inbox_says_how_many_wait_and_how_many_are_late(duty: User) -> None:
    opened(at=NOON - 2 * HOUR)
    opened()
    english, chinese = read_in_both(duty, page("orders"))
    assert "2 work orders, 1 of them late" in english
    assert "Visit" in english
    assert "上门" in chinese


def test_an_empty_inbox_says_why(duty: User) -> None:
    assert "No work order waits in your area." in read(signed_in(duty), page("orders"))


def test_the_late_order_stands_first_and_is_marked(duty: User) -> None:
    opened()
    late = opened(at=NOON - 2 * HOUR)
    rows = re.findall(r'<tr id="orders-([\w-]+)"[^>]*?(late)?">', signed_in(duty).get(page("orders")).content.decode())
    assert rows[0] == (str(late.id), "late")
    assert rows[1][1] == ""


def test_the_inbox_is_for_roles_that_have_orders(duty: User) -> None:
    opened()
    assert statuses(page("orders"), Role.STATISTICIAN, Role.AUDITOR) == [403, 200]


def test_a_stranger_is_asked_to_log_in(client: object) -> None:
    assert client.get(page("orders"))["Location"].startswith("/login")  # type: ignore[attr-defined]


def test_an_order_of_another_area_is_neither_listed_nor_found(duty: User) -> None:
    order = opened()
    elsewhere = user_of(Role.DUTY, NEXT_CITY)
    assert "No work order waits" in read(signed_in(elsewhere), page("orders"))
    assert signed_in(elsewhere).get(page("order", order.id)).status_code == 404
    assert step(elsewhere, order, "take") == 404
    assert state(order) == State.OPEN


def test_an_inbox_holds_the_orders_of_its_role_and_an_overseer_begins_with_all(duty: User) -> None:
    opened()
    assert "No work order waits" in read(signed_in(user_of(Role.LABORATORY)), page("orders"))
    assert "1 work order" in read(signed_in(user_of(Role.AUDITOR)), page("orders"))
    assert "1 work order" in read(signed_in(user_of(Role.MANAGER)), page("orders") + "?role=")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("only=late", 1),
        ("only=escalated", 0),
        ("state=taken", 1),
        ("state=closed", 0),
        ("kind=test.visit", 2),
        ("state=nonsense", 2),
    ],
)
def test_filters_in_the_address_narrow_the_inbox(duty: User, asked: str, count: int) -> None:
    opened(at=NOON - 2 * HOUR)
    actions.take(opened().id, by="user:77", at=NOON)
    answer = signed_in(duty).get(f"{page('orders')}?{asked}")
    assert len(first_cells(answer, "orders")) == count


def test_an_escalated_order_can_be_filtered(duty: User) -> None:
    opened(at=NOON - 2 * HOUR)
    opened()
    actions.escalate_due(now=NOON)
    assert len(first_cells(signed_in(duty).get(page("orders") + "?only=escalated"), "orders")) == 1


def test_the_next_page_begins_after_the_last_row_and_nothing_is_lost(
    duty: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yinghuo.web.pages.inbox.ROWS", 2)
    ids = {str(opened(at=NOON - minutes * HOUR / 60).id) for minutes in range(5)}
    client, address, seen = signed_in(duty), page("orders"), []
    for _ in range(3):
        html = client.get(address).content.decode()
        seen += re.findall(r'<tr id="orders-([\w-]+)"', html)
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', html)
        address = page("orders") + (following[1] if following else "")
    assert len(seen) == 5
    assert set(seen) == ids


def test_the_csv_file_equals_the_table(duty: User) -> None:
    for hours in range(3):
        opened(at=NOON - hours * HOUR)
    client = signed_in(duty)
    head, *rows = csv_rows(client, page("orders"))
    assert head[:3] == ["Order", "Due", "State"]
    assert [row[0] for row in rows] == first_cells(client.get(page("orders")), "orders")
    assert len(rows) == 3


def test_the_xlsx_file_holds_the_same_rows(duty: User) -> None:
    import io

    opened()
    answer = signed_in(duty).get(page("orders"), {"as": "xlsx"})
    assert [row[0].value for row in load_workbook(io.BytesIO(answer.getvalue())).active] == ["Order", "Visit"]


def test_an_order_shows_its_clocks_its_state_and_its_history(duty: User) -> None:
    order = opened(at=NOON - HOUR)
    actions.take(order.id, by=duty.label, at=NOON - HOUR / 2)
    english, chinese = read_in_both(duty, page("order", order.id))
    for words in ("Visit · Zhengyang Street · Taken", "To be on site", "Opened", "Li"):
        assert words in english
    assert "到场" in chinese


def test_an_order_is_taken_done_and_checked_by_another_each_with_an_entry(duty: User) -> None:
    order, boss = opened(), user_of(Role.MANAGER)
    assert step(duty, order, "take") == 302
    assert step(duty, order, "arrive") == 302
    assert step(duty, order, "done") == 302
    assert step(boss, order, "verify") == 302
    assert state(order) == State.CLOSED
    for kind in ("order.taken", "order.arrived", "order.finished", "order.verified"):
        assert len(entered(kind, f"order:{order.id}")) == 1


def test_the_doer_does_not_see_the_check_and_is_refused_it(duty: User) -> None:
    order = opened()
    step(duty, order, "take")
    step(duty, order, "done")
    assert "verify" not in buttons(duty, order)
    assert "verify" in buttons(user_of(Role.MANAGER), order)
    assert step(duty, order, "verify") == 409
    assert state(order) == State.DONE


def test_buttons_are_those_that_the_state_table_allows(duty: User) -> None:
    order = opened()
    assert buttons(duty, order) == {"take", "done", "cancel"}
    step(duty, order, "take")
    assert buttons(duty, order) == {"arrive", "done", "return", "cancel"}


def test_what_another_crew_has_taken_is_not_offered(duty: User) -> None:
    order = opened()
    actions.take(order.id, by="user:77", at=NOON)
    assert "done" not in buttons(duty, order)
    assert step(duty, order, "done") == 409


def test_a_role_that_only_looks_has_no_buttons(duty: User) -> None:
    order = opened()
    assert buttons(user_of(Role.AUDITOR), order) == set()
    assert step(User.objects.get(role=Role.AUDITOR), order, "take") == 403


def test_the_work_of_another_role_is_not_taken(duty: User) -> None:
    order = opened()
    technician = user_of(Role.LABORATORY)
    assert "take" not in buttons(technician, order)
    assert step(technician, order, "take") == 403
    assert state(order) == State.OPEN


def test_sending_back_needs_a_reason_and_what_was_typed_stays(duty: User) -> None:
    order = opened()
    step(duty, order, "take")
    client = signed_in(duty)
    answer = client.post(page("order_step", order.id, "return"), {"return-reason": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()
    assert step(duty, order, "return", **{"return-reason": " "}) == 422
    assert state(order) == State.TAKEN
    assert step(duty, order, "return", **{"return-reason": "wrong door"}) == 302
    assert state(order) == State.RETURNED
    assert "wrong door" in read(client, page("order", order.id))


def test_a_closed_order_is_reopened_for_a_reason(duty: User) -> None:
    order, boss = opened(), user_of(Role.MANAGER)
    step(duty, order, "done")
    step(boss, order, "verify")
    assert step(boss, order, "reopen", **{"reopen-reason": "nobody was there"}) == 302
    assert state(order) == State.OPEN
    (entry,) = entered("order.reopened", f"order:{order.id}")
    assert "nobody was there" in entry.body


def test_an_unknown_step_is_not_found(duty: User) -> None:
    assert step(duty, opened(), "eat") == 404


def test_a_part_gets_the_order_without_the_frame(duty: User) -> None:
    order = opened()
    client = signed_in(duty)
    answer = client.post(page("order_step", order.id, "take"), headers={"hx-request": "true"}, follow=True)
    html = answer.content.decode()
    assert "<html" not in html
    assert '<div id="order">' in html
    assert "The order is yours." in text(answer)


def test_an_order_whose_kind_is_gone_is_still_shown(duty: User) -> None:
    order = opened()
    Order.objects.filter(id=order.id).update(kind="moon.visit")
    assert "moon.visit" in read(signed_in(duty), page("orders"))
    assert "moon.visit" in read(signed_in(duty), page("order", order.id))


def test_the_street_of_an_order_is_named(duty: User) -> None:
    opened()
    assert VISIT.role == Role.DUTY
    assert "Zhengyang Street" in read(signed_in(user_of(Role.DUTY, CITY + "06")), page("orders"))
