"""Mutated frames against the protocol engines: no crash, no wrong acceptance, what is accepted goes there and back.

`python bench/fuzz_meters.py` tries ten million (`--frames N`), in turns through the engines (`--only NAME` for one). It
can be stopped (Ctrl-C) and goes on with `--batch N`, the number that it prints: the dice of a batch come from its
number alone. `--atheris SECONDS` lets atheris lead instead, by coverage; it begins with the seeds and keeps what it
finds in `--corpus FOLDER`, where the next run goes on. Failing bytes are printed, the end is then 1.
"""

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType

from fuzz_referees import REFEREES, Referee

BATCH, TEN_MILLION, SHOWN = 10_000, 10_000_000, 20
INTERESTING = (0x00, 0x01, 0x16, 0x32, 0x33, 0x68, 0x7E, 0x7F, 0x80, 0xAA, 0xFE, 0xFF)
BARE = "bare"  # COSEM: what has no check sequence cannot be refused by one
Wrong = tuple[str, str, bytes]  # engine, what is wrong, the bytes


def main() -> None:
    """Fuzzes and tells."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=TEN_MILLION, help="how many mutated frames in all")
    parser.add_argument("--batch", type=int, default=0, help="the first batch: where an earlier run stopped")
    parser.add_argument("--only", choices=sorted(REFEREES), help="one engine only")
    parser.add_argument("--atheris", type=int, metavar="SECONDS", help="guided by coverage, for so long")
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "yinghuo-fuzz-meters")
    given = parser.parse_args()
    names = [given.only] if given.only else list(REFEREES)
    with watched() if given.atheris else nullcontext():
        engines = {name: engine for name in names if (engine := found(name)) is not None}
    print("engines:", *engines, flush=True)
    if given.atheris:
        guided(engines, given.atheris, given.corpus)
        return
    wrongs = run(engines, range(given.batch, given.batch + -(-given.frames // BATCH)))
    for name, what, data in wrongs[:SHOWN]:
        print(f"{name}: {what}\n  {data.hex()}")
    sys.exit(1 if wrongs else 0)


def watched() -> AbstractContextManager[None]:
    """What is imported inside has its branches counted by atheris."""
    import atheris

    return atheris.instrument_imports(include=["yinghuo.engines.meters"])


def found(name: str) -> ModuleType | None:
    """An engine that can be imported."""
    try:
        return importlib.import_module(f"yinghuo.engines.meters.{name}")
    except ImportError as missing:
        print(f"{name} is left out: {missing}")
        return None


def run(engines: dict[str, ModuleType], batches: Iterable[int]) -> list[Wrong]:
    """All batches, with a line of progress; Ctrl-C ends it with what was found so far."""
    wrongs: list[Wrong] = []
    tried = accepted = 0
    started = time.perf_counter()
    batch = -1
    try:
        for batch in batches:
            name = list(engines)[batch % len(engines)]
            kept, bad = one_batch(name, engines[name], batch)
            tried, accepted, wrongs = tried + BATCH, accepted + kept, wrongs + bad
            rate = tried / (time.perf_counter() - started)
            line = f"batch {batch} {name}: {tried:,} frames, {accepted:,} accepted, {len(wrongs)} wrong, {rate:,.0f} /s"
            print(f"\r{line:<100}", end="", flush=True)
    except KeyboardInterrupt:
        print(f"\nstopped; go on with --batch {batch}")
    print()
    return wrongs


def one_batch(name: str, engine: ModuleType, batch: int, frames: int = BATCH) -> tuple[int, list[Wrong]]:
    """The frames of one batch: how many were accepted, and what was wrong."""
    dice, referee = random.Random(f"{name} {batch}"), REFEREES[name]
    accepted, wrongs = 0, []
    tried = [mutated(dice, referee) for _ in range(frames)]
    for data in tried:
        count, what = judge(engine, referee, data)
        accepted += count
        if what:
            wrongs.append((name, what, data))
    if hasattr(engine, "decode_many") and not columns_agree(engine, b"".join(tried)):
        wrongs.append((name, f"columns and frames of batch {batch} differ", b""))
    return accepted, wrongs


def columns_agree(engine: ModuleType, data: bytes) -> bool:
    """Whether the flood path finds as many frames in one long stream, with the same addresses and control bytes."""
    rows = engine.decode_many(data)
    heads = [(f"{row['address']:012X}", int(row["control"])) for row in rows if row["part"] == 0]
    return heads == [(one.address, one.control) for one in engine.decode(data)]


def mutated(dice: random.Random, referee: Referee) -> bytes:
    """A seed with one to six changes; every other one repaired, so that its content is tried as well as its sums."""
    data = bytearray(dice.choice(referee.seeds))
    for _ in range(dice.randint(1, 6)):
        change(dice, data, referee)
    if dice.random() < 0.5:
        referee.repair(data)
    if dice.random() < 0.05:
        data += dice.choice(referee.seeds)
    return bytes(data)


def change(dice: random.Random, data: bytearray, referee: Referee) -> None:
    """One change at random: a bit, a byte, a piece more, a piece less, a piece of another frame, a cut."""
    kind, at = dice.randrange(8), dice.randrange(len(data) + 1)
    if kind <= 1 and at < len(data):
        data[at] ^= 1 << dice.randrange(8)
    elif kind <= 3 and at < len(data):
        data[at] = dice.choice(INTERESTING) if kind == 2 else dice.randrange(256)
    elif kind == 4:
        data[at:at] = dice.randbytes(dice.randint(1, 8))
    elif kind == 5:
        del data[at : at + dice.randint(1, 8)]
    elif kind == 6:
        other = dice.choice(referee.seeds)
        data[at:] = other[dice.randrange(len(other)) :]
    elif dice.random() < 0.3:
        del data[at:]


def judge(engine: ModuleType, referee: Referee, data: bytes) -> tuple[int, str]:
    """How many frames were accepted, and what is wrong with that ("" for nothing)."""
    try:
        frames = engine.decode(data)
        checked = sum(getattr(getattr(one, "link", None), "framing", "") not in ("wrapper", BARE) for one in frames)
        if checked > referee.sound(data):
            return len(frames), f"{checked} accepted, {referee.sound(data)} sound"
        decoder = engine.Decoder()
        decoder.feed(data[: len(data) // 2])
        decoder.feed(data[len(data) // 2 :])
        for one in frames:
            if engine.decode(engine.encode(one)) != [one]:
                return len(frames), f"does not go there and back: {one}"
    except Exception as crash:  # noqa: BLE001  whatever it is, it is what we look for
        return 0, f"crash: {crash!r}"
    return len(frames), ""


def guided(engines: dict[str, ModuleType], seconds: int, corpus: Path) -> None:
    """Lets atheris find its way by coverage; it ends the process itself, with a trace if something is wrong."""
    import atheris

    names = list(engines)

    def one(data: bytes) -> None:
        if data:
            name = names[data[0] % len(names)]
            raw = bytearray(data[2:])
            if len(data) > 1 and data[1] & 1:
                REFEREES[name].repair(raw)
            _, what = judge(engines[name], REFEREES[name], bytes(raw))
            if what:
                raise RuntimeError(f"{name}: {what}: {bytes(raw).hex()}")

    corpus.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        for index, seed in enumerate(REFEREES[name].seeds):
            (corpus / f"{name}-{index}").write_bytes(bytes([number, 0]) + seed)
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=300", "-rss_limit_mb=4096", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
