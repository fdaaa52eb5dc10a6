"""Run in an installation's environment: an empty schema, one campaign, one phone per site; prints what phones need."""

import json
import sys
from datetime import UTC, datetime, timedelta

START = datetime(2022, 5, 7, 22, 0, tzinfo=UTC)  # 06:00 in Changchun on 8 May
STREET = "220106001"


def begin(phones: int) -> list[dict[str, object]]:
    """Migrates and enrols `phones` phones, each at a site of its own: token and site of each."""
    from django.core.management import call_command

    from yinghuo.core.people import actions as people
    from yinghuo.desks.sampling import actions

    call_command("migrate", interactive=False, verbosity=0)
    who = {"by": "system:faults", "at": START}
    campaign = actions.open_campaign(_campaign(), **who)
    actions.issue_tubes(campaign.id, first="JL0000000000", last="JL9999999999", **who)
    enrolled = []
    for number in range(phones):
        name = f"site {number}"
        site = actions.add_site(campaign, name_zh=name, name_en=name, area_code=STREET, **who)
        _, token = people.enrol_device(name, "phone", area_code=STREET, site_id=site.id, **who)
        enrolled.append({"site": site.id, "token": token})
    return enrolled


def _campaign():
    from yinghuo.core import ledger
    from yinghuo.desks.sampling.models import Campaign

    return Campaign(
        id=ledger.new_id(),
        name_zh="断电试验（虚构）",
        name_en="Fault trial (invented)",
        area_code="2201",
        mode=10,
        starts_at=START,
        ends_at=START + timedelta(days=30),
    )


if __name__ == "__main__":
    from yinghuo.cli import connect

    connect()
    print(json.dumps(begin(int(sys.argv[1]))))
