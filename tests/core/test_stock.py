"""Stock: moves that sum to zero, pieces in one place, balances that PostgreSQL keeps, stock-takes."""

from uuid import UUID, uuid4

import pytest

from tests.at_once import at_once, refusal
from tests.core.stock_world import (
    BY,
    FAR_SITE,
    NOON,
    READER,
    SITE,
    STORE,
    SWAB,
    books,
    furnish,
    moved,
    readers,
    recounted,
    supply,
    swabs,
)
from tests.core.work_world import entries, user
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.core.stock import actions, queries
from yinghuo.core.stock.actions import NewItem, NewPlace
from yinghuo.core.stock.models import Balance, Item, Move, MoveLine, Place
from yinghuo.core.stock.rules import DIFFERENCE, SUPPLIER, USED, Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    furnish()


def take(counts: dict, *, place: UUID = SITE, take_id: UUID | None = None, reason: str = "counted by two") -> Move:
    return actions.take_stock(place, counts, take_id=take_id or uuid4(), by=BY, at=NOON, reason=reason)


def test_a_move_takes_here_and_gives_there() -> None:
    supply(1000)
    moved(swabs(300))
    assert books() == {(STORE, SWAB, ""): 700, (SITE, SWAB, ""): 300, (SUPPLIER.id, SWAB, ""): -1000}
    assert (queries.balance(STORE, SWAB), queries.balance(SITE, SWAB), queries.balance(FAR_SITE, SWAB)) == (700, 300, 0)


def test_more_than_there_is_cannot_be_moved_and_the_refusal_says_how_much_there_is() -> None:
    supply(100)
    with pytest.raises(Refused) as refused:
        moved(swabs(101))
    assert refused.value.code == "stock.short"
    assert refused.value.facts == {"item": SWAB, "place": str(STORE), "have": 100, "need": 101}
    assert (queries.balance(STORE, SWAB), Move.objects.count(), entries("stock.moved")) == (100, 1, 1)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([Line(SWAB, STORE, -1)], "stock.unbalanced"),
        ([Line(READER, STORE, -1, "A"), Line(READER, SITE, 1, "B")], "stock.unbalanced"),
        ([], "stock.nothing"),
        ([*swabs(5), *swabs(5, SITE, STORE)], "stock.nothing"),
        (readers("A", source=SITE, target=FAR_SITE), "stock.short"),
        ([Line(READER, STORE, -1), Line(READER, SITE, 1)], "stock.serial"),
        ([Line(SWAB, SUPPLIER.id, -1, "A"), Line(SWAB, SITE, 1, "A")], "stock.serial"),
        ([Line(READER, SUPPLIER.id, -2, "B"), Line(READER, SITE, 2, "B")], "stock.serial"),
        ([Line("mask", STORE, -1), Line("mask", SITE, 1)], "stock.unknown"),
        (swabs(1, source=UUID(int=99)), "stock.unknown"),
        (readers("A", source=SUPPLIER.id), "stock.serial_elsewhere"),
        (readers("A", source=SUPPLIER.id, target=STORE), "stock.serial_elsewhere"),
    ],
)
def test_a_move_that_cannot_be_is_refused_and_leaves_nothing(lines: list[Line], code: str) -> None:
    supply(10)
    supply(serials=["A"])
    before, written = books(), Entry.objects.count()
    assert refusal(lambda: moved(lines)) == code
    assert (books(), Entry.objects.count(), Move.objects.count()) == (before, written, 2)


def test_a_move_needs_a_reason() -> None:
    assert refusal(lambda: moved(swabs(1, SUPPLIER.id), reason=" ")) == "access.reason"


def test_a_move_sent_twice_is_one_move_and_the_same_id_with_other_lines_is_refused() -> None:
    supply(100)
    move_id = uuid4()
    assert moved(swabs(30), move_id) == moved(swabs(30), move_id)
    assert refusal(lambda: moved(swabs(31), move_id)) == "stock.move_differs"
    assert (queries.balance(SITE, SWAB), entries("stock.moved")) == (30, 2)


def test_a_move_names_the_entry_that_speaks_of_it() -> None:
    move = supply(100)
    entry = Entry.objects.get(id=move.entry_id)
    assert (entry.kind, entry.subject, entry.by) == ("stock.moved", f"move:{move.id}", BY)


def test_a_piece_is_in_one_place_and_is_found_there() -> None:
    supply(serials=["A", "B"])
    moved(readers("B", target=FAR_SITE))
    assert [(piece.serial, piece.place.id) for piece in queries.serials(READER)] == [("A", STORE), ("B", FAR_SITE)]
    assert [piece.serial for piece in queries.serials(READER, "2202")] == ["B"]
    assert queries.serials(READER, "23") == []
    moved(readers("B", source=FAR_SITE, target=USED.id))
    assert [piece.serial for piece in queries.serials(READER)] == ["A"]


@pytest.mark.django_db(transaction=True)
def test_of_many_moves_that_drain_the_same_stock_at_once_no_more_are_done_than_it_holds() -> None:
    supply(100)
    said = at_once(*[lambda: moved(swabs(30))] * 8)
    assert sorted(said) == [""] * 3 + ["stock.short"] * 5
    assert (queries.balance(STORE, SWAB), queries.balance(SITE, SWAB)) == (10, 90)
    assert entries("stock.moved") == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_who_receive_the_same_piece_at_once_one_has_it() -> None:
    said = at_once(lambda: supply(serials=["A"]), lambda: supply(place=SITE, serials=["A"]))
    assert sorted(said) == ["", "stock.serial_elsewhere"]
    assert len(queries.serials(READER)) == 1


