"""A small whole story in a process of its own, on whatever server DATABASE_URL names; prints `told` when all held."""

from datetime import timedelta

from yinghuo.cli import connect

connect()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)

from tests.desks.sampling.world import START, World, code  # noqa: E402
from yinghuo.core.figures import actions as figures  # noqa: E402
from yinghuo.core.ledger.verify import verify  # noqa: E402
from yinghuo.core.work.models import Order  # noqa: E402
from yinghuo.desks.sampling.models import Tube  # noqa: E402


def main() -> None:
    """Swabs into a tube, a positive result, re-collection, its result; a figure; stock; a sound ledger."""
    world = World()
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    world.send("swabs", swabs)
    world.send("results", [world.result(result="positive")])
    world.judge()
    assert Order.objects.filter(state="open").count() == 3
    later = START + timedelta(hours=6)
    world.send("swabs", [world.swab(9, person=swabs[0]["person"], at=later)])
    world.send("results", [world.result(9, at=later + timedelta(hours=4))])
    world.judge()
    assert Order.objects.filter(state="closed").count() == 1
    assert Tube.objects.get(tube=code(1)).swabs == 3
    day = {"first": START - timedelta(days=1), "last": START + timedelta(days=2)}
    published = figures.publish("sampling.swabs", area="22", **day, by="user:1", at=later)
    assert published.value == 4
    assert figures.recheck(published).same
    world.judge()
    assert verify().ok
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150_000


main()
print("told")
