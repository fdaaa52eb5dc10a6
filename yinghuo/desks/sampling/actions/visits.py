"""Taking a whole visit with one act, and opening the names of those on its list, each for the reason given."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core.people import actions as people
from yinghuo.core.people.access import require
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.models import Campaign
from yinghuo.desks.sampling.queries.visits import OPEN_OF_PLACE, Member, of

ERASED = ("person.erased", "person.unknown")


@transaction.atomic
def take_visit(campaign: Campaign, place: UUID, *, user: User, at: datetime) -> int:
    """Makes the user the crew of every re-collection at a place that nobody took; returns how many.

    One entry in the ledger, however many people. Refused("visit.empty") when none is left: somebody was quicker, or
    it is done; again by the same user it changes nothing and says so in the same way.
    """
    require(user, "visit.take", area_code=campaign.area_code)
    params = of(campaign.id, area_code=user.area_code) | {"place": place}
    taken = work.take_from_select(OPEN_OF_PLACE, params, by=user.label, at=at)
    if not taken:
        raise Refused("visit.empty")
    return taken


@transaction.atomic
def reveal_list(members: list[Member], *, user: User, reason: str, at: datetime) -> dict[UUID, dict[str, str]]:
    """Name and telephone of each member, by pseudonym; each opening is entered with the reason.

    Who is on no roster, or was erased, is left out. Refused("access.role"), Refused("access.reason").
    """
    found: dict[UUID, dict[str, str]] = {}
    for one in members:
        try:
            found[one.person] = people.reveal_identity(one.person, user=user, reason=reason, at=at)
        except Refused as refused:
            if refused.code not in ERASED:
                raise
    return found
