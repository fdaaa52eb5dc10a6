"""Results typed by hand, twice: two people who do not see each other's entry; where they differ, a third decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.doors.batches import Batch
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.items import ResultItem
from yinghuo.desks.sampling.actions.laboratory.kits import need_kit
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.models import Bench, BenchState, Keyed, Tube, Typing, TypingState
from yinghuo.engines.assays import decide

OPEN = (TypingState.ONCE, TypingState.DIFFERS)
Ct = Mapping[str, float | None]


@dataclass(frozen=True)
class Entry:
    """What somebody types: the tube, the kit, the Ct of each target (None: nothing was amplified)."""

    tube: str
    kit: str
    ct: Ct


@transaction.atomic
def type_result(entry: Entry, *, who: Technician) -> Typing:
    """Keeps one person's entry. The second person's makes it a result when both agree, else both are shown.

    Nothing is decided by hand: the result follows from the Ct by the kit's limits of the day.
    Refused("typing.unknown_tube") for a code that is no tube of this area: typing never makes one;
    ("typing.same_person") for a second entry of one person, unless it is the same entry; ("typing.kit") when the
    second person names another kit; ("typing.differs") while two entries wait for a third person.
    """
    tube = Tube.objects.select_for_update().filter(tube=entry.tube, area_code__startswith=who.area_code).first()
    if tube is None:
        raise Refused("typing.unknown_tube", tube=entry.tube)
    _row, kit = need_kit(entry.kit, timezone.localdate(who.now))
    standing = Typing.objects.filter(tube=tube.tube, party_id=who.party_id, state__in=OPEN).first()
    case = standing or _begun(entry, tube, who)
    if case.kit != entry.kit:
        raise Refused("typing.kit", kit=case.kit)
    ct = {name: entry.ct[name] for name in kit.target_names if name in entry.ct}
    own = case.entries.filter(by=who.label).first()
    if own is not None:
        return _again(case, own, ct)
    if case.state == TypingState.DIFFERS:
        raise Refused("typing.differs", tube=case.tube)
    result = decide(ct, kit=kit).result
    Keyed.objects.create(typing=case, by=who.label, ct=ct, result=result, at=who.now)
    return _compare(case, who)


@transaction.atomic
def decide_typing(typing_id: UUID, ct: Ct, *, reason: str, who: Technician) -> Typing:
    """A third person, who has both entries before them, says what is right and why.

    Refused("typing.third") for one of the two, ("access.reason") without a reason, ("typing.unknown").
    """
    case, why = who.seen(Typing.objects.select_for_update()).filter(id=typing_id).first(), reason.strip()
    if case is None:
        raise Refused("typing.unknown")
    if case.state != TypingState.DIFFERS:
        return case
    if case.entries.filter(by=who.label).exists():
        raise Refused("typing.third", tube=case.tube)
    if not why:
        raise Refused("access.reason")
    return _end(case, TypingState.DECIDED, ct, who, reason=why)


def _begun(entry: Entry, tube: Tube, who: Technician) -> Typing:
    key = f"{tube.tube}/{who.now.isoformat()}"
    return Typing.objects.create(
        id=uuid5(who.party_id, key),
        tube=tube.tube,
        party_id=who.party_id,
        area_code=tube.area_code,
        kit=entry.kit,
        begun_at=who.now,
    )


def _again(case: Typing, own: Keyed, ct: Ct) -> Typing:
    if own.ct != ct:
        raise Refused("typing.same_person", tube=case.tube)
    return case


def _compare(case: Typing, who: Technician) -> Typing:
    entries = list(case.entries.order_by("id"))
    if len(entries) < 2:
        ledger.enter("result.typed", f"tube:{case.tube}", by=who.label, at=who.now, body={"typing": str(case.id)})
        return case
    if entries[0].ct == entries[1].ct:
        return _end(case, TypingState.AGREED, entries[0].ct, who)
    case.state = TypingState.DIFFERS
    case.save(update_fields=["state"])
    ledger.enter("typing.differs", f"tube:{case.tube}", by=who.label, at=who.now, body=_said(entries))
    return case


def _end(case: Typing, state: TypingState, ct: Ct, who: Technician, *, reason: str = "") -> Typing:
    _row, kit = need_kit(case.kit, timezone.localdate(case.begun_at))
    decision = decide(ct, kit=kit)
    case.state, case.ended_at, case.ended_by, case.reason = state, who.now, who.label, reason
    case.save()
    item = ResultItem(
        id=uuid5(case.id, case.tube),
        tube=case.tube,
        message=f"typed:{case.id}",
        at=who.now,
        result=decision.result,
        technician=who.user.username,
        ct_orf1ab=ct.get("ORF1ab"),
        ct_n=ct.get("N"),
        kit=case.kit,
        ct=dict(ct),
        because=decision.because,
    )
    keep_result_batch(Batch(who.now, {0: item}, []), who.sender(case.party_id))
    Bench.objects.filter(tube=case.tube, state=BenchState.WAITING).update(state=BenchState.DONE, again="")
    body = _said(list(case.entries.order_by("id"))) | ({"reason": reason} if reason else {})
    ledger.enter(f"typing.{state}", f"tube:{case.tube}", by=who.label, at=who.now, body=body)
    return case


def _said(entries: Sequence[Keyed]) -> dict[str, object]:
    """Who typed what, Ct as text."""
    told = [[one.by, sorted([name, str(value)] for name, value in one.ct.items())] for one in entries]
    return {"entries": told}
