"""A contact contests being one: an order with a clock, decided by another person, with a reason in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work.actions import NewOrder, finish, open_order, verify
from yinghuo.desks.response.models import Contact, ContactState, Contest, ContestOutcome, Grade, Ground
from yinghuo.desks.response.rules.contest_kinds import CONTEST

CHECKER = "system:contests"  # the order's work is the decision, and this has seen that it was another person's


@dataclass(frozen=True)
class Verdict:
    """What somebody decides of a contest: the outcome, the ground found true (a code), and a note for the desk only."""

    outcome: str
    reason: str
    note: str = ""


@transaction.atomic
def contest(contact_id: UUID, *, contest_id: UUID, ground: str, words: str = "", by: str, at: datetime) -> Contest:
    """Takes down that a contact contests, and opens the order `response.contest`; the same id again is the same.

    words: what was said, kept at the desk; the ledger holds the ground's code
    Refused: "contact.unknown", "contact.ground", "contact.dropped", "contact.contested" while one is undecided
    """
    contact = _locked(contact_id)
    if known := Contest.objects.filter(id=contest_id).first():
        return known
    if ground not in Ground.values:
        raise Refused("contact.ground", ground=ground)
    if contact.state == ContactState.DROPPED:
        raise Refused("contact.dropped")
    if contact.contests.filter(decided_at__isnull=True).exists():
        raise Refused("contact.contested")
    order = NewOrder(
        contest_id, f"contact:{contact.id}", contact.area_code, contact.party_id, detail={"ground": ground}
    )
    open_order(order, kind=CONTEST, by=by, at=at)
    made = Contest.objects.create(
        id=contest_id,
        contact=contact,
        order=contest_id,
        area_code=contact.area_code,
        ground=ground,
        words=words.strip(),
        raised_at=at,
        raised_by=by,
    )
    ledger.enter("contact.contested", f"contact:{contact.id}", by=by, at=at, body={"ground": ground})
    return made


@transaction.atomic
def decide(contest_id: UUID, verdict: Verdict, *, by: str, at: datetime) -> Contest:
    """Decides a contest: the contact is dropped, or lowered to a general contact, or stands; the order ends with it.

    What is so decided, tracing anew leaves alone. The same verdict again changes nothing.
    Refused: "contest.unknown", "contest.outcome", "contact.ground", "contest.own" for who took it down,
    "contest.decided" when it was decided otherwise already
    """
    contest = Contest.objects.select_for_update().filter(id=contest_id).first()
    if contest is None:
        raise Refused("contest.unknown")
    _check(contest, verdict, by)
    if contest.decided_at:
        return contest
    contact = _locked(contest.contact_id)
    entry_id = ledger.new_id()
    _apply(contact, verdict.outcome, by=by, at=at, entry_id=entry_id)
    contest.outcome, contest.reason, contest.note = verdict.outcome, verdict.reason, verdict.note.strip()
    contest.decided_at, contest.decided_by = at, by
    contest.save(update_fields=["outcome", "reason", "note", "decided_at", "decided_by"])
    finish(contest.order, by=by, at=at)
    verify(contest.order, by=CHECKER, at=at)
    body = {"outcome": verdict.outcome, "reason": verdict.reason, "grade": contact.grade}
    ledger.enter("contest.decided", f"contact:{contact.id}", by=by, at=at, body=body, entry_id=entry_id)
    return contest


def _check(contest: Contest, verdict: Verdict, by: str) -> None:
    if verdict.outcome not in ContestOutcome.values:
        raise Refused("contest.outcome", outcome=verdict.outcome)
    if verdict.reason not in Ground.values:
        raise Refused("contact.ground", ground=verdict.reason)
    if contest.raised_by == by:
        raise Refused("contest.own")
    if contest.decided_at and contest.outcome != verdict.outcome:
        raise Refused("contest.decided")


def _apply(contact: Contact, outcome: str, *, by: str, at: datetime, entry_id: UUID) -> None:
    """What the outcome does to the contact; one that stands stays as it is."""
    if outcome == ContestOutcome.STANDS:
        return
    if outcome == ContestOutcome.DROPPED:
        contact.state = ContactState.DROPPED
    else:
        contact.grade = Grade.GENERAL
    contact.until = None
    contact.decided_by, contact.decided_at, contact.entry_id = by, at, entry_id
    contact.save(update_fields=["state", "grade", "until", "decided_by", "decided_at", "entry_id"])


def _locked(contact_id: UUID) -> Contact:
    contact = Contact.objects.select_for_update().filter(id=contact_id).first()
    if contact is None:
        raise Refused("contact.unknown")
    return contact
