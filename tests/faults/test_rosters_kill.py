"""A roster whose import is killed again and again: nobody is taken in twice, nobody is lost, the counts add up."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.core.roster_world import as_csv, people
from yinghuo.web import embedded

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
ROWS = 180_000  # enough that several processes work on it
YINGHUO = str(Path(sys.executable).parent / "yinghuo")


@pytest.fixture
def home() -> Iterator[dict[str, str]]:
    """The environment of an installation of its own, with the areas of Jilin."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        env = os.environ | {"YINGHUO_VAR": folder, "DATABASE_URL": server.get_uri("postgres"), "LANG": "C.UTF-8"}
        for command in ("migrate", "region"):
            subprocess.run([YINGHUO, command], env=env, check=True, capture_output=True)
        yield env
        server.cleanup()


def one(home: dict[str, str], query: str) -> tuple[object, ...]:
    with psycopg.connect(home["DATABASE_URL"]) as database:
        found = database.execute(query).fetchone()
    assert found
    return found


def until_and_kill(process: subprocess.Popen[bytes], home: dict[str, str], reached: str) -> None:
    """Kills the process with -9 as soon as `reached` holds."""
    began = time.monotonic()
    while not one(home, f"SELECT coalesce(bool_or({reached}), false) FROM rosters_intake")[0]:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() - began < 120
        time.sleep(0.02)
    process.kill()
    process.wait()


def test_an_import_killed_while_reading_and_while_taking_in_goes_on_and_counts_right(
    home: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(as_csv([(*row[:3], "绿园区", row[4]) for row in [*people(ROWS), *people(10)]]))
    command = [YINGHUO, "roster", "import", str(file), "--policy", "skip", "--area", "2201"]
    until_and_kill(subprocess.Popen(command, env=home), home, "staged > 0")
    (staged, intake_id) = one(home, "SELECT staged, id FROM rosters_intake")
    go_on = [YINGHUO, "roster", "go-on", str(intake_id)]
    until_and_kill(subprocess.Popen(go_on, env=home), home, f"staged > {staged}")
    until_and_kill(subprocess.Popen(go_on, env=home), home, "stage = 'applying'")
    assert one(home, "SELECT count(*) FROM people_person") == (0,)
    said = subprocess.run(go_on, env=home, check=True, capture_output=True, text=True).stdout
    assert f"{ROWS + 10:,} rows read; {ROWS:,} were new people, 0 brought up to date, 10 skipped, 0 rejected" in said
    assert one(home, "SELECT count(*), count(DISTINCT id) FROM people_person") == (ROWS, ROWS)
    assert one(home, "SELECT count(*) FROM ledger_entry WHERE kind = 'roster.taken_in'") == (1,)
