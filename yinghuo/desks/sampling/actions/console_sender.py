"""A user at the console who records facts by hand: as a sender, they are a device of their own."""

from datetime import datetime
from uuid import UUID, uuid5

from yinghuo.core.doors.senders import Sender
from yinghuo.core.people.models import User
from yinghuo.core.people.queries import DeviceRow

CONSOLE = UUID("5d0f7c4e-3a6b-5b1e-9c55-6f1d2a7b8c90")  # the space in which users' own device ids are made


def console_sender(user: User, *, now: datetime) -> Sender:
    """The sender that stands for a user at a screen; the ledger names the user."""
    device = DeviceRow(
        id=uuid5(CONSOLE, user.label),
        kind="console",
        area_code=user.area_code or "",
        site_id=None,
        party_id=user.party_id,
    )
    return Sender(device, now, user.label)
