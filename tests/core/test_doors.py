"""What the doors of all desks share: a batch that no reader survives is refused, one bad item costs no other."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from yinghuo.core.doors.batches import Reader
from yinghuo.core.refusal import Refused

DEEP = b"[" * 200_000
AT = datetime(2022, 5, 10, 8, tzinfo=UTC)


class Item(msgspec.Struct):
    """A fact with an id and a time."""

    id: UUID
    at: datetime


READER = Reader("things", Item, most=3)


def body(*items: object) -> bytes:
    """A batch of these items."""
    return msgspec.json.encode({"sent_at": AT, "things": items})


def test_items_nested_beyond_reason_are_refused_as_unreadable() -> None:
    with pytest.raises(Refused, match=r"batch\.unreadable"):
        READER.read(b'{"sent_at": "2022-05-10T08:00:00Z", "things": [' + DEEP)
    with pytest.raises(Refused, match=r"batch\.unreadable"):
        READER.read(DEEP)


def test_one_bad_item_costs_no_other_and_comes_back_with_its_place_and_id() -> None:
    good, bad = {"id": uuid4(), "at": AT}, {"id": "x", "at": AT}
    batch = READER.read(body(good, bad))
    assert [item.id for item in batch.items] == [good["id"]]
    assert [(one.index, one.id, one.code) for one in batch.malformed] == [(1, "x", "item.malformed")]


@pytest.mark.parametrize("at", ["1969-12-31T23:59:59Z", "2999-01-02T00:00:00Z", "2022-05-10T08:00:00+16:00"])
def test_a_time_that_no_clock_shows_is_told_as_such(at: str) -> None:
    batch = READER.read(body({"id": uuid4(), "at": at}))
    assert [one.code for one in batch.malformed] == ["item.time"]


def test_too_many_items_and_another_form_are_refused() -> None:
    with pytest.raises(Refused, match=r"batch\.too_large"):
        READER.read(body(*[{"id": uuid4(), "at": AT}] * 4))
    with pytest.raises(Refused, match=r"batch\.schema"):
        READER.read(body()[:-1] + b',"schema":1}')
