"""Which slots of which day are on disk: noted in memory, in PostgreSQL a moment later in one statement."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from yinghuo.desks.metering.head_end.wanting import SLOTS, Key
from yinghuo.desks.metering.models import Coverage

NOTE = """
    INSERT INTO metering_coverage (meter_id, day, what, quantity, slots)
    SELECT meter_id, day, what, quantity, slots::bit(96)
    FROM unnest(%s::int[], %s::date[], %s::text[], %s::int[], %s::text[])
        AS noted (meter_id, day, what, quantity, slots)
    WHERE EXISTS (SELECT FROM metering_meter m WHERE m.id = noted.meter_id)
    ORDER BY meter_id, day, what, quantity
    ON CONFLICT (meter_id, day, what, quantity) DO UPDATE SET slots = metering_coverage.slots | EXCLUDED.slots
"""
FORGET = "DELETE FROM metering_coverage WHERE day < %s"


class CoverageBook:
    """Notes what is on disk; a note is lost with the process, never made too early. One thread writes at a time."""

    def __init__(self) -> None:
        self._noted: dict[Key, int] = {}
        self._writing: dict[Key, int] = {}

    def note(self, key: Key, slots: int) -> None:
        """Adds slots (bit n for slot n) that are on disk."""
        self._noted[key] = self._noted.get(key, 0) | slots

    def with_notes(self, stored: dict[Key, int], meters: set[int]) -> dict[Key, int]:
        """What PostgreSQL holds, with what is still on its way there."""
        found = dict(stored)
        for notes in (self._writing, self._noted):
            for key, slots in notes.items():
                if key[0] in meters:
                    found[key] = found.get(key, 0) | slots
        return found

    def begin_writing(self) -> list[tuple[Key, int]]:
        """What is to be written now; `written` or `not_written` must follow."""
        self._writing, self._noted = self._noted, {}
        return list(self._writing.items())

    def written(self) -> None:
        """It is in PostgreSQL."""
        self._writing = {}

    def not_written(self) -> None:
        """It is not: it goes with the next."""
        for key, slots in self._writing.items():
            self.note(key, slots)
        self._writing = {}


def write(notes: Iterable[tuple[Key, int]]) -> None:
    """Adds notes to the table; sync, for a thread."""
    rows = [(*key, as_text(slots)) for key, slots in notes]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [list(column) for column in zip(*rows, strict=True)])


def read(meters: Iterable[int], *, since: date) -> dict[Key, int]:
    """What is covered of these meters from a day on; sync, for a thread."""
    found = Coverage.objects.filter(meter_id__in=list(meters), day__gte=since)
    rows = found.values_list("meter_id", "day", "what", "quantity", "slots")
    return {(meter, day, what, quantity): from_text(slots) for meter, day, what, quantity, slots in rows}


def forget(*, before: date) -> None:
    """Drops what nobody looks for any more; sync, for a thread."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [before])


def as_text(slots: int) -> str:
    """Slots as PostgreSQL writes bit(96): the first quarter-hour first.

    >>> as_text(0b11)[:4], from_text(as_text(1 << 95)) == 1 << 95
    ('1100', True)
    """
    return f"{slots:0{SLOTS}b}"[::-1]


def from_text(text: str) -> int:
    """The way back."""
    return int(text[::-1], 2)
