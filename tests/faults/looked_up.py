"""Run in an installation's environment: people with results to be looked up; prints number and name of each."""

import json
import sys
from datetime import UTC, datetime
from uuid import uuid4


def looked_up(count: int) -> list[dict[str, str]]:
    """`count` people in one tube that is negative; what each types to see it."""
    from tests.desks.sampling.lookups_world import number_of
    from yinghuo.core.doors.senders import Sender
    from yinghuo.core.people import actions as people
    from yinghuo.core.people.identity import pseudonym
    from yinghuo.core.people.queries import device_by_token
    from yinghuo.desks.sampling import actions
    from yinghuo.desks.sampling.models import Site

    now, site = datetime.now(UTC), Site.objects.order_by("id")[0]
    given = [{"number": number_of(serial), "name": f"张三{serial}"} for serial in range(count)]
    who = {"by": "system:faults", "at": now}
    people.register_people([people.NewPerson(one["number"], one["name"], area_code="2201") for one in given], **who)
    _, token = people.enrol_device("all", "laboratory", area_code="2201", **who)
    device = device_by_token(token)
    assert device
    sender, same = Sender(device, now), {"tube": "JL0001999999", "at": now.isoformat()}
    swabs = [same | {"id": str(uuid4()), "person": str(pseudonym(one["number"])), "site": site.id} for one in given]
    result = same | {"id": str(uuid4()), "message": "1", "result": "negative", "technician": "T1"}
    actions.keep_swabs(_batch(now, "swabs", swabs), sender)
    actions.keep_results(_batch(now, "results", [result]), sender)
    return given


def _batch(now: datetime, name: str, rows: list[dict[str, object]]) -> bytes:
    return json.dumps({"sent_at": now.isoformat(), name: rows}).encode()


if __name__ == "__main__":
    from yinghuo.cli import connect

    connect()
    print(json.dumps(looked_up(int(sys.argv[1]))))
