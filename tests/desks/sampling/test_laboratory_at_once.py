"""Several at once, and a worker that is killed: no tube is taken twice, no row is written twice or lost."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from tests.at_once import together
from tests.desks.sampling.laboratory_world import KIT, LaboratoryWorld
from tests.desks.sampling.test_laboratory_files import HEAD, FileWorld, negatives
from tests.desks.sampling.world import NOW
from yinghuo.desks.sampling.actions.laboratory.plates import NewPlate, fill_plate, make_plate
from yinghuo.desks.sampling.actions.laboratory.result_files import release_file
from yinghuo.desks.sampling.jobs.result_files import work_off
from yinghuo.desks.sampling.models import Result, StagedResult, Well

pytestmark = pytest.mark.django_db(transaction=True)
WORK = """
import django; django.setup()
from yinghuo.desks.sampling.jobs import result_files
from datetime import datetime
result_files.work_off(datetime.fromisoformat("{now}"))
"""


@pytest.fixture
def world() -> Iterator[FileWorld]:
    yield FileWorld()


def test_technicians_who_fill_plates_at_once_never_take_the_same_tube(world: LaboratoryWorld) -> None:
    world.received(1, 200)
    people = [world.technician(f"t{n}", world.party) for n in range(4)]
    plates = [make_plate(NewPlate(uuid4(), KIT.name), who=one) for one in people]
    assert together(*(lambda p=p, w=w: fill_plate(p.id, who=w) for p, w in zip(plates, people, strict=True))) == []
    taken = list(Well.objects.exclude(tube="").values_list("tube", flat=True))
    assert len(taken) == len(set(taken)) == 200


def test_two_workers_on_one_file_write_each_row_once(world: FileWorld) -> None:
    file = world.take((HEAD + "".join(negatives(25_000))).encode())
    assert together(lambda: work_off(NOW), lambda: work_off(NOW)) == []
    file.refresh_from_db()
    assert (file.state, file.kept, file.rejected) == ("read", 25_000, 0)


def test_a_file_goes_on_after_its_worker_was_killed(world: FileWorld) -> None:
    file = world.take((HEAD + "".join(negatives(45_000))).encode())
    worker = subprocess.Popen([sys.executable, "-c", WORK.format(now=NOW.isoformat())], env=_environment())
    while StagedResult.objects.filter(file=file).count() == 0:
        assert worker.poll() is None
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    file.refresh_from_db()
    assert file.state == "reading"
    assert 0 < file.kept == StagedResult.objects.filter(file=file).count() < 45_000
    work_off(NOW)
    file.refresh_from_db()
    assert (file.state, file.kept, file.rejected) == ("read", 45_000, 0)
    release_file(file.id, who=world.wang)
    assert together(lambda: work_off(NOW), lambda: work_off(NOW)) == []
    assert Result.objects.count() == 45_000


def _environment() -> dict[str, str]:
    """The environment of a worker on this test's own database."""
    settings = connection.settings_dict
    user, password = settings["USER"], settings["PASSWORD"]
    url = f"postgresql://{user}:{password}@/{settings['NAME']}?host={settings['HOST']}"
    if not str(settings["HOST"]).startswith("/"):
        url = f"postgresql://{user}:{password}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yinghuo.web.settings"}


def test_the_stream_of_a_kept_file_is_the_file(world: FileWorld) -> None:
    from yinghuo.desks.sampling.jobs.result_files import PartStream

    body = os.urandom(3 * 1024 * 1024 + 17)
    stream = io.BufferedReader(PartStream(world.take(body)))
    assert stream.read() == body
    stream.seek(1024 * 1024 - 3)
    assert stream.read(7) == body[1024 * 1024 - 3 : 1024 * 1024 + 4]
