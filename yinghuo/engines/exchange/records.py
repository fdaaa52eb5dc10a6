"""The neutral records: event, case, contact, exposure, follow-up visit, laboratory result, person.

`key` is the record's id in the system that it comes from; records name each other by it. `row` says where it stood in
the file and does not make two records differ.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args

HeldAs = Literal["draft", "suspected", "confirmed", "asymptomatic", "discarded"]
GradeOf = Literal["close", "second", "general"]
StateOf = Literal["found", "managed", "released", "case", "dropped"]
EventStands = Literal["draft", "open", "contained", "closed"]
Seen = Literal["seen_well", "seen_ill", "not_reached", "refused", "moved"]
Result = Literal["positive", "negative", "indeterminate", "pending"]


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Who it is. `key` is a pseudonym or the other system's number; the rest is an identity, "" or None if not told."""

    key: str = ""
    number: str = ""
    name: str = ""
    phone: str = ""
    birth: date | None = None


NOBODY = PersonRecord()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event; `area` is a code or a name as the other system writes it."""

    key: str
    name: str = ""
    area: str = ""
    state: EventStands = "draft"
    emerged_on: date | None = None
    detected_at: datetime | None = None
    notified_at: datetime | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case; `sampled_at` is the first positive sample, `in_isolation` whether already isolated when found."""

    key: str
    event: str = ""
    person: PersonRecord = NOBODY
    area: str = ""
    held_as: HeldAs = "draft"
    onset_on: date | None = None
    sampled_at: datetime | None = None
    reported_at: datetime | None = None
    in_isolation: bool | None = None
    index_of_event: bool = False
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact; `last_on` is the day of last contact (day 0), `until` the last day of management."""

    key: str
    last_on: date
    event: str = ""
    person: PersonRecord = NOBODY
    area: str = ""
    grade: GradeOf = "close"
    state: StateOf = "found"
    found_at: datetime | None = None
    until: date | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ExposureRecord:
    """A contact (its key) was with a case (its key) on a day; `via` is the close contact of a contact of contact."""

    key: str
    contact: str
    case: str
    day: date
    via: str = ""
    minutes: int = 0
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FollowUpRecord:
    """A visit to a contact; `day_number` counts from last contact; symptoms are codes."""

    key: str
    contact: str
    day: date
    status: Seen
    at: datetime | None = None
    day_number: int | None = None
    symptoms: tuple[str, ...] = ()
    temperature_c: Decimal | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LabRecord:
    """A laboratory's result on a case; `kind` is pcr, antigen, sequence …; `ct` cycle thresholds as exact text."""

    key: str
    case: str
    sampled_at: datetime
    result: Result
    reported_at: datetime | None = None
    kind: str = "pcr"
    laboratory: str = ""
    ct: tuple[tuple[str, str], ...] = ()
    row: int = field(default=0, compare=False)


Record = EventRecord | CaseRecord | ContactRecord | ExposureRecord | FollowUpRecord | LabRecord
KINDS: dict[str, type[Record]] = {
    "events": EventRecord,
    "cases": CaseRecord,
    "contacts": ContactRecord,
    "exposures": ExposureRecord,
    "followups": FollowUpRecord,
    "labs": LabRecord,
}


class Rejected(NamedTuple):
    """A row that was not taken: its number in the file, kind of record, field, cause (a code), the value, cut short."""

    row: int
    kind: str
    field: str
    cause: str
    value: str = ""


class Unsaid(NamedTuple):
    """What a format cannot hold: a field of a kind of record, and in how many records it said something."""

    kind: str
    field: str
    records: int


@dataclass
class Records:
    """What was read of a file. `unread`: columns or paths that hold something and that nobody here reads."""

    events: list[EventRecord] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    contacts: list[ContactRecord] = field(default_factory=list)
    exposures: list[ExposureRecord] = field(default_factory=list)
    followups: list[FollowUpRecord] = field(default_factory=list)
    labs: list[LabRecord] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Any]:
        """The records of a kind, as `KINDS` names them."""
        found: list[Any] = getattr(self, kind)
        return found

    def __len__(self) -> int:
        return sum(len(self.of(kind)) for kind in KINDS)

    def add(self, other: "Records") -> None:
        """Takes over all that another holds."""
        for kind in (*KINDS, "rejected", "unread"):
            getattr(self, kind).extend(getattr(other, kind))


class Written(NamedTuple):
    """Files by name, and what they could not hold."""

    files: dict[str, bytes]
    unsaid: list[Unsaid]


def people_in(records: Records) -> list[PersonRecord]:
    """Who the cases and contacts are, one after the other."""
    return [one.person for one in records.cases] + [one.person for one in records.contacts]


WORDS: dict[str, tuple[str, ...]] = {
    "held_as": get_args(HeldAs),
    "grade": get_args(GradeOf),
    "contact_state": get_args(StateOf),
    "event_state": get_args(EventStands),
    "status": get_args(Seen),
    "result": get_args(Result),
}