@pytest.mark.django_db(transaction=True)
def test_moves_there_and_back_at_once_do_not_deadlock() -> None:
    supply(500)
    supply(500, place=SITE)

    def carry_often(source: UUID, target: UUID) -> None:
        for _ in range(25):
            moved(swabs(1, source, target))

    ways = [lambda: carry_often(STORE, SITE), lambda: carry_often(SITE, STORE)]
    assert at_once(*ways, *ways) == [""] * 4
    assert (queries.balance(STORE, SWAB), queries.balance(SITE, SWAB)) == (500, 500)
    assert books() == recounted()


@pytest.mark.django_db(transaction=True)
def test_a_move_sent_by_two_at_once_is_one_move() -> None:
    supply(100)
    move_id = uuid4()
    assert at_once(*[lambda: moved(swabs(30), move_id)] * 4) == [""] * 4
    assert queries.balance(SITE, SWAB) == 30


def test_a_stock_take_books_the_difference_with_its_reason() -> None:
    supply(100, place=SITE)
    move = take({SWAB: 97})
    assert (queries.balance(SITE, SWAB), queries.balance(DIFFERENCE.id, SWAB), move.reason) == (97, 3, "counted by two")
    take({SWAB: 99})
    assert (queries.balance(SITE, SWAB), queries.balance(DIFFERENCE.id, SWAB)) == (99, 1)
    assert set(Entry.objects.filter(kind="stock.counted").values_list("subject", flat=True)) == {f"place:{SITE}"}


def test_a_stock_take_that_agrees_is_entered_and_moves_nothing() -> None:
    supply(100, place=SITE)
    assert not take({SWAB: 100}).lines.exists()
    assert (queries.balance(SITE, SWAB), entries("stock.counted")) == (100, 1)


@pytest.mark.django_db(transaction=True)
def test_two_stock_takes_at_once_book_the_difference_once() -> None:
    supply(100, place=SITE)
    assert at_once(*[lambda: take({SWAB: 97})] * 5) == [""] * 5
    assert (queries.balance(SITE, SWAB), queries.balance(DIFFERENCE.id, SWAB)) == (97, 3)


def test_a_stock_take_sent_twice_is_one_stock_take() -> None:
    supply(100, place=SITE)
    take_id = uuid4()
    take({SWAB: 97}, take_id=take_id)
    moved(swabs(10, SITE, STORE))
    take({SWAB: 97}, take_id=take_id)
    assert (queries.balance(SITE, SWAB), entries("stock.counted")) == (87, 1)


def test_a_stock_take_of_pieces_finds_what_is_gone_what_is_new_and_what_is_booked_elsewhere() -> None:
    supply(serials=["A", "B"], place=SITE)
    supply(serials=["C"], place=FAR_SITE)
    take({READER: {"B", "C", "D"}})
    assert [(piece.serial, piece.place.id) for piece in queries.serials(READER)] == [(serial, SITE) for serial in "BCD"]
    assert queries.balance(DIFFERENCE.id, READER) == 0
    assert books()[DIFFERENCE.id, READER, "A"] == 1
    assert books()[DIFFERENCE.id, READER, "D"] == -1
    assert books() == recounted()


def test_what_was_not_counted_stays() -> None:
    supply(100, place=SITE)
    supply(serials=["A"], place=SITE)
    take({READER: set()})
    assert (queries.balance(SITE, SWAB), queries.serials(READER)) == (100, [])


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({SWAB: -1}, "stock.count"),
        ({SWAB: {"A"}}, "stock.count"),
        ({READER: 3}, "stock.count"),
        ({"mask": 1}, "stock.unknown"),
    ],
)
def test_a_count_that_cannot_be_is_refused(counts: dict, code: str) -> None:
    assert refusal(lambda: take(counts)) == code
    assert refusal(lambda: take({SWAB: 1}, place=UUID(int=99))) == "stock.unknown"
    assert not Move.objects.exists()


def test_an_item_or_place_added_twice_is_one_and_another_with_its_key_is_refused() -> None:
    furnish()
    assert (Item.objects.count(), Place.objects.count(), entries("item.added"), entries("place.added")) == (2, 3, 2, 3)
    other = NewItem(SWAB, "别的", "Other", "件", "pieces", serialised=True)
    assert refusal(lambda: actions.add_item(other, by=BY, at=NOON)) == "stock.item_taken"
    outside = NewPlace(uuid4(), "outside", "外", "Out", "")
    assert refusal(lambda: actions.add_place(outside, by=BY, at=NOON)) == "stock.place_kind"


def test_a_user_sees_what_the_places_of_the_area_hold_page_by_page() -> None:
    supply(100)
    supply(7, place=SITE)
    supply(serials=["A", "B"], place=SITE)
    supply(9, place=FAR_SITE)
    reader, seen, after = user(area_code="2201"), [], None
    while True:
        page = queries.balances(reader, after=after, limit=1)
        seen += [(held.item.key, held.place.id, held.quantity) for held in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == [(READER, SITE, 2), (SWAB, STORE, 100), (SWAB, SITE, 7)]
    assert len(queries.balances(reader, item_key=READER).rows) == 1


@pytest.mark.parametrize("area_code", ["", "23", "220106002"])
def test_a_user_of_another_area_or_of_none_sees_no_balance(area_code: str) -> None:
    supply(100, place=SITE)
    assert queries.balances(user(area_code=area_code)).rows == []
    assert Balance.objects.exists()
    assert MoveLine.objects.exists()
