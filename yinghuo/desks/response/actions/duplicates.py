"""Likely duplicates of a case: proposed when it is reported, decided by a person."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.merging import merge_cases
from yinghuo.desks.response.models import Alike, Case, Verdict
from yinghuo.desks.response.queries.duplicates import facets_of, likely_cases
from yinghuo.desks.response.rules.duplicates import Told
from yinghuo.engines.rosters.matching import Facets

MOST_PROPOSED = 10


def propose_alike(case: Case, facets: Facets, *, at: datetime) -> int:
    """Proposes the cases that this one may be; returns how many are new. A pair is proposed once."""
    told = Told(facets if any(facets) else _known(case), case.area_code, case.party_id, case.reported_at)
    found = likely_cases(told, person=case.person, but=case.id)[:MOST_PROPOSED]
    before = set(Alike.objects.filter(case=case).values_list("other_id", flat=True))
    before |= set(Alike.objects.filter(other=case).values_list("case_id", flat=True))
    fresh = [
        Alike(
            id=uuid5(case.id, str(one.case_id)),
            case=case,
            other_id=one.case_id,
            score=one.score,
            reasons=list(one.reasons),
            found_at=at,
        )
        for one in found
        if one.case_id not in before
    ]
    return len(Alike.objects.bulk_create(fresh, ignore_conflicts=True))


@transaction.atomic
def decide_alike(alike_id: UUID, *, verdict: str, reason: str, by: str, at: datetime) -> Alike:
    """A person decides: one case (the earlier one stays, the later goes into it), or two.

    Refused: "case.pair_unknown", "case.pair_decided" when it was decided otherwise, and what `merge_cases` refuses
    """
    pair = Alike.objects.select_for_update().filter(id=alike_id).first()
    if pair is None:
        raise Refused("case.pair_unknown")
    if pair.verdict == verdict:
        return pair
    if pair.verdict != Verdict.OPEN or verdict not in (Verdict.ONE, Verdict.TWO):
        raise Refused("case.pair_decided")
    if not (why := reason.strip()):
        raise Refused("access.reason")
    if verdict == Verdict.ONE:
        merge_cases(pair.case_id, into=pair.other_id, reason=why, by=by, at=at)
    pair.verdict, pair.decided_at, pair.decided_by, pair.reason = verdict, at, by, why
    pair.save(update_fields=["verdict", "decided_at", "decided_by", "reason"])
    body = {"other": str(pair.other_id), "verdict": verdict}
    ledger.enter("case.pair_decided", f"case:{pair.case_id}", by=by, at=at, body=body)
    return pair


def _known(case: Case) -> Facets:
    """What is compared of a person who was registered before."""
    sealed = Person.objects.filter(id=case.person).values_list("identity", flat=True).first() if case.person else None
    return facets_of(case.person, sealed) if case.person and sealed else Facets()
