"""A phone's manifest: its site, the tube codes, and who is expected, signed and dated; no full name leaves."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.people.queries import DeviceRow
from yinghuo.desks.sampling.models import Site, TubeRange
from yinghuo.engines import merkle

GOOD_FOR = timedelta(hours=18)
ANEW_EVERY = timedelta(hours=6)  # a phone that asks with its tag gets a fresh manifest this often at the latest
MOST_GROUPS, MOST_MEMBERS, MOST_PEOPLE = 2_000, 200, 100_000
NOBODY = "*"
SIGNED_AS = "yinghuo manifest"
# Who is expected at a site: the people of its party, and where it has none those of its area.
EXPECTED = """
    SELECT area_code, party_id, "group", id, identity FROM people_person
    WHERE {scope} AND "group" <> '' AND erased_at IS NULL
    ORDER BY area_code, party_id, "group", id LIMIT %(most)s
"""
STATE = """
    SELECT count(*), coalesce(bit_xor(hashtextextended("group" || id::text || (identity IS NULL), 0)), 0)
    FROM people_person
    WHERE {scope} AND "group" <> '' AND erased_at IS NULL
"""
OF_PARTY = "party_id = %(party)s"
OF_AREA = "area_code LIKE %(area)s"


Expected = tuple[str, UUID | None, str, UUID, bytes | None]  # area, party, group, person, sealed identity


class Manifest(NamedTuple):
    """A manifest as it is sent (JSON), and its tag; no body where the phone has it already."""

    body: bytes
    tag: str


@dataclass(frozen=True)
class _Groups:
    """The groups of a manifest, how many people are in them, and how many found no room."""

    groups: list[dict[str, Any]]
    people: int
    left_out: int


@transaction.atomic
def give_manifest(site: Site, device: DeviceRow, *, held: str, now: datetime) -> Manifest:
    """The manifest of a site for a device, which thereby signs in there.

    held: the tag of the manifest that the phone has, "" for none; the same one is not given again
    """
    tag = _tag(site, device, now)
    if tag == held:
        return Manifest(b"", tag)
    found = _groups(site)
    by, subject = f"device:{device.id}", f"site:{site.id}"
    ledger.enter("phone.signed_in", by, by=by, at=now, body={"site": site.id})
    if found.people:
        ledger.enter("manifest.given", subject, by=by, at=now, body={"people": found.people})
    return Manifest(_signed(_content(site, device, found, now)), tag)


def masked(name: str) -> str:
    """A name as others may read it: its first character alone.

    >>> masked("张三丰"), masked(" ")
    ('张*', '*')
    """
    return name.strip()[:1] + NOBODY


def _content(site: Site, device: DeviceRow, found: _Groups, now: datetime) -> dict[str, Any]:
    campaign = site.campaign
    ranges = TubeRange.objects.filter(campaign=campaign).order_by("first").values("first", "last")
    issued_at = now.astimezone(UTC)
    return {
        "device": str(device.id),
        "issued_at": issued_at.isoformat(),
        "server_time": issued_at.isoformat(),
        "valid_until": (issued_at + GOOD_FOR).isoformat(),
        "site": {"id": site.pk, "name_zh": site.name_zh, "name_en": site.name_en, "area": site.area_code},
        "campaign": {
            "id": str(campaign.id),
            "name_zh": campaign.name_zh,
            "name_en": campaign.name_en,
            "mode": int(campaign.mode),
            "round_h": campaign.round_h,
            "starts_at": campaign.starts_at.isoformat(),
            "ends_at": campaign.ends_at.isoformat(),
        },
        "ranges": list(ranges),
        "groups": found.groups,
        "left_out": found.left_out,
    }


def _signed(content: dict[str, Any]) -> bytes:
    """Canonical JSON (sorted keys, no spaces) with the signature over its SHA-256 as the last two members."""
    plain = msgspec.json.encode(content, order="sorted")
    digest = b64encode(hashlib.sha256(plain).digest()).decode()
    name = f"{settings.LEDGER_ORIGIN}/manifest"
    said = {
        "public_key": merkle.vkey_of(name, settings.LEDGER_KEY),
        "signature": merkle.sign_note(f"{SIGNED_AS}\n{digest}\n", name, settings.LEDGER_KEY),
    }
    return plain[:-1] + b"," + msgspec.json.encode(said)[1:]


def _tag(site: Site, device: DeviceRow, now: datetime) -> str:
    """Changes with the people expected, the site, the campaign, and every six hours."""
    with connection.cursor() as cursor:
        cursor.execute(STATE.format(scope=_scope(site)), _params(site))
        state = cursor.fetchone()
    campaign = site.campaign
    ranges = list(TubeRange.objects.filter(campaign=campaign).order_by("first").values_list("first", "last"))
    span = int(now.timestamp() // ANEW_EVERY.total_seconds())
    said = (*state, span, device.id, site.pk, site.name, campaign.name, campaign.mode, campaign.ends_at, ranges)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _groups(site: Site) -> _Groups:
    with connection.cursor() as cursor:
        cursor.execute(EXPECTED.format(scope=_scope(site)), _params(site))
        rows = cursor.fetchall()
    groups = list(islice(_parts(rows), MOST_GROUPS))
    people = sum(len(group["members"]) for group in groups)
    return _Groups(groups, people, len(rows) - people)


def _parts(rows: list[Expected]) -> Iterator[dict[str, Any]]:
    """Groups of at most 200; a larger one in parts, so that nobody is left out for the size of their group."""
    for where, group in groupby(rows, key=lambda row: row[:3]):
        key, members = hashlib.sha256(repr(where).encode()).hexdigest()[:16], list(group)
        for number, start in enumerate(range(0, len(members), MOST_MEMBERS), start=1):
            part = members[start : start + MOST_MEMBERS]
            given = [{"person": str(person), "name": _mask(person, sealed)} for *_, person, sealed in part]
            name = f"{where[2]} ({number})" if number > 1 else where[2]
            yield {"key": f"{key}-{number}", "name": name, "members": given}


def _mask(person: UUID, sealed: bytes | None) -> str:
    return masked(identity.unseal(person, sealed).get("name", "")) if sealed else NOBODY


def _scope(site: Site) -> str:
    return OF_PARTY if site.party_id else OF_AREA


def _params(site: Site) -> dict[str, Any]:
    return {"party": site.party_id, "area": f"{site.area_code}%", "most": MOST_PEOPLE}
