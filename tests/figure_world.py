"""A small world of sampling facts, kept through the ledger's own door, for tests of figures and briefs."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.db import connection

from yinghuo.core.ledger import facts, sequencer
from yinghuo.desks.sampling.actions import add_site, open_campaign
from yinghuo.desks.sampling.actions.facts import RESULTS, SEALED, SWABS
from yinghuo.desks.sampling.models import Campaign, Site

NAMES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
MIDNIGHT = datetime(2022, 5, 7, 16, 0, tzinfo=UTC)  # 8 May 2022, 00:00 in Jilin
NOON = MIDNIGHT + timedelta(hours=12)
DAY = {"first": MIDNIGHT, "last": MIDNIGHT + timedelta(days=1)}
Row = dict[str, object]


def named(kind: str, name: object) -> UUID:
    """The same thing for the same name."""
    return uuid5(NAMES, f"{kind}:{name}")


def after(minutes: float) -> datetime:
    """So many minutes after the midnight that opens 8 May."""
    return MIDNIGHT + timedelta(minutes=minutes)


def site(area_code: str, *, party_id: UUID | None = None) -> Site:
    """A site in that area, of the one campaign."""
    campaign = open_campaign(
        Campaign(
            id=named("campaign", 1),
            name_zh="五月",
            name_en="May",
            area_code="22",
            mode=10,
            starts_at=MIDNIGHT - timedelta(days=60),
            ends_at=MIDNIGHT + timedelta(days=10),
        ),
        by="user:1",
        at=NOON,
    )
    name = f"{area_code} {Site.objects.count()}"
    return add_site(campaign, by="user:1", at=NOON, area_code=area_code, name_zh=name, name_en=name, party_id=party_id)


def swab(number: int, *, tube: str, person: object, where: Site | int, minute: float = 600) -> Row:
    """One swab; the phone is the one of its site."""
    place = where if isinstance(where, int) else where.id
    return {
        "tube": tube,
        "id": str(named("swab", number)),
        "at": after(minute).isoformat(),
        "site": place,
        "person": str(named("person", person)),
        "device": str(named("device", place)),
        "doubt": "",
    }


def sealed(number: int, *, tube: str, where: Site | int, minute: float = 660) -> Row:
    """One tube closed."""
    place = where if isinstance(where, int) else where.id
    device = str(named("device", place))
    at = after(minute).isoformat()
    return {"tube": tube, "id": str(named("sealed", number)), "at": at, "site": place, "count": 1, "device": device}


def result(number: int, *, tube: str, said: str = "negative", minute: float = 900, **more: str) -> Row:
    """One message of a laboratory; `technician` and `vehicle` may be given."""
    return {
        "tube": tube,
        "id": str(named("result", number)),
        "at": after(minute).isoformat(),
        "laboratory": str(named("laboratory", 1)),
        "message": f"M{number}",
        "result": said,
        "ct_orf1ab": None,
        "ct_n": None,
        "technician": more.get("technician", "T1"),
        "vehicle": more.get("vehicle", ""),
        "kit": "",
        "instrument": "",
        "ct": {},
        "because": "",
        "well": "",
        "pool": "",
        "device": str(named("device", "laboratory")),
    }


def corrected(number: int, *, of: Row, to: str = "", minute: float = 900) -> Row:
    """A swab undone, or (`to`) moved into another tube."""
    said = {"what": "moved" if to else "undone", "to_tube": to, "swab": of["id"]}
    fact = {name: of[name] for name in ("tube", "site", "device")} | said
    return fact | {"id": str(named("corrected", number)), "at": after(minute).isoformat()}


def voided(number: int, *, tube: str, where: Site | int, minute: float = 900) -> Row:
    """A tube that does not count."""
    place = where if isinstance(where, int) else where.id
    said = {"reason": "leaked", "note": "", "device": str(named("device", place))}
    return {"tube": tube, "id": str(named("voided", number)), "at": after(minute).isoformat(), "site": place} | said


def keep(table: facts.FactTable, *rows: Row, sequence: bool = True) -> facts.Kept:
    """One batch, with its place in the ledger unless told otherwise."""
    kept = facts.keep(table, json.dumps(rows), {}, by="device:1", at=NOON, sent_at=NOON)
    if sequence:
        sequencer.sequence_all()
    return kept


def keep_swabs(*rows: Row) -> facts.Kept:
    """A batch of swabs."""
    return keep(SWABS, *rows)


def keep_sealed(*rows: Row) -> facts.Kept:
    """A batch of sealings."""
    return keep(SEALED, *rows)


def keep_results(*rows: Row) -> facts.Kept:
    """A batch of results."""
    return keep(RESULTS, *rows)


def three_batches() -> list[Row]:
    """Nine swabs into three tubes at one site of 220104001, a batch each."""
    here = site("220104001")
    rows = [swab(n, tube=f"A00{n // 3}", person=n, where=here) for n in range(9)]
    for start in (0, 3, 6):
        keep_swabs(*rows[start : start + 3])
    return rows


def superuser(statement: str, *params: object) -> int:
    """Does what only somebody with every right over the database can do, and says to how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params)
        changed = cursor.rowcount
        cursor.execute("SET session_replication_role = DEFAULT")
    return changed
