"""The demonstration from the shell: broken off, gone on with, repeated; what it counts is what was sent."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from yinghuo.demo.scenario import build

PROGRAM = Path(sys.executable).parent / "yinghuo"
ODD_CARRIAGE = ("handover.count", "tube.two_boxes")  # of the oddities that the scenario plants
SCALE = 0.01


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-demo-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def begin(var: Path, *more: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "DJANGO", "YINGHUO"))}
    command = [str(PROGRAM), "demo", f"--scale={SCALE}", "--no-serve", "--json", *more]
    return subprocess.Popen(
        command, env=env | {"YINGHUO_VAR": str(var)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def play(var: Path, *more: str) -> dict[str, Any]:
    process = begin(var, *more)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out)


def left_running(var: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(var) in words or (process.info["environ"] or {}).get("YINGHUO_VAR") == str(var):
            found.append(words)
    return found


@pytest.mark.xdist_group("demo")
def test_broken_off_it_leaves_nothing_running_and_goes_on_to_the_same_counts(var: Path) -> None:
    first = begin(var)
    time.sleep(9)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert left_running(var) == []
    brief = play(var)
    counted = {row["key"]: row["value"] for row in brief["stated"]}
    expected = build(SCALE).expected
    assert counted["sampling.swabs"] == expected["campaign.swabs"] == round(825_321 * SCALE)
    assert counted["sampling.tubes"] == expected["campaign.tubes"] == round(135_988 * SCALE)
    assert counted["sampling.people"] == expected["one_day.people"] == round(14_000 * SCALE)
    raised = {row["code"]: row["raised"] for row in brief["doubts"]}
    assert {code: raised.pop(code) for code in ODD_CARRIAGE} == dict.fromkeys(ODD_CARRIAGE, 1)
    assert raised.pop("response.level_overdue") == 1
    assert raised == {
        name.removeprefix("doubt."): count
        for name, count in expected.items()
        if name.startswith("doubt.") and name.removeprefix("doubt.") in raised
    }
    assert len(raised) == 8
    this_morning = 10  # the people of its positive tube
    assert brief["recollections"]["open"] == expected["one_day.waiting_people"] + this_morning


@pytest.mark.xdist_group("demo")
def test_a_second_run_changes_no_count(var: Path) -> None:
    before, after = play(var), play(var)
    for name in ("stated", "doubts", "turnaround_min"):
        assert without_place(before[name]) == without_place(after[name])
    assert before["recollections"] == after["recollections"]
    assert left_running(var) == []


def without_place(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without where the ledger stood when they were counted."""
    return [{name: value for name, value in row.items() if name not in ("size", "entries")} for row in rows]


@pytest.mark.xdist_group("demo")
def test_another_scale_starts_anew(var: Path) -> None:
    brief = play(var, "--scale=0.02")
    counted = {row["key"]: row["value"] for row in brief["stated"]}
    assert counted["sampling.swabs"] == round(825_321 * 0.02)
