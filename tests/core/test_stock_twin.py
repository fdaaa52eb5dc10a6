"""Stock against a slow twin: whatever is moved, supplied, used or counted, the balances are what a plain dict says."""

from uuid import UUID, uuid4

from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.at_once import refusal
from tests.core.stock_world import BY, FAR_SITE, NOON, READER, SITE, STORE, SWAB, books, furnish, moved, recounted
from yinghuo.core.stock import actions
from yinghuo.core.stock.models import Balance, Move, MoveLine
from yinghuo.core.stock.rules import DIFFERENCE, LOST, SUPPLIER, USED, carry

INSIDE = [STORE, SITE, FAR_SITE]
PLACES = st.sampled_from([*INSIDE, SUPPLIER.id, USED.id, LOST.id])
SERIALS = st.sets(st.sampled_from("ABCD"), min_size=1)


class Twin(RuleBasedStateMachine):
    """PostgreSQL beside a dict of (place, serial) to quantity; serial "" are swabs, others readers."""

    def __init__(self) -> None:
        super().__init__()
        _sweep()
        furnish()
        self.held: dict[tuple[UUID, str], int] = {}

    def _add(self, place: UUID, serial: str, quantity: int) -> None:
        self.held[place, serial] = self.held.get((place, serial), 0) + quantity

    def _have(self, place: UUID, serial: str = "") -> int:
        return self.held.get((place, serial), 0)

    def _where(self, serial: str) -> UUID | None:
        return next((place for place in INSIDE if self._have(place, serial)), None)

    @rule(source=PLACES, goal=PLACES, quantity=st.integers(1, 60))
    def move_swabs(self, source: UUID, goal: UUID, quantity: int) -> None:
        said = refusal(lambda: moved(carry(SWAB, source=source, target=goal, quantity=quantity)))
        if source == goal:
            assert said == "stock.nothing"
        elif source in INSIDE and self._have(source) < quantity:
            assert said == "stock.short"
        else:
            assert said == ""
            self._add(source, "", -quantity)
            self._add(goal, "", quantity)

    @rule(source=PLACES, goal=PLACES, serials=SERIALS)
    def move_readers(self, source: UUID, goal: UUID, serials: set[str]) -> None:
        said = refusal(lambda: moved(carry(READER, source=source, target=goal, serials=sorted(serials))))
        if source == goal:
            assert said == "stock.nothing"
        elif source in INSIDE and not all(self._have(source, serial) for serial in serials):
            assert said == "stock.short"
        elif source not in INSIDE and goal in INSIDE and any(self._where(serial) for serial in serials):
            assert said == "stock.serial_elsewhere"
        else:
            assert said == ""
            for serial in serials:
                self._add(source, serial, -1)
                self._add(goal, serial, 1)

    @rule(place=st.sampled_from(INSIDE), counted=st.integers(0, 60), found=st.sets(st.sampled_from("ABCD")))
    def count(self, place: UUID, counted: int, found: set[str]) -> None:
        actions.take_stock(place, {SWAB: counted, READER: found}, take_id=uuid4(), by=BY, at=NOON, reason="twin")
        self._add(DIFFERENCE.id, "", self._have(place) - counted)
        self.held[place, ""] = counted
        for serial in "ABCD":
            self._count_piece(place, serial, found=serial in found)

    def _count_piece(self, place: UUID, serial: str, *, found: bool) -> None:
        if bool(self._have(place, serial)) == found:
            return
        source, target = (self._where(serial) or DIFFERENCE.id, place) if found else (place, DIFFERENCE.id)
        self._add(source, serial, -1)
        self._add(target, serial, 1)

    @invariant()
    def the_balances_are_what_the_twin_says(self) -> None:
        said = {(p, READER if s else SWAB, s): quantity for (p, s), quantity in self.held.items() if quantity}
        assert books() == said

    @invariant()
    def the_balances_are_what_the_lines_add_up_to(self) -> None:
        assert books() == recounted()

    @invariant()
    def nothing_is_made_or_lost_and_nothing_inside_is_below_zero(self) -> None:
        assert sum(books().values()) == 0
        assert not Balance.objects.filter(outside=False, quantity__lt=0).exists()


def _sweep() -> None:
    """A fresh world for each run of the machine, inside the test's one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (Balance, MoveLine, Move):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


class TwinTest(TestCase):
    """Hypothesis chooses the steps."""

    def test_the_books_agree_with_the_twin_after_every_step(self) -> None:
        machine = settings(max_examples=25, stateful_step_count=20, deadline=None)
        run_state_machine_as_test(Twin, settings=machine)
