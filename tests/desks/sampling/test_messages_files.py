"""The commands: a file of messages taken, results exported as a file, both read by another implementation."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hl7
import pytest
from django.db import connection
from hl7apy.parser import parse_message

from tests.desks.sampling.messages_world import DETECTED, Laboratory, simple
from tests.desks.sampling.world import START, code
from yinghuo.desks.sampling.models import Message, Result
from yinghuo.desks.sampling.queries.messages import exported
from yinghuo.engines.messages.answers import batch
from yinghuo.engines.messages.batches import split

PROGRAM = str(Path(sys.executable).parent / "yinghuo")


def run(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """One command of an installation on this test's database."""
    env = os.environ | {"DATABASE_URL": url, "LANG": "C.UTF-8"}
    return subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_twice_by_the_command_is_stored_once(server_url: str, tmp_path: Path) -> None:
    Laboratory()
    url = server_url.replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    inner = [simple(f"M{number}", tube=number) for number in range(1, 21)]
    good, answers = tmp_path / "good.hl7", tmp_path / "answers.hl7"
    good.write_bytes(batch(inner, batch_id="B1", at=START))
    for _ in range(2):
        done = run(url, "hl7-file", str(good), "--answers", str(answers))
        assert (done.returncode, done.stdout) == (0, "20 messages: 20 accepted, 0 in error, 0 refused\n")
    assert (Result.objects.count(), Message.objects.count()) == (20, 20)
    said = split(answers.read_bytes()).messages
    assert {str(hl7.parse(one.decode()).segment("MSA")[1]) for one in said} == {"AA"}
    bad = tmp_path / "bad.hl7"
    bad.write_text(simple("M99", value="POS^Positive^L"))
    assert run(url, "hl7-file", str(bad)).returncode == 1
    out = tmp_path / "out.hl7"
    times = ("--first", "2000-01-01T00:00:00+08:00", "--last", "2099-01-01T00:00:00+08:00")
    Laboratory.judge(Laboratory.__new__(Laboratory))
    done = run(url, "hl7-export", str(out), "--area", "2201", *times)
    assert "20 results" in done.stdout
    assert len(split(out.read_bytes()).messages) == 20


@pytest.mark.django_db
def test_what_is_exported_is_valid_hl7_and_names_nobody() -> None:
    world = Laboratory()
    swabs = world.swabs(10)
    world.send("swabs", swabs)
    world.take(simple("M1", value=DETECTED))
    world.take(simple("M2", status="C", sent="20220508150000+0800"))
    world.judge()
    now = datetime(2022, 5, 9, tzinfo=UTC)
    count, content = exported("2201", first=START, last=now, now=now)
    found = split(content)
    assert (count, len(found.messages), found.faults) == (2, 2, [])
    for message, status in zip(found.messages, ("F", "C"), strict=True):
        assert parse_message(message.decode(), find_groups=True).validate()
        read = hl7.parse(message.decode())
        assert (str(read.segment("SPM")[2]), str(read.segment("SPM")[13])) == (code(1), "10")
        assert str(read.segment("OBX")[11]) == status
    assert not [one for one in swabs if one["person"] in content.decode()]
    assert exported("2202", first=START, last=now + timedelta(days=1), now=now)[0] == 0
