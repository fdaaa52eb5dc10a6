"""Whether a sending application is believed, for which laboratory it speaks, and what its codes stand for."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from yinghuo.core.doors.senders import Sender
from yinghuo.core.people.queries import DeviceRow
from yinghuo.desks.sampling.actions.messages.senders import allows
from yinghuo.desks.sampling.models import Channel
from yinghuo.engines.messages.reports import LOINC, SNOMED, Codes, Fault

ADMITTED = """
    SELECT s.id, s.networks,
           (SELECT coalesce(json_agg(json_build_array(c.of, c.code, c.means)), '[]')::text
            FROM sampling_messagecode c WHERE c.sender_id = s.id),
           d.id, d.kind, d.site_id, d.area_code, d.party_id
    FROM sampling_messagesender s JOIN people_device d ON d.id = s.device_id AND d.revoked_at IS NULL
    WHERE s.application = %s AND s.facility = %s AND s.ended_at IS NULL
"""


@dataclass(frozen=True)
class Door:
    """The way a message came in.

    address:   of the peer, "" for a file; by: who the ledger names where no device is believed
    area_code: of whoever sent a file, which holds what cannot be placed otherwise, too; "" for a connection
    """

    channel: Channel
    by: str
    address: str = ""
    area_code: str = ""


@dataclass(frozen=True)
class Trust:
    """A sender that is believed; or the fault that says why not.

    place: the columns of a message's row that follow from it
    """

    sender: Sender | None
    place: dict[str, Any]
    codes: Codes = field(default_factory=Codes)
    fault: Fault | None = None


def trusted(application: str, facility: str, *, door: Door, now: datetime) -> Trust:
    """Looks a sending application up among those admitted, with its device and its codes, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(ADMITTED, [application, facility])
        found = cursor.fetchone()
    nobody = {"channel": door.channel, "by": door.by, "area_code": door.area_code, "sender_id": None, "device": None}
    if found is None:
        return Trust(None, nobody, fault=Fault("sender.unknown", "MSH", 1, 3, f"{application} {facility}".strip()))
    sender_id, networks, codes, *columns = found
    device = DeviceRow(*columns)
    if not allows(networks, door.address) or not device.area_code.startswith(door.area_code):
        where = door.address or door.area_code
        return Trust(None, nobody, fault=Fault("sender.elsewhere", "MSH", 1, 3, where))
    sender = Sender(device, now, door.by if door.by.startswith("user:") else "")
    place = {"sender_id": sender_id, "device": device.id, "area_code": device.area_code, "by": sender.label}
    return Trust(sender, nobody | place, _codes(json.loads(codes)))


def _codes(mapped: list[tuple[str, str, Any]]) -> Codes:
    own: dict[str, dict[str, Any]] = {"observation": dict(LOINC), "value": dict(SNOMED)}
    for of, code, means in mapped:
        own[of][code] = means
    return Codes(own["observation"], own["value"])
