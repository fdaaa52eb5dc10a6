"""Kill -9 of draining between its commits, and draining beside appending: nothing is lost, nothing stands twice."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from tests.desks.metering.lake_world import NOON, curve, reading, register, spool_and_lake
from yinghuo.core.ledger.models import Entry
from yinghuo.desks.metering.jobs.draining import Drained, drain, keep_draining
from yinghuo.desks.metering.jobs.verifying import verify
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.models import Committed, LastValue

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("where", "entered"), [("lake", 0), ("database", 1)])
def test_killed_between_two_commits_it_goes_on(tmp_path: Path, server_url: str, where: str, entered: int) -> None:
    register()
    spool, lake = spool_and_lake(tmp_path)
    spool.append(curve())
    spool.close()

    url = server_url.replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    command = [sys.executable, "-m", "tests.desks.metering.lake_dying", where, str(tmp_path)]
    died = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    assert len(lake.rows()) == 16
    assert Committed.objects.count() == entered

    again = Spool(tmp_path / "spool")
    assert drain(again, lake, now=NOON) == Drained(segments=1, readings=0, repeated=16)
    assert again.waiting().segments == 0
    assert len(lake.rows()) == Committed.objects.get().rows == 16
    assert LastValue.objects.count() == 4
    assert Entry.objects.filter(kind="readings.committed").count() == 1
    assert verify(lake).faults == []


def test_draining_goes_on_beside_appending_and_drains_once_more_at_the_end(tmp_path: Path) -> None:
    spool, lake = spool_and_lake(tmp_path)
    stop = threading.Event()
    drainer = threading.Thread(target=keep_draining, args=(spool, lake, stop), kwargs={"pause_s": 0.02})
    drainer.start()
    for minute in range(60):
        spool.append([reading(minute=minute), reading(minute=minute - 1)])
    stop.set()
    drainer.join()
    assert spool.waiting().segments == 0
    assert len(lake.rows()) == 61
    assert verify(lake).faults == []
