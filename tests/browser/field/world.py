"""The world of the phone stories, put into an installation from outside: `python -m tests.browser.field.world`."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

STREET = "220106001"
BY = "user:1"
CODES = 80
FAMILY = ["张一", "张二", "张三", "张四"]
LINE = [f"工友{number}" for number in range(1, 13)]
WEIGHTS, CHECKS = [2**place % 11 for place in range(17, 0, -1)], "10X98765432"


def number(serial: int) -> str:
    """An identity number that fits its check digit, of nobody: its area code was never given out."""
    first = f"99000019800101{serial:03d}"
    return first + CHECKS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def make() -> dict[str, object]:
    """Campaign, two sites, issued tubes, two groups, and codes to enrol with."""
    from yinghuo.core.people import actions as people
    from yinghuo.core.people.identity import pseudonym
    from yinghuo.desks.sampling import actions
    from yinghuo.desks.sampling.actions import phones
    from yinghuo.desks.sampling.models import Campaign

    now = datetime.now(UTC)
    names = {"name_zh": "试验采样（虚构）", "name_en": "Trial (invented)"}
    lasting = {"starts_at": now - timedelta(hours=30), "ends_at": now + timedelta(days=9), "area_code": "2201"}
    campaign = actions.open_campaign(Campaign(id=uuid4(), mode=10, **names, **lasting), by=BY, at=now)
    places = [("东风大街一号点（虚构）", "Dongfeng Street 1 (invented)"), ("二号点（虚构）", "Site 2 (invented)")]
    sites = [
        actions.add_site(campaign, by=BY, at=now, name_zh=zh, name_en=en, area_code=STREET).id for zh, en in places
    ]
    actions.issue_tubes(campaign.id, first="JL0000000001", last="JL0000009999", by=BY, at=now)
    grouped = [(name, "新竹路12号3单元501") for name in FAMILY] + [(name, "总装二线") for name in LINE]
    newcomers = [
        people.NewPerson(number(n), name, group=group, area_code=STREET) for n, (name, group) in enumerate(grouped)
    ]
    people.register_people(newcomers, by=BY, at=now)
    codes = {
        kind: [
            phones.make_code(phones.NewCode(kind, f"{kind} {n}", STREET, site), by=BY, at=now)[1] for n in range(CODES)
        ]
        for kind, site in (("phone", sites[0]), ("courier", None))
    }
    return {"sites": sites, "codes": codes, "family": [str(pseudonym(number(n))) for n in range(len(FAMILY))]}


def revoke(device: str) -> None:
    """Shuts a device out, as a manager does."""
    from yinghuo.core.people.actions import revoke_device

    revoke_device(UUID(device), by=BY, at=datetime.now(UTC), reason="lost on the way home")


def load(path: str) -> None:
    """Loads a file that a phone exported, as a manager does."""
    from yinghuo.core.people import actions as people
    from yinghuo.core.people.models import User
    from yinghuo.desks.sampling.actions.phones.files import Keeper, load_file

    now = datetime.now(UTC)
    if not User.objects.filter(username="manager").exists():
        names = {"name_zh": "采样管理员（虚构）", "name_en": "Manager (invented)"}
        secret = {"username": "manager", "password": "firefly-2026"}
        people.add_user(**secret, role="manager", area_code="22", **names, by=BY, at=now)
    load_file(Path(path).read_bytes(), keeper=Keeper(User.objects.get(username="manager"), now))


def main() -> None:
    """Makes the world, or does to it what is asked: `revoke DEVICE`, `load FILE`."""
    import django

    django.setup()
    if sys.argv[1:]:
        {"revoke": revoke, "load": load}[sys.argv[1]](sys.argv[2])
    else:
        print(json.dumps(make()))


if __name__ == "__main__":
    main()
