"""Run in an installation's environment: a small whole story through the actions; prints what it came to as JSON.

python -m tests.core.story [tell|go-on|count]
"""

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from tests.desks.sampling.world import World

COUNTED = {
    "swabs": "SELECT count(*) FROM sampling_swab",
    "swabs in tubes": "SELECT coalesce(sum(swabs), 0) FROM sampling_tube",
    "results": "SELECT count(*) FROM sampling_result",
    "orders": "SELECT count(*) FROM work_order",
    "closed orders": "SELECT count(*) FROM work_order WHERE state = 'closed'",
    "moves": "SELECT count(*) FROM stock_move",
    "entries": "SELECT count(*) FROM ledger_entry",
    "leaves": "SELECT count(*) FROM ledger_leaf",
    "highest index": "SELECT coalesce(max(index), -1) FROM ledger_leaf",
    "server": "SELECT current_setting('server_version_num')::int / 10000",
}


def tell() -> None:
    """Ten people in one tube, positive; they are called again; one comes; swabs move; somebody visits."""
    from tests.core.stock_world import furnish, moved, supply, swabs
    from tests.desks.sampling.world import World

    world = World()
    sample(world, pooled=1, single=2)
    furnish()
    supply(1000)
    moved(swabs(400))
    visit()
    world.judge()


def go_on() -> None:
    """After the story: a new phone sends ten more people, more swabs arrive, somebody visits again."""
    from tests.core.stock_world import supply
    from tests.desks.sampling.world import NOW, START, STREET, code, stamp
    from yinghuo.core.doors.senders import Sender
    from yinghuo.core.people import actions as people
    from yinghuo.core.people.queries import device_by_token
    from yinghuo.desks.sampling import actions
    from yinghuo.desks.sampling.models import Site
    from yinghuo.web.worker import catch_up

    site = Site.objects.earliest("id")
    _, token = people.enrol_device("new", "phone", by="user:1", at=START, area_code=STREET, site_id=site.id)
    same = {"tube": code(3), "at": stamp(START), "site": site.id}
    batch = [same | {"id": str(uuid4()), "person": str(uuid4())} for _ in range(10)]
    sent = json.dumps({"sent_at": stamp(NOW), "swabs": batch}).encode()
    actions.keep_swabs(sent, Sender(device_by_token(token), NOW))
    supply(5)
    visit()
    catch_up()


def sample(world: "World", *, pooled: int, single: int) -> None:
    """A pooled tube goes its way and is positive; the first of its people is swabbed singly and is negative."""
    from tests.desks.sampling.world import START, code, stamp

    swabs = world.swabs(10, tube=pooled)
    world.send("swabs", swabs)
    at, carried = stamp(START + timedelta(hours=1)), {"box": f"BOX-{pooled}", "count": 1}
    same = {"at": at, "site": world.site.id}
    world.send("tubes", [{"id": str(uuid4()), "tube": code(pooled), "count": 10} | same])
    world.send("boxes", [{"id": str(uuid4()), "tubes": [code(pooled)]} | carried | same])
    world.send("handovers", [{"id": str(uuid4()), "at": at, "stage": "received", "vehicle": "吉A·00001"} | carried])
    world.send("results", [world.result(pooled, "positive")])
    world.judge()
    later = START + timedelta(hours=6)
    world.send("swabs", [world.swab(single, at=later, person=swabs[0]["person"])])
    world.send("results", [world.result(single, "negative", at=later + timedelta(hours=2))])


def visit() -> None:
    """An order, taken, done, and checked by somebody else."""
    from tests.core.work_world import BOSS, CREW, NOON, opened
    from yinghuo.core.work import actions

    order = opened()
    for step, by in ((actions.take, CREW), (actions.arrive, CREW), (actions.finish, CREW), (actions.verify, BOSS)):
        step(order.id, by=by, at=NOON)


def counted() -> dict[str, int]:
    """What the database holds."""
    from django.db import connection

    with connection.cursor() as cursor:
        return {name: int(cursor.execute(query).fetchone()[0]) for name, query in COUNTED.items()}


if __name__ == "__main__":
    from yinghuo.cli import connect

    connect()
    {"tell": tell, "go-on": go_on, "count": lambda: None}[sys.argv[1]]()
    print(json.dumps(counted()))
