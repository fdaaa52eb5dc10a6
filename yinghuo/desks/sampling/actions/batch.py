"""Reading a batch from the wire: what is well-formed goes on, what is malformed comes back with its reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import GenericAlias
from typing import Any, Generic, TypeVar

import msgspec

from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import schemas
from yinghuo.desks.sampling.actions.items import EARLIEST, LATEST
from yinghuo.desks.sampling.rules import LARGEST_BATCH

Item = TypeVar("Item", bound=msgspec.Struct)
OFFSET = timedelta(hours=16)  # PostgreSQL takes none so large
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)


class Malformed(msgspec.Struct):
    """An item that is not a fact: where it stood, its id if it had one, why."""

    index: int
    id: str | None
    code: str
    detail: str


@dataclass(frozen=True)
class Batch(Generic[Item]):
    """What a device sent: when it says it did, the well-formed items by their place, the malformed ones."""

    sent_at: datetime
    placed: dict[int, Item]
    malformed: list[Malformed]

    @property
    def items(self) -> list[Item]:
        """The well-formed items, in the order sent."""
        return list(self.placed.values())

    def without(self, places: Collection[int], code: str, detail: str) -> "Batch[Item]":
        """The same batch with the items at `places` among the malformed."""
        if not places:
            return self
        bad = [Malformed(place, str(getattr(self.placed[place], "id", "")), code, detail) for place in places]
        good = {place: item for place, item in self.placed.items() if place not in places}
        return Batch(self.sent_at, good, sorted(self.malformed + bad, key=lambda one: one.index))


class Reader(Generic[Item]):
    """Reads batches `{"sent_at": time, NAME: [item, item, ...]}` of one item type."""

    def __init__(self, name: str, item: type[Item]) -> None:
        self.name = name
        self.item = msgspec.json.Decoder(item)
        self.form = item
        self.strict = self._whole("Strict", GenericAlias(list, (item,)))
        self.loose = self._whole("Loose", list[msgspec.Raw])

    def _whole(self, name: str, items: Any) -> "msgspec.json.Decoder[Any]":
        fields: list[Any] = [("sent_at", datetime), (self.name, items), ("schema", int | None, None)]
        return msgspec.json.Decoder(msgspec.defstruct(name, fields))

    def read(self, body: bytes, *, now: datetime | None = None) -> Batch[Item]:
        """Splits a body into items and malformed ones; an older schema is turned into today's first.

        now: decides whether an older schema is still read; without it none is
        Refused: "batch.unreadable" when it is no such object at all, "batch.too_large" over 2,000 items,
        "batch.schema", "batch.schema_over"
        """
        try:
            whole = self.strict.decode(body)
        except UNREADABLE:
            return timely(self._one_by_one(body, now))
        schemas.converter(whole.schema, now=now)
        return timely(Batch(_moment(whole.sent_at), dict(enumerate(_bounded(getattr(whole, self.name)))), []))

    def _one_by_one(self, body: bytes, now: datetime | None) -> Batch[Item]:
        try:
            whole = self.loose.decode(body)
        except UNREADABLE as error:
            raise Refused("batch.unreadable", detail=str(error)) from error
        convert = schemas.converter(whole.schema, now=now)
        placed: dict[int, Item] = {}
        malformed: list[Malformed] = []
        for place, raw in enumerate(_bounded(getattr(whole, self.name))):
            try:
                placed[place] = self._item(raw, convert)
            except UNREADABLE as error:
                malformed.append(Malformed(place, _id_of(bytes(raw)), "item.malformed", str(error)))
        return Batch(_moment(whole.sent_at), placed, malformed)

    def _item(self, raw: msgspec.Raw, convert: schemas.Convert | None) -> Item:
        """One item; an item of an older schema may come in today's words, too."""
        if convert is None:
            return self.item.decode(raw)
        given = msgspec.json.decode(raw)
        return msgspec.convert(convert(self.name, given) if isinstance(given, dict) else given, self.form)


def timely(batch: Batch[Any]) -> Batch[Any]:
    """A time before 1970 or after 2999 is no time that a clock shows, nor is one with an offset of 16 hours."""
    wrong = [
        place
        for place, item in batch.placed.items()
        if not (EARLIEST < item.at < LATEST and -OFFSET < item.at.utcoffset() < OFFSET)
    ]
    return batch.without(wrong, "item.time", f"at: outside {EARLIEST:%Y} to {LATEST:%Y}, or its offset beyond 15:59")


def _bounded(items: list[Any]) -> list[Any]:
    if len(items) > LARGEST_BATCH:
        raise Refused("batch.too_large", count=len(items), most=LARGEST_BATCH)
    return items


def _moment(sent_at: datetime) -> datetime:
    if sent_at.tzinfo is None or not EARLIEST < sent_at < LATEST:
        raise Refused("batch.unreadable", detail="sent_at: needs a time zone and a year from 1970 on")
    return sent_at


def _id_of(raw: bytes) -> str | None:
    """The id of an item that could not be read whole, if that much can be read."""
    try:
        given = msgspec.json.decode(raw)
    except UNREADABLE:
        return None
    name = given.get("id") if isinstance(given, dict) else None
    return name[:64] if isinstance(name, str) else None
