"""Reading a batch of follow-up visits from the wire: well-formed items go on, others come back with their reason."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from yinghuo.core.refusal import Refused

LARGEST_BATCH = 2_000
SCHEMA = 2  # the form of the items, as phones number it
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)


class Malformed(msgspec.Struct):
    """An item that is not a fact: where it stood, its id if it had one, why."""

    index: int
    id: str | None
    code: str
    detail: str


class Batch(NamedTuple):
    """When the device says that it sent this, the well-formed items by their place, the malformed ones."""

    sent_at: datetime
    placed: dict[int, Any]
    malformed: list[Malformed]


class Reader:
    """Reads batches `{"sent_at": time, NAME: [item, item, ...]}` of one item type."""

    def __init__(self, name: str, item: type[msgspec.Struct]) -> None:
        fields: list[Any] = [("sent_at", datetime), ("items", list[msgspec.Raw]), ("schema", int | None, None)]
        form: Any = msgspec.defstruct("Whole", fields, rename={"items": name})
        self.whole: msgspec.json.Decoder[Any] = msgspec.json.Decoder(form)
        self.item: msgspec.json.Decoder[Any] = msgspec.json.Decoder(item)

    def read(self, body: bytes) -> Batch:
        """Splits a body into items and malformed ones.

        Refused: "batch.unreadable" when it is no such object at all, "batch.too_large" over 2,000 items, "batch.schema"
        """
        try:
            whole = self.whole.decode(body)
        except UNREADABLE as error:
            raise Refused("batch.unreadable", detail=str(error)) from error
        _check(whole)
        placed: dict[int, Any] = {}
        malformed: list[Malformed] = []
        for place, raw in enumerate(whole.items):
            try:
                placed[place] = self._timely(raw)
            except UNREADABLE as error:
                malformed.append(Malformed(place, _id_of(bytes(raw)), "item.malformed", str(error)))
        return Batch(whole.sent_at, placed, malformed)

    def _timely(self, raw: msgspec.Raw) -> Any:
        """One item; a time that no clock shows is no time."""
        item = self.item.decode(raw)
        offset = item.at.utcoffset()
        if not EARLIEST < item.at < LATEST or abs(offset.total_seconds()) >= 16 * 3600:
            raise msgspec.ValidationError(f"at: outside {EARLIEST:%Y} to {LATEST:%Y}, or its offset beyond 15:59")
        return item


def _check(whole: Any) -> None:
    if whole.schema not in (None, SCHEMA):
        raise Refused("batch.schema", schema=whole.schema, newest=SCHEMA)
    if len(whole.items) > LARGEST_BATCH:
        raise Refused("batch.too_large", count=len(whole.items), most=LARGEST_BATCH)
    if whole.sent_at.tzinfo is None or not EARLIEST < whole.sent_at < LATEST:
        raise Refused("batch.unreadable", detail="sent_at: needs a time zone and a year from 1970 on")


def _id_of(raw: bytes) -> str | None:
    """The id of an item that could not be read whole, if that much can be read."""
    try:
        given = msgspec.json.decode(raw)
    except UNREADABLE:
        return None
    name = given.get("id") if isinstance(given, dict) else None
    return name[:64] if isinstance(name, str) else None
