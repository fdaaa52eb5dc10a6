"""Who is believed: admitting a sending application, ending that, and saying what its own codes stand for."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people.models import Device, DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import MessageCode, MessageSender, Outcome

MEANINGS = {"observation": ("rna", "orf1ab", "n", "e", "ic"), "value": tuple(Outcome.values)}


class Named(NamedTuple):
    """A sending application as messages name it (MSH-3, MSH-4), and where it may connect from."""

    application: str
    facility: str = ""
    networks: str = ""


@transaction.atomic
def admit_sender(named: Named, *, device_id: UUID, by: str, at: datetime) -> MessageSender:
    """Admits a sending application to speak for a laboratory's device; the same again is the same.

    Refused("name.missing"), ("message.network"), ("device.unknown"), ("message.device") unless it is a laboratory's
    and not revoked, ("message.sender_taken") when the name speaks for another device
    """
    named = Named(*(part.strip() for part in named))
    if not named.application:
        raise Refused("name.missing")
    _check_networks(named.networks)
    device = Device.objects.select_for_update().filter(id=device_id).first()
    if device is None:
        raise Refused("device.unknown", device=str(device_id))
    if device.kind != DeviceKind.LABORATORY or device.revoked_at:
        raise Refused("message.device")
    standing = MessageSender.objects.filter(
        application=named.application, facility=named.facility, ended_at__isnull=True
    ).first()
    if standing:
        if (standing.device_id, standing.networks) != (device_id, named.networks):
            raise Refused("message.sender_taken", sender=str(standing))
        return standing
    sender = MessageSender.objects.create(
        id=ledger.new_id(),
        **named._asdict(),
        device_id=device_id,
        area_code=device.area_code,
        admitted_at=at,
        admitted_by=by,
    )
    ledger.enter(
        "sender.admitted", f"sender:{sender.id}", by=by, at=at, body=named._asdict() | {"device": device.label}
    )
    return sender


@transaction.atomic
def end_sender(sender_id: UUID, *, by: str, at: datetime, reason: str) -> MessageSender:
    """Believes a sending application no longer; its messages are held from now on.

    Refused("sender.unknown"), Refused("access.reason") without a reason.
    """
    if not reason.strip():
        raise Refused("access.reason")
    sender = _locked(sender_id)
    if sender.ended_at:
        return sender
    sender.ended_at, sender.ended_because = at, reason.strip()
    sender.save(update_fields=["ended_at", "ended_because"])
    ledger.enter("sender.ended", f"sender:{sender.id}", by=by, at=at)
    return sender


@transaction.atomic
def map_code(sender_id: UUID, *, of: str, code: str, means: str, by: str, at: datetime) -> MessageCode:
    """Says what a sender's own code stands for; the latest word counts.

    Refused("sender.unknown"), Refused("name.missing"), Refused("message.meaning") for a meaning that `of` cannot have.
    """
    sender, code = _locked(sender_id), code.strip()
    if not code:
        raise Refused("name.missing")
    if means not in MEANINGS.get(of, ()):
        raise Refused("message.meaning", means=means)
    standing = sender.codes.filter(of=of, code=code).first()
    if standing and standing.means == means:
        return standing
    mapped, _made = MessageCode.objects.update_or_create(sender=sender, of=of, code=code, defaults={"means": means})
    ledger.enter(
        "sender.code_mapped", f"sender:{sender.id}", by=by, at=at, body={"of": of, "code": code, "means": means}
    )
    return mapped


def allows(networks: str, address: str) -> bool:
    """Whether a sender with these networks may connect from an address; "" stands for a way that has none.

    >>> allows("10.0.0.0/8, 127.0.0.1", "10.2.3.4"), allows("10.0.0.0/8", "127.0.0.1"), allows("", "127.0.0.1")
    (True, False, True)
    """
    given = [part.strip() for part in networks.split(",") if part.strip()]
    return not given or not address or any(ip_address(address) in ip_network(one, strict=False) for one in given)


def _check_networks(networks: str) -> None:
    for part in filter(None, (part.strip() for part in networks.split(","))):
        try:
            ip_network(part, strict=False)
        except ValueError as error:
            raise Refused("message.network", network=part) from error


def _locked(sender_id: UUID) -> MessageSender:
    sender = MessageSender.objects.select_for_update().filter(id=sender_id).first()
    if sender is None:
        raise Refused("sender.unknown", sender=str(sender_id))
    return sender
