"""DHIS2 out: tracked entities with enrolments and events, and the relationships of contacts to cases."""

import json
from datetime import date, datetime, tzinfo
from itertools import groupby
from operator import attrgetter
from typing import Any

from yinghuo.engines.exchange.columns import COLUMNS, write_cell
from yinghuo.engines.exchange.dhis2.mapping import EXAMPLE, Mapping, uid_of
from yinghuo.engines.exchange.holding import Holds, everything
from yinghuo.engines.exchange.records import Records, Unsaid, Written

Item = dict[str, Any]
HOLDS: Holds = everything()  # as far as the mapping names a data element or attribute for each field
PARAMETERS = {"importStrategy": "CREATE_AND_UPDATE", "atomicMode": "ALL", "validationMode": "FULL"}


def write(records: Records, *, mapping: Mapping = EXAMPLE, zone: tzinfo) -> Written:
    """One nested payload for POST /api/tracker; what the mapping has no place for is named."""
    writer = Writer(records, mapping, zone)
    payload = {
        "trackedEntities": [writer.entity("cases", one) for one in records.cases]
        + [writer.entity("contacts", one) for one in records.contacts],
        "events": [writer.single(one) for one in records.events],
        "relationships": [writer.relationship(one) for one in records.exposures],
    }
    data = json.dumps({name: items for name, items in payload.items() if items}, ensure_ascii=False, indent=1).encode()
    lost = [Unsaid(kind, field, count) for (kind, field), count in sorted(writer.lost.items())]
    return Written({"tracker.json": data}, lost)


class Writer:
    """Writes records under one mapping, and counts what it has no place for."""

    def __init__(self, records: Records, mapping: Mapping, zone: tzinfo) -> None:
        self.mapping, self.zone = mapping, zone
        self.lost: dict[tuple[str, str], int] = {}
        self.below = {
            (kind, owner): list(found)
            for kind, name in (("labs", "case"), ("exposures", "contact"), ("followups", "contact"))
            for owner, found in groupby(sorted(records.of(kind), key=attrgetter(name)), key=attrgetter(name))
        }

    def entity(self, kind: str, one: Any) -> Item:
        """A case or contact: its tracked entity, enrolled in its program, with its events."""
        unit = self.mapping.org_unit(one.area)
        uid = uid_of(kind, one.key)
        inner = ("labs",) if kind == "cases" else ("exposures", "followups")
        below = [(name, record) for name in inner for record in self.below.get((name, one.key), [])]
        enrolled = one.reported_at if kind == "cases" else one.found_at
        onset = one.onset_on if kind == "cases" else one.last_on
        enrolment = {
            "enrollment": uid_of("enrollment", kind, one.key),
            "program": self.mapping.programs[kind],
            "orgUnit": unit,
            "status": "ACTIVE",
            "enrolledAt": self._time(enrolled or onset),
            "occurredAt": self._time(onset or enrolled),
            "events": [self._event(name, record, unit) for name, record in ((kind, one), *below)],
        }
        return {
            "trackedEntity": uid,
            "trackedEntityType": self.mapping.entity_type,
            "orgUnit": unit,
            "attributes": self._attributes(kind, one),
            "enrollments": [{name: value for name, value in enrolment.items() if value not in (None, "")}],
        }

    def single(self, one: Any) -> Item:
        """An event of ours: a single event of an event program."""
        return self._event("events", one, self.mapping.org_unit(one.area)) | {
            "program": self.mapping.programs["events"]
        }

    def relationship(self, one: Any) -> Item:
        """From the contact's tracked entity to the case's."""
        sides = {"from": uid_of("contacts", one.contact), "to": uid_of("cases", one.case)}
        return {
            "relationship": uid_of("exposures", one.key),
            "relationshipType": self.mapping.relationship,
            **{side: {"trackedEntity": {"trackedEntity": uid}} for side, uid in sides.items()},
        }

    def _event(self, kind: str, one: Any, unit: str) -> Item:
        at = next((value for name in TIMES[kind] if (value := getattr(one, name))), None)
        said = {
            "event": uid_of("event", kind, one.key),
            "programStage": self.mapping.stages.get(kind, ""),
            "orgUnit": unit,
            "status": "ACTIVE",
            "occurredAt": self._time(at),
            "dataValues": self._values(kind, one),
        }
        return {name: value for name, value in said.items() if value not in (None, "")}

    def _values(self, kind: str, one: Any) -> list[Item]:
        places = self.mapping.elements.get(kind, {})
        values = []
        for field, text in self._said(kind, one).items():
            if field in places:
                values.append({"dataElement": places[field], "value": text})
            elif (
                not field.startswith("person.")
                and f"{kind}.{field}" not in self.mapping.attributes
                and field != OWNER.get(kind)
            ):
                self.lost[(kind, field)] = self.lost.get((kind, field), 0) + 1
        return values

    def _attributes(self, kind: str, one: Any) -> list[Item]:
        places, values = self.mapping.attributes, []
        for field, text in self._said(kind, one).items():
            name = field if field.startswith("person.") else f"{kind}.{field}"
            if name in places:
                values.append({"attribute": places[name], "value": text})
            elif field.startswith("person."):
                key = ("people", field.removeprefix("person."))
                self.lost[key] = self.lost.get(key, 0) + 1
        return values

    def _said(self, kind: str, one: Any) -> dict[str, str]:
        found = {}
        for column in COLUMNS[kind]:
            value = one
            for name in column.field.split("."):
                value = getattr(value, name)
            if value not in (None, "", ()):
                found[column.field] = self._text(column, value)
        return found

    def _text(self, column: Any, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            return self._time(value) or ""
        text = value if isinstance(value, str) else write_cell(column, value, chinese=0)
        return self.mapping.options.get(column.field, {}).get(text, text)

    def _time(self, at: date | datetime | None) -> str | None:
        """As DHIS2 writes times: local, without offset."""
        if at is None:
            return None
        if isinstance(at, datetime):
            return at.astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        return f"{at.isoformat()}T00:00:00.000"


OWNER = {"labs": "case", "exposures": "contact", "followups": "contact"}
TIMES = {
    "cases": ("reported_at", "onset_on", "sampled_at"),
    "contacts": ("found_at", "last_on"),
    "labs": ("sampled_at",),
    "exposures": ("day",),
    "followups": ("at", "day"),
    "events": ("detected_at", "emerged_on", "notified_at"),
}
