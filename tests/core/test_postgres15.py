"""The oldest PostgreSQL that is promised, 15, does all that the embedded one does."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
YINGHUO = str(Path(sys.executable).parent / "yinghuo")
OLDEST = 15
ORDINARY_USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root


def found() -> Path | None:
    """The programs of the oldest installed PostgreSQL that is new enough."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    fitting = sorted((int(path.parent.name), path) for path in folders if path.parent.name.isdigit())
    return next((path for version, path in fitting if version >= OLDEST), None)


def user() -> str | None:
    """Who runs the server: somebody ordinary when this is root, else whoever runs the tests."""
    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ORDINARY_USERS if name in known) if os.geteuid() == 0 else None


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The environment of an installation whose DATABASE_URL leads to a server of its own."""
    programs = found()
    if not programs:
        pytest.skip(f"no PostgreSQL {OLDEST} or later under /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="yinghuo-pg-") as name:
        folder, owner = Path(name), user()
        folder.chmod(0o755)
        (folder / "server").mkdir()
        if owner:
            shutil.chown(folder / "server", owner)
        data, socket = folder / "server" / "data", folder / "server"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "user": owner, "cwd": socket}
        subprocess.run([programs / "initdb", "--auth=trust", "-U", "yinghuo", "-E", "utf8", "-D", data], **quiet)
        start = ["-o", f"-h '' -k {socket}", "-l", socket / "log", "-w", "start"]
        subprocess.run([programs / "pg_ctl", "-D", data, *start], **quiet)
        try:
            address = f"postgresql://yinghuo@/postgres?host={socket}"
            yield os.environ | {"DATABASE_URL": address, "YINGHUO_VAR": str(folder / "var")}
        finally:
            subprocess.run([programs / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop"], **quiet)


def printed(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_schema_the_story_and_the_verification_work_on_an_older_server(environment: dict[str, str]) -> None:
    printed(environment, YINGHUO, "migrate")
    told = json.loads(printed(environment, sys.executable, "-m", "tests.core.story", "tell"))
    assert told["server"] >= OLDEST
    assert (told["swabs"], told["swabs in tubes"], told["results"], told["moves"]) == (11, 11, 2, 2)
    assert (told["orders"], told["closed orders"]) == (12, 2)  # ten people, a correction, a case draft
    assert told["entries"] == told["leaves"] == told["highest index"] + 1
    report = json.loads(printed(environment, YINGHUO, "ledger", "verify", "--json"))
    assert report["ok"], report["faults"]
    assert (report["entries"], report["facts"]["sampling_swab"]) == (told["entries"], 11)
    figure = json.loads(printed(environment, YINGHUO, "figure", "sampling.swabs", "--json"))
    assert figure["value"] == "11"
