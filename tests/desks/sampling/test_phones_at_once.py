"""Several people at one tube at the same moment: facts are only added, so nobody waits for or undoes anybody."""

import threading

import pytest
from django.db import connection

from tests.desks.sampling.phone_world import moved, send, undone, void
from tests.desks.sampling.world import World, code
from yinghuo.core.ledger.verify import verify
from yinghuo.desks.sampling.models import Corrected, Swab, Tube, Voided

PEOPLE, TURNS, SWABS = 4, 6, 15


@pytest.mark.django_db(transaction=True)
def test_append_only_facts_two_users_adding_at_once_never_conflict() -> None:
    """Each adds 15 swabs to one tube, six times, undoes one, moves one, voids another tube: all is kept."""
    world = World(mode=20)
    gate, failures = threading.Barrier(PEOPLE), []

    def add() -> None:
        gate.wait()
        try:
            for _turn in range(TURNS):
                swabs = world.swabs(SWABS)
                kept = world.send("swabs", swabs).kept
                kept += send(world, "corrections", [undone(swabs[0], world), moved(swabs[1], world, 2)]).kept
                kept += send(world, "voids", [void(world, 3)]).kept
                assert len(kept) == SWABS + 3
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    world.judge()
    rounds = PEOPLE * TURNS
    assert [model.objects.count() for model in (Swab, Corrected, Voided)] == [SWABS * rounds, 2 * rounds, rounds]
    counts = dict(Tube.objects.values_list("tube", "swabs"))
    assert counts == {code(1): (SWABS - 2) * rounds, code(2): rounds, code(3): 0}
    assert verify().ok
