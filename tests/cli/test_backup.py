"""`yinghuo backup` and `yinghuo restore`: what was copied is what comes back, and the ledger goes on from there."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.desks.metering.lake_world import reading
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake

ROOT = Path(__file__).resolve().parents[2]
YINGHUO = str(Path(sys.executable).parent / "yinghuo")


class Place:
    """An installation with a data folder and an embedded PostgreSQL of its own, which runs while a command does."""

    def __init__(self, var: Path) -> None:
        self.var = var
        given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "LANG")}
        self.env = given | {"YINGHUO_VAR": str(var)}

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=180)

    def printed(self, *command: str) -> str:
        done = self.call(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def yinghuo(self, *arguments: str) -> str:
        return self.printed(YINGHUO, *arguments)

    def story(self, what: str) -> dict[str, int]:
        """The counts after telling the story or going on with it, or as they are."""
        return json.loads(self.printed(sys.executable, "-m", "tests.core.story", what))

    def verified(self) -> dict[str, Any]:
        return json.loads(self.yinghuo("ledger", "verify", "--json"))


class Copied:
    """A place with a story, and its copy in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.here = Place(folder / "here")
        self.here.yinghuo("migrate")
        self.counts = self.here.story("tell")
        Lake(self.here.var / "lake")
        with closing(Spool(self.here.var / "spool")) as spool:
            spool.append([reading()])
        self.file = folder / "copy.dump"
        self.said = self.here.yinghuo("backup", str(self.file))

    def elsewhere(self, name: str, *, keys_from: Place | None = None) -> Place:
        """A fresh place, with the keys of another if given."""
        place = Place(self.folder / name)
        if keys_from:
            shutil.copytree(keys_from.var / "keys", place.var / "keys")
        return place


@pytest.fixture(scope="module")
def copied() -> Iterator[Copied]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-copy-") as folder:
        Path(folder).chmod(0o755)
        yield Copied(Path(folder))


def test_a_copy_restored_elsewhere_holds_the_same_and_the_ledger_goes_on_without_a_gap(copied: Copied) -> None:
    there = copied.elsewhere("there", keys_from=copied.here)
    said = there.yinghuo("restore", str(copied.file), "--yes")
    assert f"{copied.counts['entries']:,} ledger entries verified" in said
    assert there.story("count") == copied.counts
    before = there.verified()
    assert (before["ok"], before["root"]) == (True, copied.here.verified()["root"])
    more = there.story("go-on")
    assert more["swabs"] == more["swabs in tubes"] == copied.counts["swabs"] + 10
    assert more["entries"] == more["leaves"] == more["highest index"] + 1
    assert more["entries"] > copied.counts["entries"]
    after = there.verified()
    assert after["ok"], after["faults"]
    assert after["checkpoints"] > before["checkpoints"]


def test_readings_that_wait_for_the_lake_come_back_with_it(copied: Copied) -> None:
    there = copied.elsewhere("with-readings", keys_from=copied.here)
    said = there.yinghuo("restore", str(copied.file), "--yes")
    assert "files brought back" in said
    assert (there.var / "lake" / "_delta_log").is_dir()
    with closing(Spool(there.var / "spool")) as spool:
        assert [len(segment.read()[0]) for segment in spool.sealed()] == [1]


def test_restoring_replaces_what_came_after_the_copy(copied: Copied) -> None:
    assert copied.here.story("go-on")["entries"] > copied.counts["entries"]
    copied.here.yinghuo("restore", str(copied.file), "--yes")
    assert copied.here.story("count") == copied.counts


def test_a_copy_without_its_keys_is_restored_and_the_signatures_are_said_to_be_wrong(copied: Copied) -> None:
    stranger = copied.elsewhere("stranger")
    done = stranger.call(YINGHUO, "restore", str(copied.file), "--yes")
    assert done.returncode == 1
    assert "restored, but the ledger has" in done.stderr
    assert stranger.story("count") == copied.counts


def test_a_file_that_is_no_copy_changes_nothing(copied: Copied) -> None:
    before = copied.here.story("count")
    nonsense = copied.folder / "nonsense.dump"
    nonsense.write_bytes(copied.file.read_bytes()[:5000])
    done = copied.here.call(YINGHUO, "restore", str(nonsense), "--yes")
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert copied.here.story("count") == before


def test_a_backup_says_how_large_it_is_and_leaves_nothing_unfinished(copied: Copied) -> None:
    database, readings = copied.said.splitlines()
    assert database == f"{copied.file.stat().st_size:,} bytes in {copied.file}"
    assert readings.endswith(f"files in {copied.folder / 'readings'}")
    assert not list(copied.folder.glob("*.unfinished"))
