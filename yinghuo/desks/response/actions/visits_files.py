"""A file of visits on its way in: read and sealed, tried out without keeping anything, then kept by who confirms it."""

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.areas.queries import within
from yinghuo.core.people import identity
from yinghuo.core.people.actions import NewPerson, register_people
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.actions.visits import keep_visits
from yinghuo.desks.response.actions.visits_reading import FIELDS, Read, Row, guess, read_rows, table_of
from yinghuo.desks.response.models import Venue, VisitFile

MOST_MB, MOST_FAULTS, ROWS = 20, 5_000, 5_000
NEEDED = ("person", "place", "begins")
KEPT_SEALED = timedelta(days=1)  # a file that nobody takes in is forgotten


class NewFile(NamedTuple):
    """A file as it was handed in; `source` says what the visits are known from."""

    id: UUID
    name: str
    raw: bytes
    source: str
    area_code: str
    party_id: UUID | None = None


@transaction.atomic
def begin_file(new: NewFile, *, by: str, at: datetime) -> VisitFile:
    """Reads a file, guesses which column is what, tries it out; the same id again is the same file.

    Refused: "visit.file_large", "visit.file"
    """
    take_turns(new.id)
    if known := VisitFile.objects.filter(id=new.id).first():
        return known
    if len(new.raw) > MOST_MB * 2**20:
        raise Refused("visit.file_large", most=MOST_MB)
    table = table_of(new.raw)
    VisitFile.objects.filter(begun_at__lt=at - KEPT_SEALED).update(sealed=None)
    file = VisitFile(
        id=new.id,
        name=new.name[:200],
        source=new.source,
        area_code=new.area_code,
        party_id=new.party_id,
        sealed=identity.seal(new.id, {"file": base64.b64encode(new.raw).decode()}),
        heads=table[0],
        mapping=guess(table[0]),
        begun_at=at,
        begun_by=by,
    )
    _try_out(file, table)
    file.save()
    body = {"rows": len(table) - 1, "source": new.source}
    ledger.enter("visits.file_read", f"visit-file:{file.id}", by=by, at=at, body=body)
    return file


@transaction.atomic
def map_file(file_id: UUID, mapping: Mapping[str, int]) -> VisitFile:
    """Says which column is what, and tries the file out anew. Refused: "visit.file_gone", "visit.columns"."""
    file = _locked(file_id)
    file.mapping = {field: column for field, column in mapping.items() if field in FIELDS}
    _needed(file.mapping)
    _try_out(file, table_of(_raw(file)))
    file.save(update_fields=["mapping", "counts", "faults"])
    return file


@transaction.atomic
def take_in(file_id: UUID, *, by: str, at: datetime) -> VisitFile:
    """Keeps the visits of the good rows, once; forgets the file. Refused: "visit.file_gone", "visit.columns"."""
    file = _locked(file_id)
    if file.kept_at:
        return file
    _needed(file.mapping)
    found = _read(file, table_of(_raw(file)))
    register_people(_newcomers(found.rows, file), by=by, at=at)
    new = 0
    for start in range(0, len(found.rows), ROWS):
        part = [row.visit for row in found.rows[start : start + ROWS]]
        new += keep_visits(part, by=by, at=at, area_code=file.area_code)
    file.counts |= {"kept": new, "known": len(found.rows) - new}
    file.kept_at, file.sealed = at, None
    file.save(update_fields=["counts", "kept_at", "sealed"])
    return file


def _try_out(file: VisitFile, table: list[list[str]]) -> None:
    """What taking it in would do: rows, good rows, and each fault by row; nothing is kept."""
    found = _read(file, table) if set(NEEDED) <= set(file.mapping) else Read([], [])
    bad = len({fault.row for fault in found.faults})
    file.counts = {"rows": len(table) - 1, "good": len(found.rows), "bad": bad}
    file.counts |= {f"fault.{cause}": count for cause, count in Counter(one.cause for one in found.faults).items()}
    file.faults = [list(one) for one in found.faults[:MOST_FAULTS]]


def _read(file: VisitFile, table: list[list[str]]) -> Read:
    return read_rows(table[1:], file.mapping, places=_places(file.area_code), source=file.source)


def _places(area_code: str) -> dict[str, UUID]:
    """What the places of an area are called, in either language, or by their id."""
    names: dict[str, UUID] = {}
    for venue, name_zh, name_en in within(Venue.objects.all(), area_code).values_list("id", "name_zh", "name_en"):
        names |= {str(venue): venue, name_zh.strip(): venue}
        names |= {name_en.strip(): venue} if name_en else {}
    return names


def _newcomers(rows: list[Row], file: VisitFile) -> list[NewPerson]:
    numbers = {row.number: row.name for row in rows if row.number}
    return [
        NewPerson(number, name, area_code=file.area_code, party_id=file.party_id) for number, name in numbers.items()
    ]


def _needed(mapping: Mapping[str, Any]) -> None:
    if missing := [field for field in NEEDED if field not in mapping]:
        raise Refused("visit.columns", fields=", ".join(missing))


def _locked(file_id: UUID) -> VisitFile:
    file = VisitFile.objects.select_for_update().filter(id=file_id).first()
    if file is None or (file.sealed is None and not file.kept_at):
        raise Refused("visit.file_gone")
    return file


def _raw(file: VisitFile) -> bytes:
    if file.sealed is None:
        raise Refused("visit.file_gone")
    return base64.b64decode(identity.unseal(file.id, file.sealed)["file"])
