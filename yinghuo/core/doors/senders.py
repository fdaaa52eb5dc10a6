"""Who sends something through a door."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest

from yinghuo.core.people.queries import DeviceRow
from yinghuo.core.refusal import Refused


class Sender(NamedTuple):
    """What sent a batch, when the server received it, and who the ledger shall name ("" for the device itself)."""

    device: DeviceRow
    now: datetime
    user: str = ""

    @property
    def label(self) -> str:
        """How the ledger names the sender."""
        return self.user or f"device:{self.device.id}"


def sender_of(request: HttpRequest, *, kinds: Collection[str]) -> Sender:
    """Who sent this, as the token says; Refused("access.device") unless the device is of one of these kinds."""
    sender: Sender = request.auth  # type: ignore[attr-defined]
    if sender.device.kind not in kinds:
        raise Refused("access.device", kind=sender.device.kind)
    return sender
