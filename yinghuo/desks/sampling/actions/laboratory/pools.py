"""Sample pooling (混样): aliquots of single tubes that are kept, mixed in the laboratory and assayed as one."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.plates import hold
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.assay_rules import POOL_SIZES
from yinghuo.desks.sampling.models import Bench, BenchState, Pool


@transaction.atomic
def make_pool(pool_id: UUID, tubes: Sequence[str], *, who: Technician, code: str = "") -> Pool:
    """Mixes single tubes that wait into a pool, which is ready for a plate then; the same id again is the same pool.

    Refused("pool.size") outside 2 to 30 tubes, ("pool.not_single") for a tube that holds several people already,
    ("pool.again") for one that comes from a pool, ("pool.code") when the code is taken; as `hold` does.
    """
    standing = who.seen(Pool.objects.all()).filter(id=pool_id).first()
    if standing:
        return standing
    members = list(dict.fromkeys(tube.strip() for tube in tubes if tube.strip()))
    if not POOL_SIZES[0] <= len(members) <= POOL_SIZES[1]:
        raise Refused("pool.size", size=len(members), least=POOL_SIZES[0], most=POOL_SIZES[1])
    held = [hold(tube, BenchState.POOL, who.party_id, who) for tube in sorted(members)]
    _refuse_unfit(held)
    pool = Pool(
        id=pool_id,
        code=code.strip() or f"MX{timezone.localdate(who.now):%y%m%d}{pool_id.int % 100_000:05d}",
        party_id=who.party_id,
        area_code=who.area_code,
        members=members,
        state="ready",
        made_by=who.label,
        made_at=who.now,
        due_at=min(one.due_at for one in held),
    )
    try:
        with transaction.atomic():
            pool.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("pool.code", pool=pool.code) from error
    Bench.objects.filter(tube__in=members).update(pool_id=pool.id)
    ledger.enter("pool.made", f"pool:{pool.code}", by=who.label, at=who.now, body={"members": members})
    return pool


@transaction.atomic
def undo_pool(pool_id: UUID, *, reason: str, who: Technician) -> None:
    """Gives up a pool that is on no plate: its tubes wait singly again. Refused("pool.unknown"), ("pool.on_plate")."""
    pool, why = who.seen(Pool.objects.select_for_update()).filter(id=pool_id).first(), reason.strip()
    if pool is None:
        raise Refused("pool.unknown")
    if pool.state == "decode":
        return
    if pool.state != "ready":
        raise Refused("pool.on_plate", pool=pool.code)
    if not why:
        raise Refused("access.reason")
    pool.state = "decode"
    pool.save(update_fields=["state"])
    tubes = Bench.objects.filter(tube__in=pool.members, state=BenchState.POOL)
    tubes.update(state=BenchState.WAITING, again="decode", pool_id=None)
    ledger.enter("pool.undone", f"pool:{pool.code}", by=who.label, at=who.now, body={"reason": why})


def _refuse_unfit(held: Sequence[Bench]) -> None:
    for one in held:
        if one.people > 1:
            raise Refused("pool.not_single", tube=one.tube, people=one.people)
        if one.again == "decode":
            raise Refused("pool.again", tube=one.tube)
