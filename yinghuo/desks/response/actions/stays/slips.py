"""The code on the slip of somebody in isolation: the way to ask for what is needed, without a login."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.stays.beginning import locked
from yinghuo.desks.response.models import Stay
from yinghuo.engines import slips
from yinghuo.engines.limits import Tries

WRONG_BY_ADDRESS = Tries(most=20, window_s=600)


@transaction.atomic
def give_slip(stay_id: UUID, *, by: str, at: datetime) -> str:
    """A new code for a stay, to be printed once; an earlier one no longer opens anything.

    Refused: "stay.unknown", "stay.ended"
    """
    stay = locked(stay_id)
    if stay.ended_at is not None:
        raise Refused("stay.ended")
    code = slips.code_of(secrets.token_bytes(slips.RANDOM_BYTES))
    stay.slip = _hashed(str(slips.read(code)))
    stay.save(update_fields=["slip"])
    ledger.enter("stay.slip_given", f"stay:{stay.id}", by=by, at=at)
    return code


def stay_of_code(text: str, *, address: str, now: datetime) -> Stay:
    """The stay whose slip carries a code.

    address: where the question came from; wrong codes are counted for it, in the memory of the process
    Refused: "stay.code" for no code of ours or an old one, "stay.code_over" once the stay has ended,
             "stay.code_often" (minutes) after too many wrong ones
    """
    now_s = now.timestamp()
    if WRONG_BY_ADDRESS.over(address, now_s=now_s):
        raise Refused("stay.code_often", minutes=WRONG_BY_ADDRESS.again_in_s(now_s) // 60 + 1)
    plain = slips.read(text)
    stay = Stay.objects.select_related("event").filter(slip=_hashed(plain)).first() if plain else None
    if stay is None:
        WRONG_BY_ADDRESS.note(address, now_s=now_s)
        raise Refused("stay.code")
    if stay.ended_at is not None:
        raise Refused("stay.code_over")
    return stay


def _hashed(code: str) -> UUID:
    """HMAC-SHA256 under LOOKUP_KEY, the first 16 bytes: the code itself is kept nowhere."""
    return UUID(bytes=hmac.digest(settings.LOOKUP_KEY, b"stay 1\n" + code.encode(), "sha256")[:16])
