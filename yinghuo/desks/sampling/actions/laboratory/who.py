"""Who works in the laboratory: a user with the laboratory they work for, their area, and the time of the act."""

from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from yinghuo.core.doors.senders import Sender
from yinghuo.core.people.models import Role, User
from yinghuo.desks.sampling.actions.console_sender import console_sender

NOBODY = UUID(int=0)  # stands for "no laboratory is known": such tubes are open to every laboratory of the area
Rows = TypeVar("Rows", bound=Model)


class Technician(NamedTuple):
    """Somebody at the bench.

    party_id: the laboratory they work for; NOBODY when none is known
    bound:    whether they see that laboratory's rows only
    """

    user: User
    party_id: UUID
    bound: bool
    now: datetime

    @property
    def label(self) -> str:
        """How the ledger names them."""
        return self.user.label

    @property
    def area_code(self) -> str:
        """Their area; "-" (no area begins so) for a user who has none."""
        return self.user.area_code or "-"

    def sender(self, laboratory: UUID) -> Sender:
        """The sender of facts that they enter for a laboratory."""
        sender = console_sender(self.user, now=self.now)
        return sender._replace(device=sender.device._replace(party_id=None if laboratory == NOBODY else laboratory))

    def seen(self, rows: QuerySet[Rows]) -> QuerySet[Rows]:
        """The plates, pools, files … that exist for them: of their area, and of their laboratory if they are bound."""
        found = rows.filter(area_code__startswith=self.area_code)
        return found.filter(party_id=self.party_id) if self.bound else found


def technician_of(user: User, *, now: datetime) -> Technician:
    """The technician that a user is; a role other than the laboratory's looks after all laboratories of the area."""
    return Technician(user, user.party_id or NOBODY, user.role == Role.LABORATORY, now)
