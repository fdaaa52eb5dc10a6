"""DHIS2 in: nested or flat payloads, and what GET /api/tracker/… answers, to neutral records."""

import json
from collections.abc import Iterator
from typing import Any

from yinghuo.engines.exchange.columns import record_of
from yinghuo.engines.exchange.dhis2.mapping import ABOVE, EXAMPLE, IN_PROGRAM, Mapping
from yinghuo.engines.exchange.records import Records
from yinghuo.engines.exchange.sheets import UnreadableError, decoded
from yinghuo.engines.exchange.values import Fault, Reader, text_of

Item = dict[str, Any]
FALLBACKS = {  # fields that a case or contact takes from its enrolment where no data element says them
    "cases": (("reported_at", "enrolledAt"), ("onset_on", "occurredAt")),
    "contacts": (("found_at", "enrolledAt"), ("last_on", "occurredAt")),
}


def read(data: bytes, *, reader: Reader, mapping: Mapping = EXAMPLE) -> Records:
    """Neutral records of a tracker payload. UnreadableError: "json", "form".

    Rows are counted by tracked entity, and single events from 1 on.
    """
    payload = _payload(data)
    found, taker = Records(), Taker(mapping, reader)
    for row, entity in enumerate(_entities(payload), start=1):
        taker.entity(entity, row, found)
    singles = [one for one in payload.get("events") or [] if one.get("programStage") == mapping.stages.get("events")]
    for row, event in enumerate(singles, start=1):
        taker.take("events", taker.values("events", event.get("dataValues")) | _area(mapping, event), row, found)
    found.unread = sorted(taker.unread)
    return found


class Taker:
    """Reads records under one mapping, and remembers the UIDs that nobody reads."""

    def __init__(self, mapping: Mapping, reader: Reader) -> None:
        self.mapping, self.reader, self.unread = mapping, reader, set[str]()
        self.field_of = {kind: {uid: name for name, uid in said.items()} for kind, said in mapping.elements.items()}
        self.attribute_of = {uid: name for name, uid in mapping.attributes.items()}
        self.word_of = {name: {code: word for word, code in said.items()} for name, said in mapping.options.items()}

    def entity(self, entity: Item, row: int, found: Records) -> None:
        """The cases or contacts of a tracked entity, one for each enrolment, with what happened in it."""
        person = self._attributes(entity.get("attributes"))
        for enrolment in entity.get("enrollments") or []:
            kind = self._kind(enrolment)
            if kind is None:
                self.unread.add(f"program {enrolment.get('program')}")
                continue
            attributes = person | self._attributes(enrolment.get("attributes"))
            key = self._owner(kind, entity, enrolment, attributes, row, found)
            for event in enrolment.get("events") or []:
                self._event(kind, key, event, row, found)

    def take(self, kind: str, cells: dict[str, str], row: int, found: Records) -> str:
        """Adds a record, or the reason why not; returns its key."""
        try:
            record = record_of(kind, cells, reader=self.reader, row=row)
        except Fault as fault:
            found.rejected.append(fault.at(row, kind))
            return cells.get("key", "")
        found.of(kind).append(record)
        return str(record.key)

    def values(self, kind: str, given: Any) -> dict[str, str]:
        """Data values by field."""
        fields, cells = self.field_of.get(kind, {}), dict[str, str]()
        for one in given or []:
            uid, text = text_of(one.get("dataElement")), text_of(one.get("value"))
            if uid in fields:
                cells[fields[uid]] = self.word_of.get(fields[uid], {}).get(text, text)
            elif text:
                self.unread.add(f"dataElement {uid}")
        return cells

    def _owner(self, kind: str, entity: Item, enrolment: Item, person: dict[str, str], row: int, found: Records) -> str:
        stage = self.mapping.stages.get(kind)
        events = [one for one in enrolment.get("events") or [] if one.get("programStage") == stage]
        cells = {name.removeprefix(f"{kind}."): text for name, text in person.items()}
        for event in events:
            cells |= self.values(kind, event.get("dataValues"))
        if not events:
            cells |= {field: text_of(enrolment.get(name)) for field, name in FALLBACKS[kind] if field not in cells}
        cells.setdefault("key", text_of(entity.get("trackedEntity")))
        return self.take(kind, _area(self.mapping, enrolment) | cells, row, found)

    def _event(self, kind: str, key: str, event: Item, row: int, found: Records) -> None:
        stage = event.get("programStage")
        inner = next((name for name, uid in self.mapping.stages.items() if uid == stage), None)
        if inner is None or IN_PROGRAM.get(inner) != kind:
            self.unread.add(f"programStage {stage}")
        elif inner != kind:
            cells = self.values(inner, event.get("dataValues")) | {ABOVE[inner]: key}
            cells.setdefault("key", text_of(event.get("event")))
            self.take(inner, cells, row, found)

    def _kind(self, enrolment: Item) -> str | None:
        names = {uid: name for name, uid in self.mapping.programs.items() if name != "events"}
        return names.get(text_of(enrolment.get("program")))

    def _attributes(self, given: Any) -> dict[str, str]:
        cells = {}
        for one in given or []:
            uid, text = text_of(one.get("attribute")), text_of(one.get("value"))
            if uid in self.attribute_of:
                field = self.attribute_of[uid]
                cells[field] = self.word_of.get(field.partition(".")[2], {}).get(text, text)
            elif text:
                self.unread.add(f"attribute {uid}")
        return cells


def _payload(data: bytes) -> Item:
    try:
        payload = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("json") from error
    if isinstance(payload, dict) and isinstance(payload.get("instances"), list):  # GET up to 2.40
        payload = {"trackedEntities": payload["instances"]}
    lists = ("trackedEntities", "enrollments", "events", "relationships")
    known = isinstance(payload, dict) and any(isinstance(payload.get(name), list) for name in lists)
    if not known or any(not _items(payload.get(name)) for name in lists):
        raise UnreadableError("form")
    return dict(payload)


def _items(given: Any) -> bool:
    """Whether it is a list of objects all the way down to the values, or nothing."""
    if given is None:
        return True
    inner = ("enrollments", "events", "attributes", "dataValues")
    return isinstance(given, list) and all(
        isinstance(one, dict) and all(_items(one.get(name)) for name in inner) for one in given
    )


def _entities(payload: Item) -> Iterator[Item]:
    """Tracked entities with what belongs to them, whether the payload nests it or lays it flat."""
    events = _by(payload.get("events"), "enrollment")
    enrolments = _by(payload.get("enrollments"), "trackedEntity")
    for entity in payload.get("trackedEntities") or []:
        own = [*(entity.get("enrollments") or []), *enrolments.get(entity.get("trackedEntity"), [])]
        yield entity | {"enrollments": [_with_events(one, events) for one in own]}


def _by(items: list[Item] | None, name: str) -> dict[Any, list[Item]]:
    found: dict[Any, list[Item]] = {}
    for one in items or []:
        if one.get(name):
            found.setdefault(one[name], []).append(one)
    return found


def _with_events(enrolment: Item, events: dict[Any, list[Item]]) -> Item:
    return enrolment | {"events": [*(enrolment.get("events") or []), *events.get(enrolment.get("enrollment"), [])]}


def _area(mapping: Mapping, item: Item) -> dict[str, str]:
    area = mapping.area(text_of(item.get("orgUnit")))
    return {"area": area} if area else {}
