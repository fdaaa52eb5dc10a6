"""The exchange in words: stages, kinds of record, fields, causes, and what a form cannot hold."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State, Tone, Words
from yinghuo.desks.response.models import Form, ImportStage

TONES: dict[str, Tone] = {
    ImportStage.READY: "waiting",
    ImportStage.APPLYING: "running",
    ImportStage.DONE: "done",
    ImportStage.WITHDRAWN: "off",
}
STAGES: dict[str, State] = {
    ImportStage.READY: State(TONES[ImportStage.READY], lazy("To be confirmed")),
    ImportStage.APPLYING: State(TONES[ImportStage.APPLYING], lazy("Being taken in")),
    ImportStage.DONE: State(TONES[ImportStage.DONE], lazy("Records taken in")),
    ImportStage.WITHDRAWN: State(TONES[ImportStage.WITHDRAWN], lazy("Withdrawn")),
}
FORMS: dict[str, Words] = {
    Form.LINE_LIST: lazy("Line list"),
    Form.GODATA: "Go.Data",
    Form.SORMAS: "SORMAS",
    Form.DHIS2: "DHIS2",
    Form.FHIR: "FHIR",
}
KINDS: dict[str, Words] = {
    "events": lazy("Events"),
    "cases": lazy("Cases"),
    "contacts": lazy("Contacts"),
    "exposures": lazy("Exposures"),
    "followups": lazy("Follow-up visits"),
    "labs": lazy("Laboratory results"),
    "people": lazy("Persons"),
    "fhir": lazy("FHIR entries"),
}
FIELDS: dict[str, Words] = {
    "key": lazy("number in the other system"),
    "event": lazy("number of its event"),
    "name": lazy("its name"),
    "person": lazy("person"),
    "person.key": lazy("pseudonym"),
    "person.number": lazy("number of identity document"),
    "person.name": lazy("name of the person"),
    "person.phone": lazy("telephone number"),
    "person.birth": lazy("day of birth"),
    "number": lazy("number of identity document"),
    "phone": lazy("telephone number"),
    "birth": lazy("day of birth"),
    "area": lazy("area of residence or report"),
    "held_as": lazy("case classification"),
    "onset_on": lazy("day of onset"),
    "sampled_at": lazy("time of sampling"),
    "reported_at": lazy("time of report"),
    "in_isolation": lazy("found in isolation"),
    "index_of_event": lazy("first case of its event"),
    "grade": lazy("kind of contact"),
    "state": lazy("where it stands"),
    "last_on": lazy("day of last contact"),
    "found_at": lazy("time it was determined"),
    "until": lazy("end of management"),
    "contact": lazy("number of the contact"),
    "case": lazy("number of the case"),
    "via": lazy("close contact in between"),
    "day": lazy("day"),
    "day_number": lazy("day number"),
    "minutes": lazy("minutes together"),
    "at": lazy("time of the visit"),
    "status": lazy("what the visit found"),
    "symptoms": lazy("symptoms"),
    "temperature_c": lazy("temperature"),
    "result": lazy("result"),
    "kind": lazy("kind of assay"),
    "laboratory": lazy("name of the laboratory"),
    "ct": lazy("Ct values"),
    "emerged_on": lazy("day it emerged"),
    "detected_at": lazy("time it was detected"),
    "notified_at": lazy("time the authority was told"),
    "second": lazy("contacts of close contacts"),
    "general": lazy("general contacts"),
    "*": lazy("the whole record"),
    "resourceType": lazy("type of resource"),
    "persons": lazy("the two people of the relationship"),
}
CAUSES: dict[str, Words] = {
    "missing": lazy("is missing"),
    "date": lazy("is no date that exists"),
    "number": lazy("is no number"),
    "word": lazy("is a word that is not known here"),
    "twice": lazy("stands further up in the file already"),
    "too_long": lazy("is too long"),
    "identity_number": lazy("looks like an identity number; such a number is never kept in plain"),
    "unknown": lazy("is not known here, nor in this file"),
    "elsewhere": lazy("lies outside the area of this import"),
    "several": lazy("is the name of several areas; write the code"),
    "known": lazy("is known here already, and only new records were wanted"),
    "judged": lazy("differs from what somebody here judged; that stays"),
    "person_twice": lazy("stands in the file twice for one event"),
    "future": lazy("lies in the future"),
    "range": lazy("cannot be true"),
    "not_done": lazy("is a visit that was planned and not made"),
    "form": lazy("is not well formed"),
}


def field_in_words(field: str) -> str:
    """A field, also that of a part: "labs.result"."""
    name = field if field in FIELDS else field.rpartition(".")[2]
    return str(FIELDS.get(name, field))


def unsaid_in_words(unsaid: Iterable[Iterable[object]]) -> list[str]:
    """What a form could not hold, line by line."""
    return [
        _("%(kind)s: %(field)s (%(records)s)")
        % {"kind": KINDS.get(str(kind), kind), "field": field_in_words(str(field)), "records": records}
        for kind, field, records in unsaid
    ]
