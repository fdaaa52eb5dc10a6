"""Looking at an identity for one case: one person, one reason, one entry in the ledger, so many an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yinghuo.core.people import actions as people
from yinghuo.core.people.access import may, scope
from yinghuo.core.people.models import Reveal, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Case, CaseReveal, Exposure, RevealReason
from yinghuo.desks.response.rules.followups import REVEALS_A_HOUR

HOUR = timedelta(hours=1)


@transaction.atomic
def reveal_for_case(person: UUID, case_id: UUID, reason: str, *, words: str, by: User, at: datetime) -> dict[str, str]:
    """Number, name and phone of the case's person or of one of its contacts; the auditor reads case and reason.

    reason: of `RevealReason`; words: the user's own, beside it
    Refused: "access.role", "reveal.reason", "access.reason" (no words), "case.unknown" (also outside the area),
    "reveal.unrelated", "reveal.too_many" (20 an hour), and what `core.people` refuses
    """
    if not (may(by, "identity.reveal") and may(by, "event.see")):
        raise Refused("access.role", verb="identity.reveal")
    if reason not in RevealReason.values:
        raise Refused("reveal.reason", reason=reason)
    if not words.strip():
        raise Refused("access.reason")
    case = scope(by, Case.objects.filter(id=case_id)).first()
    if case is None:
        raise Refused("case.unknown", case=str(case_id))
    subject = _subject(person, case)
    _refuse_many(by, at)
    said = f"{case.number} · {RevealReason(reason).value}: {words.strip()}"
    identity = people.reveal_identity(person, user=by, reason=said, at=at)
    entry = Reveal.objects.filter(person_id=person, by=by.label, at=at).latest("id")
    CaseReveal.objects.create(
        id=entry.id, case=case, subject=subject, area_code=case.area_code, reason=reason, by=by.label, at=at
    )
    return identity


def _subject(person: UUID, case: Case) -> str:
    """What the person is to the case; Refused("reveal.unrelated") for everybody else, known or not."""
    if case.person == person:
        return f"case:{case.id}"
    exposure = Exposure.objects.filter(case=case, contact__person=person).first()
    if exposure is None:
        raise Refused("reveal.unrelated", case=case.number)
    return f"contact:{exposure.contact_id}"


def _refuse_many(by: User, at: datetime) -> None:
    """So many an hour by one user; their own row is locked, so that two windows count together."""
    User.objects.select_for_update().get(pk=by.pk)
    if CaseReveal.objects.filter(by=by.label, at__gt=at - HOUR).count() >= REVEALS_A_HOUR:
        raise Refused("reveal.too_many", most=REVEALS_A_HOUR)
