"""A worker that only keeps the ledger moving, as a played past needs it, leaves every job to one that runs them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation, until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
QUEUE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "yinghuo.web.settings"
import django
django.setup()
from yinghuo.web.jobs import verify_ledger
verify_ledger.defer(by="user:1")
"""
WAITING, LEFT = "SELECT count(*) FROM ledger_waiting", "SELECT count(*) FROM procrastinate_jobs"


@pytest.fixture
def moving() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as folder:
        Path(folder).chmod(0o755)
        installation = Installation(Path(folder))
        installation.commands["worker"] = ["worker", "--no-jobs"]
        with installation:
            yield installation


def test_the_ledger_moves_while_jobs_wait_for_a_worker_that_runs_them(moving: Installation) -> None:
    moving.run("-c", QUEUE)
    until(lambda: moving.number(WAITING) == 0 and moving.number("SELECT count(*) FROM ledger_leaf") > 0, "it moves")
    assert moving.number(LEFT) == 1, "nothing timed was begun either"
    moving.commands["worker"] = ["worker"]
    moving.kill("worker")
    until(lambda: moving.number(f"{LEFT} WHERE task_name = 'verify_ledger'") == 0, "the job is done")
