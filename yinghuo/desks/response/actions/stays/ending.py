"""The end of a stay: at its day, early, or because the person became a case or is moved; and objections."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Objection
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions.stays.beginning import NewStay, begin_stay, locked
from yinghuo.desks.response.models import Contact, ContactState, End, Occupancy, Stage, Stay
from yinghuo.desks.response.rules.track_kinds import ASSAY

ASSAYS_OF = "SELECT id FROM work_order WHERE kind = %(kind)s AND subject = %(subject)s"


@transaction.atomic
def end_stay(stay_id: UUID, *, end: str, reason: str = "", by: str, at: datetime) -> Stay:
    """Ends a stay; the bed is free, the assays still due are cancelled, a contact whose time is over is released.

    Refused: "stay.unknown", "stay.end" for an unknown word, "access.reason" for an early end without a reason
    """
    stay = locked(stay_id)
    if stay.ended_at is not None:
        return stay
    if end not in End.values:
        raise Refused("stay.end", end=end)
    if end == End.EARLY and not reason.strip():
        raise Refused("access.reason")
    stay.ended_at, stay.end, stay.entry_id = at, end, ledger.new_id()
    stay.save(update_fields=["ended_at", "end", "entry_id"])
    _free(stay, at)
    _release(stay)
    body = {"of": end, "reason": reason.strip(), "until": stay.until.isoformat()}
    ledger.enter("stay.ended", f"stay:{stay.id}", by=by, at=at, body=body, entry_id=stay.entry_id)
    subject = {"kind": ASSAY, "subject": f"stay:{stay.id}"}
    work.cancel_from_select(ASSAYS_OF, subject, by=by, at=at, reason="stay ended")
    return stay


@transaction.atomic
def go_home(stay_id: UUID, *, by: str, at: datetime) -> Stay:
    """Ends a stay at a site and goes on at home, by the rule in force and with the same day 0; returns the new stay.

    Refused: "stay.unknown", "stay.at_home", and as of `begin_stay`: "stay.over" where no day at home is left
    """
    stay, home_id = locked(stay_id), uuid5(stay_id, "home")
    if stay.stage == Stage.HOME:
        raise Refused("stay.at_home")
    end_stay(stay.id, end=End.COMPLETED, by=by, at=at)
    new = NewStay(
        home_id,
        stay.event_id,
        stay.person,
        stay.area_code,
        stay.grade,
        stay.counted_from,
        contact_id=stay.contact_id,
    )
    return begin_stay(new, by=by, at=at)


@transaction.atomic
def object_to_stay(stay_id: UUID, *, text: str, by: str, at: datetime) -> Objection:
    """The person objects: kept and settled as every objection is; refusals as of `core.people.raise_objection`."""
    stay = locked(stay_id)
    objection = people.raise_objection(stay.person, text=text, by=by, at=at)
    ledger.enter("stay.objected", f"stay:{stay.id}", by=by, at=at, body={"objection": str(objection.id)})
    return objection


def _free(stay: Stay, at: datetime) -> None:
    """The room is nobody's once its last stay has ended."""
    if stay.occupancy_id and not Stay.objects.filter(occupancy=stay.occupancy_id, ended_at__isnull=True).exists():
        Occupancy.objects.filter(id=stay.occupancy_id).update(ended_at=at)


def _release(stay: Stay) -> None:
    if stay.contact_id and stay.end in (End.COMPLETED, End.EARLY):
        managed = Contact.objects.filter(id=stay.contact_id, state=ContactState.MANAGED)
        managed.filter(until__lte=stay.until).update(state=ContactState.RELEASED)
