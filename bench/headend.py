"""A head-end with 7,000 simulated meters behind 700 terminals: `python bench/headend.py`; BENCH_METERS for fewer.

Sweep: ten quantities of every meter over 376.1, 698.45 and 645 at once, from the first request until the last value is
on disk; readings per second, and who spent the processors: the head-end's loop, the rest of its process (spool, lake,
PostgreSQL's driver), the simulator, PostgreSQL is not counted. Then one day as it is stored: 96 points x 20 quantities
x the meters, loaded by the way of draining and compacted. Everything on one machine; all data are simulated.
"""

import asyncio
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
METERS = int(os.environ.get("BENCH_METERS", "7000"))
A_TERMINAL = 10
REGISTERS = ("import_kwh", "import_sharp_kwh", "import_peak_kwh", "import_flat_kwh", "import_valley_kwh")
TEN = (*REGISTERS, "power_kw", "power_factor_share", "voltage_a_v", "current_a_a", "reactive_power_kvar")
SWEEPS, WITHIN_S = 3, 600


def main() -> None:
    """Runs both parts and prints a line for each figure, then all of them as JSON."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-", dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ["YINGHUO_VAR"] = name
        os.environ.pop("DATABASE_URL", None)
        from yinghuo.cli import connect

        connect()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        found = {"sweeps": swept(folder), "day": a_day(folder)}
    print(json.dumps(found))


def swept(folder: Path) -> list[dict[str, float]]:
    """Sweeps of the whole field, one after the other."""
    program = [
        sys.executable,
        str(HERE / "headend_field.py"),
        str(METERS),
        str(METERS // A_TERMINAL),
        str(folder / "r"),
    ]
    field = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert field.stdout
        assert field.stdout.readline() == "ready\n"
        register(folder / "r")
        return asyncio.run(sweeps(field, folder))
    finally:
        field.kill()
        field.wait()


def register(folder: Path) -> None:
    """The field's register files into the tables."""
    from yinghuo.desks.metering.models import Meter, Terminal

    def rows(name: str) -> list[dict[str, Any]]:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]

    terminals, meters = rows("terminals.csv"), rows("meters.csv")
    for row in terminals:
        row |= {"host": row["host"] or "", "name": row["name"] or ""}
    for row in meters:
        row |= {"terminal_id": row.pop("terminal"), "transformer": None, "party_id": None}
    Terminal.objects.bulk_create([Terminal(**row) for row in terminals])
    Meter.objects.bulk_create([Meter(**row) for row in meters], 2_000)


async def sweeps(field: "subprocess.Popen[str]", folder: Path) -> list[dict[str, float]]:
    """Starts a head-end in this process, waits for the field to log in, sweeps."""
    import numpy as np

    from yinghuo.desks.metering.head_end.house import House
    from yinghuo.desks.metering.head_end.keeping import Keeper
    from yinghuo.desks.metering.head_end.pace import Limits
    from yinghuo.desks.metering.head_end.running import HeadEnd, Ports
    from yinghuo.desks.metering.head_end.wanting import Programme
    from yinghuo.desks.metering.jobs.draining import keep_draining
    from yinghuo.desks.metering.lake.spool import Spool
    from yinghuo.desks.metering.lake.store import Lake

    spool, stop = Spool(folder / "spool"), threading.Event()
    drainer = threading.Thread(target=keep_draining, args=(spool, Lake(folder / "lake"), stop))
    drainer.start()
    house = House(
        keeper=Keeper(spool.append),
        clock=lambda: datetime.now(UTC),
        rng=np.random.default_rng(1),
        limits=Limits(requests_per_min=600_000, answer_s=120.0),
        programme=Programme(curve=(), freeze=(), instant=(), clock=False),
    )
    head_end = HeadEnd(house, Ports("127.0.0.1", either=0))
    work = asyncio.create_task(head_end.run())
    await head_end.ready.wait()
    assert field.stdin
    field.stdin.write(f"call {head_end.ports['either']}\n")
    field.stdin.flush()
    await logged_in(head_end)
    found = [await one_sweep(head_end, psutil.Process(field.pid)) for _ in range(SWEEPS)]
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    stop.set()
    drainer.join()
    return found


