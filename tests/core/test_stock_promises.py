"""What PostgreSQL itself promises of stock: SQL that goes past all actions cannot unbalance, overdraw or rewrite it."""

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.core.stock_world import BY, FAR_SITE, NOON, SITE, STORE, SWAB, books, furnish, recounted, supply
from yinghuo.core.stock import queries
from yinghuo.core.stock.models import Move
from yinghuo.core.stock.rules import SUPPLIER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    furnish()


def sql(statement: str, *params: object) -> None:
    """A statement past all actions, committed as far as constraints go."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def head() -> UUID:
    """A move's head without lines."""
    return Move.objects.create(id=uuid4(), at=NOON, by=BY, reason="by hand", entry_id=uuid4()).id


LINE = "INSERT INTO stock_moveline (move_id, item_id, place_id, serial, quantity) VALUES (%s, %s, %s, %s, %s)"
TWO_LINES = LINE + ", (%s, %s, %s, %s, %s)"


def test_raw_sql_cannot_unbalance_a_move() -> None:
    supply(100)
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        sql(LINE, head(), SWAB, STORE, "", 5)
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        sql(TWO_LINES, move := head(), SWAB, STORE, "", -5, move, SWAB, SITE, "", 4)
    assert books() == {(STORE, SWAB, ""): 100, (SUPPLIER.id, SWAB, ""): -100}


def test_raw_sql_may_write_a_balanced_move_line_by_line_and_is_booked() -> None:
    supply(100)
    move = head()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LINE, [move, SWAB, STORE, "", -5])
        cursor.execute(LINE, [move, SWAB, SITE, "", 5])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (queries.balance(STORE, SWAB), queries.balance(SITE, SWAB)) == (95, 5)


def test_raw_sql_cannot_take_more_than_there_is() -> None:
    supply(100)
    with pytest.raises(IntegrityError) as refused:
        sql(TWO_LINES, move := head(), SWAB, STORE, "", -101, move, SWAB, SITE, "", 101)
    assert refused.value.__cause__.diag.constraint_name == "balance_not_negative"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_balance SET quantity = 7",
        "DELETE FROM stock_balance",
        "TRUNCATE stock_balance",
        "INSERT INTO stock_balance (place_id, item_id, serial, quantity, outside)"
        f" VALUES ('{FAR_SITE}', 'swab', '', 9, false)",
        "UPDATE stock_moveline SET quantity = 7",
        "DELETE FROM stock_moveline",
        "UPDATE stock_move SET reason = 'other'",
        "UPDATE stock_place SET kind = 'outside', area_code = ''",
        "UPDATE stock_item SET serialised = NOT serialised",
    ],
)
def test_raw_sql_cannot_change_what_is_booked(statement: str) -> None:
    supply(100)
    with pytest.raises(DatabaseError, match="refused"):
        sql(statement)
    assert books() == recounted() == {(STORE, SWAB, ""): 100, (SUPPLIER.id, SWAB, ""): -100}


def test_postgresql_refuses_a_balance_below_zero_even_past_its_triggers() -> None:
    supply(1)
    with pytest.raises(IntegrityError, match="balance_not_negative"):
        sql("SET LOCAL session_replication_role = replica; UPDATE stock_balance SET quantity = -1 WHERE NOT outside")
