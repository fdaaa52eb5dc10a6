"""The spool: what was acknowledged is on disk, whatever happens after."""

import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desks.metering.lake_world import curve, reading
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.lake import records, spool
from yinghuo.desks.metering.lake.spool import Spool

ROOT = Path(__file__).parents[3]


def numbers(spool: Spool) -> list[int]:
    """The values of meter 0 in everything that waits, in order."""
    spool.seal()
    found = []
    for segment in spool.sealed():
        rows, _ = segment.read()
        found += [int(value) // 10_000 for value in rows["value"][rows["meter"] == 0]]
    return found


def test_what_was_appended_is_read_back_as_it_was(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    one = reading(7, 42, value="-12.3456", quality="rejected", reason="跳变")
    spool.append([one, reading()])
    spool.seal()
    (segment,) = spool.sealed()
    rows, reasons = segment.read()
    assert reasons == ["跳变", ""]
    assert [rows[name][0] for name in ("meter", "quantity", "value")] == [7, 42, -123_456]
    assert records.QUALITIES[rows["quality"][0]] == "rejected"
    assert rows["frame"][0].tobytes() == one.frame
    assert rows["at_s"][0] == one.at.timestamp()


def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(3):
        command = [sys.executable, "-m", "tests.desks.metering.lake_dying", "append", str(tmp_path), str(acknowledged)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout
        told = [int(process.stdout.readline()) for _ in range(60)]
        process.kill()
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        acknowledged = told[-1] + 1
    found = numbers(Spool(tmp_path / "spool"))
    assert len(found) - len(set(found)) <= 3  # a batch that was written and not told is sent again
    assert set(range(acknowledged)) <= set(found)


@pytest.mark.parametrize("cut", [1, 7, 8, 40, 100])
def test_a_torn_tail_is_cut_and_told_of(tmp_path: Path, cut: int) -> None:
    spool = Spool(tmp_path)
    spool.append([reading(0, value="1")])
    spool.append([reading(0, value="2"), reading(1)])
    path = max(tmp_path.glob("*.segment"))
    os.close(spool._lock)  # as a killed process does
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - cut)

    again = Spool(tmp_path)
    record = len(records.pack([reading(), reading()]))
    assert [torn.lost_bytes for torn in again.torn] == [record - cut]
    assert numbers(again) == [1]


def test_a_damaged_record_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for value in "123":
        spool.append([reading(0, value=value)])
    path = max(tmp_path.glob("*.segment"))
    os.close(spool._lock)
    data = bytearray(path.read_bytes())
    data[-len(records.pack([reading()])) - 5] ^= 1
    path.write_bytes(data)

    again = Spool(tmp_path)
    assert numbers(again) == [1, 3]
    assert len(again.torn) == 1


def test_numbers_of_segments_are_never_used_again(tmp_path: Path) -> None:
    seen: list[int] = []
    for _ in range(3):
        spool = Spool(tmp_path)
        for _ in range(2):
            spool.append([reading()])
            spool.seal()
        for segment in spool.sealed():
            seen.append(segment.number)
            spool.trim(segment)
        spool.close()
    assert len(seen) == len(set(seen)) == 6
    assert seen == sorted(seen)


def test_threads_at_once_share_their_syncs_and_all_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    fsync = os.fsync

    def counted(descriptor: int) -> None:
        calls.append(descriptor)
        time.sleep(0.002)  # a disk's
        fsync(descriptor)

    kept = Spool(tmp_path, segment_bytes=100_000)
    monkeypatch.setattr(spool.os, "fsync", counted)

    def send(meter: int) -> None:
        for minute in range(40):
            kept.append([reading(meter, minute=minute)])

    threads = [threading.Thread(target=send, args=[meter]) for meter in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.seal()
    rows = [row for segment in kept.sealed() for row in segment.read()[0][["meter", "at_s"]].tolist()]
    assert len(set(rows)) == len(rows) == 480
    assert len(calls) < 240


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    with pytest.raises(Refused, match=r"spool\.in_use"):
        Spool(tmp_path)
    first.close()
    Spool(tmp_path).close()


def test_a_full_disk_keeps_what_was_acknowledged_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Spool(tmp_path)
    kept.append([reading(0, value="1")])
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(spool.os, "write", lambda file, data: write(file, data[:10]))
        with pytest.raises(Refused, match=r"spool\.full"):
            kept.append([reading(0, value="2")])
    kept.append([reading(0, value="3")])
    assert numbers(kept) == [1, 3]


@pytest.mark.parametrize(
    "odd",
    [
        {"value": "1.00001"},
        {"value": "NaN"},
        {"value": "1E+14"},
        {"meter": -1},
        {"quantity": 40_000},
        {"frame": b"short"},
        {"quality": "guessed"},
    ],
)
def test_a_reading_that_the_lake_could_not_hold_is_no_reading(tmp_path: Path, odd: dict[str, object]) -> None:
    kept = Spool(tmp_path)
    with pytest.raises(ValueError, match=r".+"):
        kept.append([*curve(), reading(**odd)])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="aware"):
        kept.append([reading()._replace(at=datetime(2022, 5, 8), value=Decimal(1))])  # noqa: DTZ001
    assert kept.waiting().segments == 0


def test_what_waits_is_counted(tmp_path: Path) -> None:
    kept = Spool(tmp_path, segment_bytes=100)
    assert kept.waiting() == (0, 0)
    kept.append(curve())
    kept.append([reading()])
    segments, size = kept.waiting()
    assert segments == 2
    assert size > len(records.pack(curve()))
