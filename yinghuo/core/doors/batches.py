"""Reading a batch from the wire: what is well-formed goes on, what is malformed comes back with its reason."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import GenericAlias
from typing import Any, Generic, TypeVar

import msgspec

from yinghuo.core.refusal import Refused

Item = TypeVar("Item", bound=msgspec.Struct)
LARGEST_BATCH = 2_000
SCHEMA = 2  # the form of the items today, as senders number it
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
OFFSET = timedelta(hours=16)  # PostgreSQL takes none so large
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
Convert = Callable[[str, dict[str, Any]], dict[str, Any]]  # door and item of an older form to today's
Converter = Callable[[int | None, datetime | None], Convert | None]


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
        return self.without_each(dict.fromkeys(places, (code, detail)))

    def without_each(self, faults: Mapping[int, tuple[str, str]]) -> "Batch[Item]":
        """The same batch with items among the malformed, each for a code and a detail of its own."""
        if not faults:
            return self
        bad = [Malformed(place, str(getattr(self.placed[place], "id", "")), *why) for place, why in faults.items()]
        good = {place: item for place, item in self.placed.items() if place not in faults}
        return Batch(self.sent_at, good, sorted(self.malformed + bad, key=lambda one: one.index))


def newest_only(schema: int | None, now: datetime | None) -> None:  # noqa: ARG001 - a `Converter`
    """Reads today's form and no other; Refused("batch.schema")."""
    if schema not in (None, SCHEMA):
        raise Refused("batch.schema", schema=schema, newest=SCHEMA)


class Reader(Generic[Item]):
    """Reads batches `{"sent_at": time, NAME: [item, item, ...]}` of one item type, whose time is `at`."""

    def __init__(
        self, name: str, item: type[Item], *, most: int = LARGEST_BATCH, converter: Converter = newest_only
    ) -> None:
        self.name, self.form, self.most, self.converter = name, item, most, converter
        self.item = msgspec.json.Decoder(item)
        self.strict = self._whole("Strict", GenericAlias(list, (item,)))
        self.loose = self._whole("Loose", list[msgspec.Raw])

    def _whole(self, name: str, items: Any) -> "msgspec.json.Decoder[Any]":
        fields: list[Any] = [("sent_at", datetime), ("items", items), ("schema", int | None, None)]
        return msgspec.json.Decoder(msgspec.defstruct(name, fields, rename={"items": self.name}))

    def read(self, body: bytes, *, now: datetime | None = None) -> Batch[Item]:
        """Splits a body into items and malformed ones; an older schema is turned into today's first.

        now: decides whether an older schema is still read; without it none is
        Refused: "batch.unreadable" when it is no such object at all, "batch.too_large" over `most` items,
        "batch.schema" and what else the converter refuses
        """
        try:
            whole = self.strict.decode(body)
        except UNREADABLE:
            return timely(self._one_by_one(body, now))
        self.converter(whole.schema, now)
        return timely(Batch(_moment(whole.sent_at), dict(enumerate(self._bounded(whole.items))), []))

    def _one_by_one(self, body: bytes, now: datetime | None) -> Batch[Item]:
        try:
            whole = self.loose.decode(body)
        except UNREADABLE as error:
            raise Refused("batch.unreadable", detail=str(error)) from error
        convert = self.converter(whole.schema, now)
        placed: dict[int, Item] = {}
        malformed: list[Malformed] = []
        for place, raw in enumerate(self._bounded(whole.items)):
            try:
                placed[place] = self._item(raw, convert)
            except UNREADABLE as error:
                malformed.append(Malformed(place, _id_of(bytes(raw)), "item.malformed", str(error)))
        return Batch(_moment(whole.sent_at), placed, malformed)

    def _item(self, raw: msgspec.Raw, convert: Convert | None) -> Item:
        """One item; an item of an older schema may come in today's words, too."""
        if convert is None:
            return self.item.decode(raw)
        given = msgspec.json.decode(raw)
        return msgspec.convert(convert(self.name, given) if isinstance(given, dict) else given, self.form)

    def _bounded(self, items: list[Any]) -> list[Any]:
        if len(items) > self.most:
            raise Refused("batch.too_large", count=len(items), most=self.most)
        return items


def timely(batch: Batch[Any]) -> Batch[Any]:
    """A time before 1970 or after 2999 is no time that a clock shows, nor is one with an offset of 16 hours."""
    wrong = [place for place, item in batch.placed.items() if not in_time(item.at)]
    return batch.without(wrong, "item.time", f"at: outside {EARLIEST:%Y} to {LATEST:%Y}, or its offset beyond 15:59")


def in_time(at: datetime) -> bool:
    """Whether this is a time, with its offset, that a clock shows and PostgreSQL takes."""
    offset = at.utcoffset()
    return offset is not None and EARLIEST < at < LATEST and -OFFSET < offset < OFFSET


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