async def logged_in(head_end: Any) -> None:
    """Waits until every terminal has a session."""
    began, wanted = time.monotonic(), len(head_end.plan)
    while len(head_end.sessions) < wanted:
        assert time.monotonic() - began < WITHIN_S, f"{len(head_end.sessions)} of {wanted} terminals"
        print(f"\r{len(head_end.sessions):,} of {wanted:,} terminals", end="", file=sys.stderr)
        await asyncio.sleep(0.1)
    print(f"\r{wanted:,} terminals are there after {time.monotonic() - began:.1f} s", file=sys.stderr)


async def one_sweep(head_end: Any, simulator: psutil.Process) -> dict[str, float]:
    """Ten quantities of every meter: seconds, readings per second, processor seconds."""
    from yinghuo.desks.metering.head_end.wanting import numbers
    from yinghuo.desks.metering.models import What

    me, keeper = psutil.Process(), head_end.house.keeper
    before = keeper.kept, time.monotonic(), time.thread_time(), cpu_s(me), cpu_s(simulator)
    jobs = head_end.sweep(What.NOW, numbers(TEN))
    wanted = before[0] + jobs * len(TEN)
    while keeper.kept < wanted:
        assert time.monotonic() - before[1] < WITHIN_S, f"{keeper.kept - before[0]:,} of {wanted - before[0]:,}"
        print(f"\r{keeper.kept - before[0]:,} of {wanted - before[0]:,} readings", end="", file=sys.stderr)
        await asyncio.sleep(0.05)
    seconds, loop_s = time.monotonic() - before[1], time.thread_time() - before[2]
    latencies = sorted(one for page in head_end.house.book.pages.values() for one in page.latencies_ms)
    found = {
        "meters": jobs,
        "readings": keeper.kept - before[0],
        "seconds": seconds,
        "readings_per_s": (keeper.kept - before[0]) / seconds,
        "loop_cpu_s": loop_s,
        "rest_of_head_end_cpu_s": cpu_s(me) - before[3] - loop_s,
        "simulator_cpu_s": cpu_s(simulator) - before[4],
        "median_ms": latencies[len(latencies) // 2],
    }
    print(
        f"\rsweep {found['readings']:>8,} readings of {jobs:,} meters in {seconds:5.1f} s: "
        f"{found['readings_per_s']:>7,.0f} /s to disk; processor: head-end's loop {loop_s:.1f} s, spool and lake "
        f"{found['rest_of_head_end_cpu_s']:.1f} s, simulator {found['simulator_cpu_s']:.1f} s; "
        f"answer after {found['median_ms']:.0f} ms (median)"
    )
    return found


def cpu_s(process: psutil.Process) -> float:
    """Processor seconds of a process, all threads."""
    times = process.cpu_times()
    return float(times.user + times.system)


def a_day(folder: Path) -> dict[str, float]:
    """A day of the desk as it is stored: loaded, compacted, bytes a value."""
    from lake_world import POINTS, QUANTITIES, World, load

    from yinghuo.desks.metering.lake import compaction
    from yinghuo.desks.metering.lake.store import Lake

    world = World(2 * METERS * POINTS * len(QUANTITIES))
    world.days, lake = 1, Lake(folder / "day")
    loaded = load(lake, world)
    before = compaction.files(lake.table())
    began = time.monotonic()
    compaction.rewrite(lake, before)
    seconds = time.monotonic() - began
    after = compaction.files(lake.table())
    found = {
        "values": loaded["rows"],
        "load_per_s": loaded["rate"],
        "compaction_s": seconds,
        "bytes_a_value": sum(one.size_bytes for one in after) / loaded["rows"],
        "bytes_a_value_before": sum(one.size_bytes for one in before) / loaded["rows"],
    }
    print(
        f"day   {found['values']:>10,} values loaded at {found['load_per_s']:,.0f} /s; {len(before)} files compacted"
        f" to {len(after)} in {seconds:.1f} s; {found['bytes_a_value_before']:.2f} bytes a value became "
        f"{found['bytes_a_value']:.2f}"
    )
    return found


if __name__ == "__main__":
    main()
