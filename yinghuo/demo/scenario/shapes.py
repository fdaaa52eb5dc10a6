"""What the invented scenario consists of: its places, devices, people, tubes and all that happened, in columns.

A column is a numpy array, and a row is named by its index. Times are whole milliseconds since 1970 UTC, as the device's
clock showed them. Ids and codes are ASCII text (dtype S). An index of -1 means none.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from yinghuo.demo.scenario.setting import Campaign, Device, Plant, Site

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.bytes_]

CHINA = timezone(timedelta(hours=8))
SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MANY, ONE_DAY = 0, 1  # the two campaigns, by index


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time."""
    return round(moment.timestamp() * SECOND_MS)


class Outcome(IntEnum):
    """What the laboratory found, as stored in columns."""

    NEGATIVE = 0
    POSITIVE = 1
    GREY = 2
    INVALID = 3


class Odd(IntEnum):
    """What was made odd on purpose, as stored in columns; `code` is the doubt that the system should raise, if any."""

    NONE = 0
    PERSON_TWICE = 1
    OVER_CAPACITY = 2
    UNKNOWN_TUBE = 3
    AFTER_SEALING = 4
    IDENTITY = 5
    OTHER_SITE = 6
    CLOCK_SKEW = 7
    BOX_COUNT = 8
    MALFORMED = 9
    LOST = 10
    CORRECTED = 11

    @property
    def code(self) -> str:
        """The stable code: a doubt of the sampling desk, or a name of the scenario's own."""
        return ODD_CODES[self]


ODD_CODES = {
    Odd.NONE: "",
    Odd.PERSON_TWICE: "swab.person_twice",
    Odd.OVER_CAPACITY: "tube.over_capacity",
    Odd.UNKNOWN_TUBE: "tube.unknown",
    Odd.AFTER_SEALING: "swab.after_sealing",
    Odd.IDENTITY: "swab.identity_check",
    Odd.OTHER_SITE: "device.other_site",
    Odd.CLOCK_SKEW: "device.clock_skew",
    Odd.BOX_COUNT: "box.count",
    Odd.MALFORMED: "item.malformed",
    Odd.LOST: "tube.lost",
    Odd.CORRECTED: "result.corrected",
}


@dataclass
class Columns:
    """Rows side by side in arrays of one length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def then(self, other: Self) -> Self:
        """The rows of both, these first."""
        names = [one.name for one in fields(self)]
        return type(self)(**{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in names})


@dataclass
class Groups(Columns):
    """Teams of a line and dormitory rooms; a block is a line's shift or a dormitory floor, which share their air."""

    plant: Ints
    block: Ints
    name_zh: npt.NDArray[np.str_]
    name_en: npt.NDArray[np.str_]
    site: Ints
    one_day_site: Ints


@dataclass
class People(Columns):
    """The roster; `number` is an identity number that belongs to nobody."""

    group: Ints
    plant: Ints
    number: npt.NDArray[np.str_]
    name: npt.NDArray[np.str_]


@dataclass
class Swabs(Columns):
    """One person into one tube. `positive` is the truth, `identity` the row of `Scenario.identities` shown instead."""

    tube: Ints
    person: Ints
    at_ms: Ints
    positive: Flags
    identity: Ints
    odd: Ints
    id: Texts


@dataclass
class Tubes(Columns):
    """Tubes with what became of them; the swabs `first` to `first + swabs - 1` are in them.

    parent: the pooled tube because of which this one was taken, -1 for a pooled tube
    day:    days since the first campaign's first day
    sealed_count: what the phone had counted when the tube was closed
    box:    the box in which it reached the laboratory
    """

    campaign: Ints
    site: Ints
    device: Ints
    day: Ints
    parent: Ints
    first: Ints
    swabs: Ints
    first_ms: Ints
    last_ms: Ints
    sealed_ms: Ints
    sealed_count: Ints
    outcome: Ints
    box: Ints
    result_ms: Ints
    odd: Ints
    code: Texts
    id: Texts

    @property
    def single(self) -> Flags:
        """Which tubes were taken because of another."""
        return self.parent >= 0


@dataclass
class Boxes(Columns):
    """Boxes and how they travelled.

    first, tubes: `Scenario.members[first : first + tubes]` are the tubes in the box
    said:         the packer's count
    device:       the packer's phone
    """

    site: Ints
    device: Ints
    first: Ints
    tubes: Ints
    said: Ints
    at_ms: Ints
    collected_ms: Ints
    received_ms: Ints
    received_tubes: Ints
    assayed_ms: Ints
    courier: Ints
    laboratory: Ints
    technician: Ints
    odd: Ints
    code: Texts
    seal: Texts
    id: Texts


@dataclass
class Handovers(Columns):
    """A box collected (stage 0) or received (stage 1); temperature in degrees Celsius, NaN when nobody read it."""

    box: Ints
    stage: Ints
    device: Ints
    at_ms: Ints
    count: Ints
    temperature_c: Floats
    id: Texts


@dataclass
class Results(Columns):
    """What a laboratory sent of a tube; `message` counts the messages of that laboratory; Ct is NaN unless measured."""

    tube: Ints
    laboratory: Ints
    technician: Ints
    message: Ints
    at_ms: Ints
    outcome: Ints
    ct_orf1ab: Floats
    ct_n: Floats
    odd: Ints
    id: Texts


@dataclass(frozen=True)
class Oddity:
    """Something odd on purpose: its code, the subject as the system names it, and the truth of it."""

    kind: str
    subject: str
    truth: str


@dataclass(frozen=True)
class MalformedItem:
    """Text that a phone sends among the swabs of `tube`, and that is no swab."""

    device: int
    tube: int
    text: str


@dataclass(frozen=True)
class Scenario:
    """All of it. Devices come as samplers of both campaigns, couriers, laboratories; `skew_s` is by (device, day)."""

    seed: int
    scale: float
    campaigns: list[Campaign]
    plants: list[Plant]
    sites: list[Site]
    devices: list[Device]
    technicians: list[str]
    groups: Groups
    people: People
    tubes: Tubes
    swabs: Swabs
    boxes: Boxes
    members: Ints
    handovers: Handovers
    results: Results
    identities: list[tuple[str, str]]
    malformed: list[MalformedItem]
    skew_s: dict[tuple[int, int], int]
    oddities: list[Oddity]
    expected: dict[str, int] = field(default_factory=dict)
