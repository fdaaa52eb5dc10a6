"""DL/T 645: the first frames of the long fuzzer, which is bench/fuzz_meters.py."""

import importlib
from pathlib import Path

import pytest

from yinghuo.engines.meters import dlt645


def test_mutated_frames_neither_crash_nor_are_wrongly_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[3] / "bench")
    fuzz = importlib.import_module("fuzz_meters")
    accepted, wrongs = fuzz.one_batch("dlt645", dlt645, 0, 3_000)
    assert (wrongs, accepted > 1_000) == ([], True)


def test_a_wrongly_accepted_frame_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[3] / "bench")
    fuzz = importlib.import_module("fuzz_meters")
    broken = bytes.fromhex("6861010000000068910833333433593333338B16")

    class Believer:
        """A codec that believes anything."""

        decode = staticmethod(lambda data: [dlt645.Frame("000000000161", 0x91)])

    assert fuzz.judge(Believer, fuzz.REFEREES["dlt645"], broken)[1] == "1 accepted, 0 sound"
