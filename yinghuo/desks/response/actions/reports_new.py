"""What a report looks like as its sender makes it, and who it names; identities go on to `core.people`, sealed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinghuo.core.people import actions as people
from yinghuo.core.people import identity
from yinghuo.core.people.actions import NewPerson
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.actions import key_people
from yinghuo.desks.response.models import ReportDoor
from yinghuo.desks.response.rules.symptoms import CODES
from yinghuo.engines.rosters.matching import Facets, plain_name


@dataclass(frozen=True)
class Who:
    """Somebody as a reporter names them; "" and None for what is not known."""

    number: str = ""
    name: str = ""
    phone: str = ""
    born: date | None = None

    @property
    def facets(self) -> Facets:
        """What is compared to find the same person again."""
        return Facets(identity.normalised(self.number), self.name.strip(), self.born, _digits(self.phone))


@dataclass(frozen=True)
class NewReport:
    """A report: the same id again is the same report.

    id, at:     the sender's; an aware time
    who:        the person it is about; or `person`, the pseudonym of somebody registered already
    caller:     who is to be called back; words: what was said, kept sealed
    event_id:   the event it belongs to, made if there is none; None: a new one, or the enterprise's that is under way
    case_id:    the id that a new case gets; None: one is made
    name:       of a new event; "": the enterprise's or the area's
    sampled_at: first positive sample, where there is one; found_by: report, sampling, tracing, import
    no_case:    it speaks of a place and nobody in particular (a positive pooled tube)
    detail:     what else was told, no personal data: {"place": "…"}
    """

    id: UUID
    at: datetime
    door: str
    area_code: str
    party_id: UUID | None = None
    person: UUID | None = None
    who: Who = field(default_factory=Who)
    caller: Who = field(default_factory=Who)
    onset_on: date | None = None
    symptoms: list[str] = field(default_factory=list)
    words: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None
    case_id: UUID | None = None
    name: str = ""
    sampled_at: datetime | None = None
    in_isolation: bool | None = None
    found_by: str = "report"
    no_case: bool = False


def check(new: NewReport) -> None:
    """Refused("report.door"), Refused("report.symptom"): what no reporter of ours can send."""
    if new.door not in ReportDoor.values:
        raise Refused("report.door", door=new.door)
    if unknown := [code for code in new.symptoms if code not in CODES]:
        raise Refused("report.symptom", symptom=unknown[0])


def register(who: Who, new: NewReport, *, by: str, at: datetime) -> UUID | None:
    """Seals who it is with `core.people`; returns the pseudonym, None where nothing tells anybody apart."""
    facets = who.facets
    if not (facets.number or facets.name or facets.phone):
        return None
    one = NewPerson(
        number=facets.number,
        name=facets.name,
        phone=facets.phone,
        area_code=new.area_code,
        party_id=new.party_id if who is new.who else None,
        born=who.born.isoformat() if who.born else "",
        key=_key(facets, new.id),
    )
    people.register_people([one], by=by, at=at)
    key_people([(one.pseudonym, facets)])
    return one.pseudonym


def _key(facets: Facets, report_id: UUID) -> str:
    """What tells somebody without a number apart, as on a roster; a name or a telephone alone tells nobody apart."""
    name = plain_name(facets.name)
    if name and (facets.birth or facets.phone):
        return f"{name}|{facets.birth or ''}|{facets.phone}"
    return f"{name}|{facets.phone}|{report_id}"


def _digits(phone: str) -> str:
    return "".join(letter for letter in identity.normalised(phone) if letter.isdigit() or letter == "+")
