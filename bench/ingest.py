"""Swabs per second through the HTTP door, beside a bare endpoint that only stores: `python bench/ingest.py`.

Ours: device token, every field checked, one ledger entry a batch, the judge working behind the acknowledgement.
Limit: body decoded by msgspec, one INSERT ... ON CONFLICT DO NOTHING, nothing else; same server, same database,
same durability. Load: wrk, 8 connections, batches of 200, each batch new.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
BATCH, CONNECTIONS, SECONDS, ROUNDS = 200, 8, int(os.environ.get("BENCH_SECONDS", "10")), 3

LUA = """
local counter, thread = 0, 0
function setup(t) t:set("seed", %(seed)d + thread); thread = thread + 1 end
function init(args) math.randomseed(seed) end
local function hex(n) return string.format("%%0" .. n .. "x", math.random(0, 16 ^ n - 1)) end
function request()
  counter = counter + 1
  local rows, stamp = {}, string.format("%%012x", 1652000000000 + counter)
  for i = 1, %(batch)d do
    local tube = string.format("JL%%04d%%06d", seed %% 10000, math.floor((counter * %(batch)d + i) / 10) %% 1000000)
    rows[i] = string.format(
      '{"id":"%%s-%%s-7%%s-8%%s-%%s","tube":"%%s","person":"%%s-%%s-8%%s-8%%s-%%s",' ..
      '"at":"2022-05-08T0%%d:%%02d:%%02d+08:00","site":%(site)d}',
      stamp:sub(1, 8), stamp:sub(9, 12), hex(3), hex(3), hex(6) .. hex(6), tube,
      hex(6) .. "00", hex(4), hex(3), hex(3), hex(6) .. hex(6), 6 + i %% 4, i %% 60, counter %% 60)
  end
  local head = {["Authorization"] = "Bearer %(token)s", ["Content-Type"] = "application/json"}
  local body = '{"sent_at":"%(sent_at)s","swabs":[' .. table.concat(rows, ",") .. ']}'
  return wrk.format("POST", "%(path)s", head, body)
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1 end end
function done(summary, latency)
  io.write(string.format("RESULT %%d %%d %%.3f %%.3f %%.3f %%d\\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, summary.errors.status))
end
"""


def main() -> None:
    """Runs ours and the limit in turn, prints medians and the ratio."""
    if not shutil.which("wrk"):
        sys.exit("wrk is needed: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["YINGHUO_LEDGER_ORIGIN"] = "bench.example/ledger"
        from ingest_world import World

        with World() as world:
            report(world)


def report(world: object) -> None:
    """Ours, the limit, ours without the ledger's entry; in turn, so that a drifting machine is fair to all."""
    paths = {"ours": "/api/v1/swabs", "limit": "/bench/bare"}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in paths}
    for turn in range(ROUNDS):
        for place, (name, path) in enumerate(paths.items()):
            found[name].append(load(world, path, seed=100 * turn + 10 * place + 1))
            world.settle()
    rate = {name: statistics.median(run["rate"] for run in runs) for name, runs in found.items()}
    for name, runs in found.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in ("p50", "p95", "p99")}
        print(
            f"{name:6} {rate[name]:>9,.0f} swabs/s   p50 {middle['p50']:.1f} ms  p95 {middle['p95']:.1f} ms"
            f"  p99 {middle['p99']:.1f} ms   failed {sum(run['failed'] for run in runs):.0f}"
        )
    print(f"ratio ours/limit {rate['ours'] / rate['limit']:.2f}")
    print(f"ledger's share of storing a batch in PostgreSQL {world.ledger_share():.1%}")
    print(f"judged all {world.judged():,} swabs; the judge was at most {world.longest_lag_s:.1f} s behind at the end")
    print(json.dumps({"swabs_per_s": rate, "ratio": rate["ours"] / rate["limit"]}))


def load(world: object, path: str, *, seed: int) -> dict[str, float]:
    """One run of wrk; rates count only batches answered 200."""
    script = LUA % {
        "seed": seed,
        "batch": BATCH,
        "site": world.site_id,
        "sent_at": world.sent_at(),
        "path": path,
        "token": world.token,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", file.name, f"http://127.0.0.1:{world.port}"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    numbers = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", text)
    if not numbers:
        sys.exit(text)
    requests, duration_us, p50, p95, p99, failed = map(float, numbers.groups())
    rate = (requests - failed) * BATCH / (duration_us / 1e6)
    return {"rate": rate, "p50": p50, "p95": p95, "p99": p99, "failed": failed}


if __name__ == "__main__":
    main()
