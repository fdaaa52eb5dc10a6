"""Result look-ups per second, bare and through nginx, and what they do to writing: `python bench/lookups.py`.

Ours: `yinghuo look-ups` on 1,000,000 people's swabs in 100,000 tubes with results; once people who ask again and again
(1,000 addresses, remembered for seconds), once everybody a different person (each answer read from the database).
Limit: a static answer of the same size by the same server, and by nginx alone. Load: wrk, one thread.
Writing: 5,000 swabs/s beside it, the 99th percentile of acknowledged batches with and without look-ups.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
CONNECTIONS, CORES = 64, os.cpu_count() or 1
WARM_S = 5  # until the connections are open and what is asked again and again was asked once
AIM_PER_S, WRITES_PER_S = 20_000, 5_000

LUA = """
local paths, turn = {}, 0
for line in io.lines("%(file)s") do paths[#paths + 1] = line end
function request()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT %%d %%d %%.3f %%.3f %%d\\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
"""
RESULT = re.compile(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)")


def main() -> None:
    """Sets the world up, runs everything in turn, prints one line for each claim."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["YINGHUO_LEDGER_ORIGIN"] = "bench.example/ledger"
        from lookups_world import LookUps

        with LookUps(Path(folder)) as world:
            found = rates(world)
            found["writing"] = writing(world)
    print(json.dumps(found))


def rates(world: Any) -> dict[str, Any]:
    """Look-ups per second: ours, the limits, the ratios."""
    runs = {
        "limit  static answer, same server": (world.port_look_ups, "static"),
        "ours   asked again and again": (world.port_look_ups, "hot"),
        "ours   everybody different": (world.port_look_ups, "cold"),
    }
    if world.port_nginx:
        runs |= {
            "limit  static answer, nginx alone": (world.port_nginx, "plain"),
            "ours   through nginx, again and again": (world.port_nginx, "hot"),
            "ours   through nginx, different": (world.port_nginx, "cold"),
        }
    found = {}
    for name, (port, paths) in runs.items():
        run = found[name] = load(world, port, paths)
        print(
            f"{name:39} {run['per_s']:>9,.0f} /s   p50 {run['p50']:.2f} ms  p99 {run['p99']:.2f} ms"
            f"   failed {run['failed']:.0f}   generator {run['generator_share']:.0%} of the CPU"
        )
    _ratio(found, "limit  static answer, same server", "ours   asked again and again")
    _ratio(found, "limit  static answer, nginx alone", "ours   through nginx, again and again")
    print(f"aim {AIM_PER_S:,} /s through nginx; an answer has {world.answer_bytes:,} bytes")
    return found


def writing(world: Any) -> dict[str, Any]:
    """5,000 swabs/s: alone, then beside look-ups as fast as they come."""
    found = {"alone": world.write(WRITES_PER_S, seconds=SECONDS, seed=1)}
    world.settle()
    port = world.port_nginx or world.port_look_ups
    beside = subprocess.Popen(command(world, port, "hot", seconds=SECONDS + 4), stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    found["beside look-ups"] = world.write(WRITES_PER_S, seconds=SECONDS, seed=2)
    looked_up = _numbers(beside.communicate()[0])
    world.settle()
    for name, run in found.items():
        print(
            f"writes {name:16} {run['rate']:>7,.0f} swabs/s   p50 {run['p50']:.1f} ms  p99 {run['p99']:.1f} ms"
            f"   failed {run['failed']:.0f}"
        )
    print(f"       meanwhile        {looked_up['per_s']:>7,.0f} look-ups/s")
    return found | {"look_ups_per_s": looked_up["per_s"]}


def load(world: Any, port: int, paths: str) -> dict[str, float]:
    """One run of wrk, with the share of the machine's CPU that it took for itself."""
    subprocess.run(command(world, port, paths, seconds=WARM_S), check=True, capture_output=True)
    before, began = _children_s(), time.monotonic()
    text = subprocess.run(command(world, port, paths, seconds=SECONDS), check=True, capture_output=True, text=True)
    share = (_children_s() - before) / ((time.monotonic() - began) * CORES)
    return _numbers(text.stdout) | {"generator_share": share}


def command(world: Any, port: int, paths: str, *, seconds: int) -> list[str]:
    """The command line of wrk over a file of paths."""
    script = world.folder / f"{paths}.lua"
    script.write_text(LUA % {"file": world.folder / f"{paths}.txt"})
    return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]


def _numbers(text: str) -> dict[str, float]:
    numbers = RESULT.search(text)
    if not numbers:
        sys.exit(text)
    requests, duration_us, p50, p99, failed = map(float, numbers.groups())
    return {"per_s": (requests - failed) / (duration_us / 1e6), "p50": p50, "p99": p99, "failed": failed}


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ratio(found: dict[str, Any], limit: str, ours: str) -> None:
    if limit in found:
        print(f"ratio  {ours.removeprefix('ours').strip()} / limit {found[ours]['per_s'] / found[limit]['per_s']:.2f}")


if __name__ == "__main__":
    main()
