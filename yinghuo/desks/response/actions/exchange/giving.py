"""Giving records out to another system under pseudonyms; with names for a reason, few at a time, each in the ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import may, scope
from yinghuo.core.people.models import Person, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.exchange.reading import uids_of
from yinghuo.desks.response.actions.revealing import reveal_for_case
from yinghuo.desks.response.models import Event, Form, GivenOut
from yinghuo.desks.response.queries.exchange import cases_of, contacts_of, records_for, size_of
from yinghuo.desks.response.rules.exchange import MOST_GIVEN_OUT
from yinghuo.desks.response.rules.followups import REVEALS_A_HOUR
from yinghuo.engines.exchange import archives, dhis2, fhir, godata, line_list, sormas
from yinghuo.engines.exchange.records import KINDS, PersonRecord, Records, Written, people_in
from yinghuo.engines.exchange.sheets import UnreadableError


class Asked(NamedTuple):
    """What is asked for.

    variant: csv, xlsx or json where the form has several; chinese: 1 for Chinese heads of a line list, 0 for English
    source:  whose ids records go out under, as far as they came from there
    reveal:  a `RevealReason` for names; "" for none; words: the user's own, beside it
    mapping: JSON of a DHIS2 installation's UIDs, or None for the example
    """

    form: str
    event: UUID | None = None
    variant: str = "csv"
    chinese: int = 1
    source: str = ""
    reveal: str = ""
    words: str = ""
    mapping: bytes | None = None


class Given(NamedTuple):
    """A file to be sent, and the row that says so."""

    name: str
    data: bytes
    row: GivenOut


@transaction.atomic
def give_out(asked: Asked, *, user: User, at: datetime) -> Given:
    """One file (an archive where the form needs several) of an event, or of the user's area; entered in the ledger.

    Refused: "access.role", "event.unknown" (also outside the area), "exchange.form", "exchange.too_many",
    "exchange.too_many_names", "exchange.unreadable" (the mapping), and what `reveal_for_case` refuses
    """
    if not may(user, "exchange.use"):
        raise Refused("access.role", verb="exchange.use")
    if asked.event and not scope(user, Event.objects.filter(id=asked.event)).exists():
        raise Refused("event.unknown", event=str(asked.event))
    if (size := size_of(user, asked.event)) > MOST_GIVEN_OUT:
        raise Refused("exchange.too_many", records=size, most=MOST_GIVEN_OUT)
    records = records_for(user, asked.event, source=asked.source)
    if asked.reveal:
        records = _with_names(records, asked, user=user, at=at)
    written = _written(records, asked)
    row = _entered(records, asked, written, user=user, at=at)
    name, data = _file(written, asked, at)
    return Given(name, data, row)


def _written(records: Records, asked: Asked) -> Written:
    match asked.form:
        case Form.LINE_LIST:
            return line_list.write(records, chinese=asked.chinese, form="xlsx" if asked.variant == "xlsx" else "csv")
        case Form.GODATA:
            return godata.write(records, form="csv" if asked.variant == "csv" else "json")
        case Form.SORMAS:
            return sormas.write(records, places=_places(records))
        case Form.DHIS2:
            return dhis2.write(records, mapping=_uids(asked), zone=timezone.get_default_timezone())
        case Form.FHIR:
            return fhir.write(records)
    raise Refused("exchange.form", form=asked.form)


def _uids(asked: Asked) -> dhis2.Mapping:
    try:
        return dhis2.mapping_of(asked.mapping) if asked.mapping else uids_of({})
    except UnreadableError as error:
        raise Refused("exchange.unreadable", cause=error.cause) from error


def _places(records: Records) -> dict[str, tuple[str, str]]:
    """Region and district as names of the prefecture and the county."""
    areas = {one.area for kind in ("events", "cases", "contacts") for one in records.of(kind)}
    known = names({code[:digits] for code in areas for digits in (4, 6)})
    return {code: (known.get(code[:4], code[:4]), known.get(code[:6], code[:6])) for code in areas}


def _with_names(records: Records, asked: Asked, *, user: User, at: datetime) -> Records:
    """Each person is looked at for the case that they are, or whose contact they are: one entry each."""
    case_of = _cases_of_people(records, user, asked.event)
    kept = scope(user, Person.objects.filter(id__in=case_of, identity__isnull=False)).values_list("id", flat=True)
    known = set(kept)
    if len(known) > REVEALS_A_HOUR:
        raise Refused("exchange.too_many_names", people=len(known), most=REVEALS_A_HOUR)
    said = {
        str(person): reveal_for_case(person, case, asked.reveal, words=asked.words, by=user, at=at)
        for person, case in sorted(case_of.items())
        if person in known
    }
    return replace(records, cases=_named(records.cases, said), contacts=_named(records.contacts, said))


def _cases_of_people(records: Records, user: User, event: UUID | None) -> dict[UUID, UUID]:
    """The case for which each person may be looked at; a contact that met no case here is looked at by nobody."""
    exposed = contacts_of(user, event).filter(exposures__case__merged_into=None)
    found: dict[UUID | None, UUID | None] = dict(exposed.values_list("person", "exposures__case_id"))
    found |= dict(cases_of(user, event).filter(person__isnull=False).values_list("person", "id"))
    spoken = {UUID(one.key) for one in people_in(records) if one.key}
    return {person: case for person, case in found.items() if person and case and person in spoken}


def _named(rows: list[Any], said: Mapping[str, Mapping[str, str]]) -> list[Any]:
    return [replace(one, person=_person(one.person, said)) for one in rows]


def _person(person: PersonRecord, said: Mapping[str, Mapping[str, str]]) -> PersonRecord:
    one = said.get(person.key)
    if one is None:
        return person
    born = one.get("born", "")
    birth = date.fromisoformat(born) if born else None
    return PersonRecord(person.key, one.get("number", ""), one.get("name", ""), one.get("phone", ""), birth)


def _entered(records: Records, asked: Asked, written: Written, *, user: User, at: datetime) -> GivenOut:
    counts = {kind: len(records.of(kind)) for kind in KINDS if records.of(kind)}
    names = sum(bool(one.name or one.number) for one in people_in(records))
    body = {"form": asked.form, "counts": counts, "names": names, "event": str(asked.event or "")}
    subject = f"event:{asked.event}" if asked.event else f"user:{user.pk}"
    entry_id = ledger.enter("exchange.given_out", subject, by=user.label, at=at, body=body)
    event = Event.objects.filter(id=asked.event).first() if asked.event else None
    return GivenOut.objects.create(
        id=entry_id,
        form=asked.form,
        area_code=event.area_code if event else user.area_code,
        event=asked.event,
        counts=counts,
        names=bool(names),
        unsaid=[list(one) for one in written.unsaid],
        at=at,
        by=user.label,
    )


def _file(written: Written, asked: Asked, at: datetime) -> tuple[str, bytes]:
    stem = f"{asked.form}-{timezone.localtime(at):%Y%m%d-%H%M}".replace("_", "-")
    if len(written.files) == 1:
        ((name, data),) = written.files.items()
        return f"{stem}.{name.rpartition('.')[2]}", data
    return f"{stem}.zip", archives.packed(written.files)
