"""Which UID of a DHIS2 installation stands for which of our fields; every installation has its own.

EXAMPLE is invented: its UIDs begin with EX and are no installation's. A real mapping is a JSON object of the same form.
"""

import hashlib
import json
import re
import string
from dataclasses import dataclass
from typing import Any

from yinghuo.engines.exchange.columns import COLUMNS
from yinghuo.engines.exchange.sheets import UnreadableError, decoded

UID = re.compile(r"^[A-Za-z][A-Za-z0-9]{10}$")
LETTERS, SIGNS = string.ascii_letters, string.ascii_letters + string.digits
PROGRAMS = ("cases", "contacts", "events")
IN_PROGRAM = {
    "cases": "cases",
    "labs": "cases",
    "contacts": "contacts",
    "exposures": "contacts",
    "followups": "contacts",
}
ABOVE = {"labs": "case", "exposures": "contact", "followups": "contact"}  # said by the enrolment that an event is in


@dataclass(frozen=True)
class Mapping:
    """UIDs of one installation.

    entity_type:   of the tracked entities (persons)
    org_units:     area code or name to organisation unit; "*" for every other area
    programs:      "cases", "contacts" (with enrolments), "events" (single events) to program
    stages:        kind of record to program stage
    elements:      kind of record to field to data element
    attributes:    "person.…" field to tracked entity attribute; also "cases.…" or "contacts.…" for what is kept there
    options:       field to our word to the option's code; what is not named is written as it is
    relationship:  type of the relationship from contact to case
    """

    entity_type: str
    org_units: dict[str, str]
    programs: dict[str, str]
    stages: dict[str, str]
    elements: dict[str, dict[str, str]]
    attributes: dict[str, str]
    options: dict[str, dict[str, str]]
    relationship: str

    def org_unit(self, area: str) -> str:
        """The organisation unit of an area; "" where none fits."""
        longest = max((code for code in self.org_units if code != "*" and area.startswith(code)), key=len, default="*")
        return self.org_units.get(longest, "")

    def area(self, org_unit: str) -> str:
        """The area of an organisation unit, "" where it is not told."""
        return next((code for code, uid in self.org_units.items() if uid == org_unit and code != "*"), "")


def mapping_of(data: bytes) -> Mapping:
    """A mapping from its JSON. UnreadableError "mapping" where something lacks or is no UID."""
    try:
        given = json.loads(decoded(data))
        mapping = Mapping(**{name: given[name] for name in Mapping.__dataclass_fields__})
        uids = list(_uids(mapping))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableError("mapping") from error
    if not all(isinstance(uid, str) and UID.match(uid) for uid in uids) or not set(PROGRAMS) <= set(mapping.programs):
        raise UnreadableError("mapping")
    return mapping


def uid_of(*parts: str) -> str:
    """A UID that is always the same for the same parts: 11 signs, a letter first.

    >>> uid_of("cases", "A1") == uid_of("cases", "A1"), bool(UID.match(uid_of("x")))
    (True, True)
    """
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest())
    number, first = divmod(number, len(LETTERS))
    signs = [LETTERS[first]]
    for _ in range(10):
        number, at = divmod(number, len(SIGNS))
        signs.append(SIGNS[at])
    return "".join(signs)


def _uids(mapping: Mapping) -> Any:
    yield from (mapping.entity_type, mapping.relationship)
    for named in (mapping.org_units, mapping.programs, mapping.stages, mapping.attributes, *mapping.elements.values()):
        yield from named.values()


def _example() -> Mapping:
    elements = {
        kind: {
            one.field: f"EX{(uid_of('example', kind, one.field))[:9]}"
            for one in columns
            if not one.field.startswith("person.") and one.field != ABOVE.get(kind)
        }
        for kind, columns in COLUMNS.items()
    }
    people = [one.field for one in COLUMNS["cases"] if one.field.startswith("person.")]
    return Mapping(
        entity_type="EXentPerson",
        org_units={"*": "EXorgUnit01"},
        programs={"cases": "EXprogCases", "contacts": "EXprogConta", "events": "EXprogEvent"},
        stages={kind: f"EX{uid_of('example', 'stage', kind)[:9]}" for kind in COLUMNS},
        elements=elements,
        attributes={name: f"EX{uid_of('example', name)[:9]}" for name in people},
        options={},
        relationship="EXrelExpose",
    )


EXAMPLE = _example()
