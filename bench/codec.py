"""Frames a second of the protocol engines, ours beside the peers, on the same bytes: `python bench/codec.py`.

DL/T 645: 20-byte answers of one meter, 1,000 different values. The peer is the PyPI package `dlt645`: once its parser
alone, once with its reader's value, which is what ours gives. The limit is a plain loop that checks the sum and nothing
else. All are run in short turns and the best turn of each counts, by the processor's time.
DLMS/COSEM: rows of bench/codec_cosem.py, if it is there.
"""

import importlib.util
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from dlt645.protocol.protocol import DLT645Protocol
from dlt645.service.clientsvc.client_service import MeterClientService

from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.frames import Item

METER, ANSWERS, TURNS = "260305510020", 1_000, 60
FEW = 100  # answers of a turn of the peer: all turns take a few milliseconds
MANY = 50  # times the answers in the buffer of decode_many: 50,000 frames, 1 MB
IDENTIFIERS = ("00010000", "00010100", "00020000", "02010100", "02010200", "02020100", "02030000", "02060000")
HERE = Path(__file__).parent


def main() -> None:
    """Prints one line for each way, with its multiple of the peer."""
    compile_once()
    table("DL/T 645, 20-byte answers", answer_rows())
    table("DL/T 645, building a read request", request_rows())
    table("DL/T 645, answers of 7,000 meters of 16 to 20 bytes, one bad line in 100", mixed_rows())
    if (HERE / "codec_cosem.py").exists():
        table("DLMS/COSEM, GET responses", cosem_rows())
    else:
        print("\nDLMS/COSEM: bench/codec_cosem.py is not there")


def table(title: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Rows of (what, per second); the first is the peer that the others are compared with."""
    rows = list(rows)
    print(f"\n{title}")
    for what, rate, *more in rows:
        print(f"  {what:54} {rate:14,.0f} /s {rate / rows[0][1]:8.1f} x", *more)


def answers(count: int = ANSWERS) -> list[bytes]:
    """Answers of one meter with different values."""
    values = np.random.default_rng(645).integers(0, 80_000_000, count).tolist()
    item = dlt645.find("00010000").layout.unit
    frames = [dlt645.Frame(METER, 0x91, [Item("00010000", Decimal(n).scaleb(-2), item)]) for n in values]
    return [dlt645.encode(frame) for frame in frames]


def answer_rows() -> list[tuple[str, float]]:
    """Ways to read the same 20-byte answers."""
    sent = answers()
    stream, flood = b"".join(sent), b"".join(sent) * MANY
    decoder = dlt645.Decoder()
    reader = MeterClientService.new_tcp_client("127.0.0.1", 1)  # never connected: only its parser is used
    reader.set_address(bytes.fromhex(METER)[::-1].hex())
    agree(sent, reader)
    return in_turns(
        {
            "peer: dlt645, frame and value": (
                lambda: each(lambda one: reader.handle_response(DLT645Protocol.deserialize(one)), sent[:FEW]),
                FEW,
            ),
            "peer: dlt645, frame only": (lambda: each(DLT645Protocol.deserialize, sent[:FEW]), FEW),
            "limit: plain loop, sum and value only": (lambda: each(plain, sent), ANSWERS),
            "ours: decode, one by one": (lambda: each(dlt645.decode, sent), ANSWERS),
            "ours: Decoder.feed, one by one": (lambda: each(decoder.feed, sent), ANSWERS),
            "ours: decode, a buffer": (lambda: dlt645.decode(stream), ANSWERS),
            "ours: decode_many": (lambda: dlt645.decode_many(flood), ANSWERS * MANY),
        }
    )


def request_rows() -> list[tuple[str, float]]:
    """Ways to build the request of a read."""
    raw, address = bytes.fromhex("00000100"), bytes.fromhex(METER)[::-1]
    frame = dlt645.Frame(METER, 0x11, [Item("00010000", None, "")])
    return in_turns(
        {
            "peer: dlt645": (lambda: [DLT645Protocol.build_frame(address, 0x11, raw) for _ in range(500)], 500),
            "ours: encode": (lambda: [dlt645.encode(frame, wake_up=4) for _ in range(500)], 500),
        }
    )


def mixed_rows() -> list[tuple[str, float]]:
    """A captured hour of many meters, with noise: ours only, the peer reads one meter."""
    rng = np.random.default_rng(7)
    parts: list[bytes] = []
    for number in range(7_000):
        identifier = IDENTIFIERS[number % len(IDENTIFIERS)]
        layout = dlt645.find(identifier).layout
        raw = rng.integers(0, 10, 2 * layout.size) * (np.arange(2 * layout.size) > 0)  # no signs
        value = Decimal("".join(map(str, raw.tolist()))).scaleb(-layout.decimals)
        parts.append(dlt645.encode(dlt645.Frame(f"{number:012d}", 0x91, [Item(identifier, value, "")]), wake_up=4))
    broken = [part[:-4] + b"\x68" if rng.random() < 0.01 else part for part in parts]
    stream = b"".join(broken)
    frames = len(dlt645.decode(stream))
    assert len(dlt645.decode_many(stream)) == frames
    flood = stream * 8
    return in_turns(
        {
            "ours: decode, a buffer": (lambda: dlt645.decode(stream), frames),
            "ours: decode_many": (lambda: dlt645.decode_many(flood), frames * 8),
        }
    )


def cosem_rows() -> list[tuple[Any, ...]]:
    """`rows()` of bench/codec_cosem.py: (what, per second), the first of them a peer."""
    spec = importlib.util.spec_from_file_location("codec_cosem", HERE / "codec_cosem.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["codec_cosem"] = module
    spec.loader.exec_module(module)
    return [tuple(row) for row in module.rows()]


def each(way: Callable[[bytes], object], sent: list[bytes]) -> None:
    """One after the other, nothing kept."""
    for one in sent:
        way(one)


def agree(sent: list[bytes], reader: MeterClientService) -> None:
    """Stops unless all ways read the same values."""
    rows = dlt645.decode_many(b"".join(sent))
    for index, one in enumerate(sent):
        value = dlt645.decode(one)[0].items[0].value
        assert float(value) == reader.handle_response(DLT645Protocol.deserialize(one)).value == float(plain(one)[1])
        assert int(value.scaleb(2)) == rows["scaled"][index]


def plain(sent: bytes) -> tuple[str, Decimal]:
    """Address and number of a frame that is believed to be an answer with an energy."""
    if sum(sent[:-2]) & 0xFF != sent[-2]:
        raise ValueError("sum")
    body = bytes([(one - 0x33) & 0xFF for one in sent[14:18]])
    return sent[6:0:-1].hex(), Decimal(int(body[::-1].hex())).scaleb(-2)


def in_turns(ways: dict[str, tuple[Callable[[], object], int]]) -> list[tuple[str, float]]:
    """Frames a second of each way: its best turn, by the processor's time, for all of them work alone."""
    best = dict.fromkeys(ways, 0.0)
    for _ in range(TURNS):
        for what, (run, frames) in ways.items():
            started = time.process_time()
            run()
            best[what] = max(best[what], frames / (time.process_time() - started))
    return list(best.items())


def compile_once() -> None:
    """The first call loads or compiles the loops, and is no part of the comparison."""
    started = time.perf_counter()
    dlt645.decode_many(answers(1)[0])
    first_s = time.perf_counter() - started
    print(f"first decode_many of this process, with numba's cache on disk if there is one: {first_s:.2f} s")


if __name__ == "__main__":
    main()
