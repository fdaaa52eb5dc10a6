"""A compressed city day on one machine: `python bench/city_day.py`.

2,100 swabs/s is the evening peak of a city of 20 million; one small machine should carry two such cities. Phones offer
a steady 5,000 swabs/s for ten minutes, then three times that for one minute, while results arrive and people look
theirs up. Every phone keeps what it has until it is acknowledged, sends when the server told it to, and never more than
200 swabs at once, as the phones of `yinghuo/field` do.
Aims: nothing lost, p99 of an acknowledged batch under 1 s in the steady part, the surge's backlog cleared within two
minutes, memory flat. There are 26,000 phones, as Harbin had in March 2022. BENCH_SECONDS shortens the
steady part, BENCH_PHONES changes the number of phones.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
STEADY_PER_S, SURGE, LOOKS_PER_S = 5_000, 3, 100
WARM_S, STEADY_S, SURGE_S, CLEAR_S = 150.0, float(os.environ.get("BENCH_SECONDS", "600")), 60.0, 130.0
PHONES = int(os.environ.get("BENCH_PHONES", "26000"))
CONNECTIONS, ASKERS = 96, 16
LATENCY_S, CLEAR_WITHIN_S = 1.0, 120.0


def main() -> None:
    """Sets the city up, plays its day, prints what was measured beside the aims."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["YINGHUO_LEDGER_ORIGIN"] = "bench.example/ledger"
        from city_world import City

        with City(phones=PHONES) as city:
            Day(city).play()


class Day:
    """Warm-up, steady part, surge, and what follows, by one monotonic clock."""

    def __init__(self, city: object) -> None:
        from city_devices import Lines, Measured, Phones

        self.city = city
        self.measured = Measured()
        url = f"http://127.0.0.1:{city.port}"
        self.lines = Lines(url, CONNECTIONS, self.measured)
        self.askers = Lines(f"http://127.0.0.1:{city.port_look_ups}", ASKERS, self.measured)
        self.asked = 0
        self.begins = time.monotonic()
        self.phones = Phones(city.tokens, begins=self.begins, seed=1, host=f"127.0.0.1:{city.port}")
        self.marks = [self.begins + WARM_S]
        for span in (STEADY_S, SURGE_S, CLEAR_S):
            self.marks.append(self.marks[-1] + span)
        self.memory: list[tuple[float, float]] = []
        self.lag: list[tuple[float, int]] = []

    def swabs_between(self, first: float, last: float) -> float:
        """Swabs of one phone in a span: growing in the warm-up, steady, thrice in the surge, steady."""
        return (self._taken(last) - self._taken(first)) / len(self.city.tokens)

    def _taken(self, at: float) -> float:
        warm, steady, surge, _end = self.marks
        t = min(at, warm) - self.begins
        swabs = STEADY_PER_S * t * t / (2 * WARM_S)
        swabs += STEADY_PER_S * max(min(at, steady) - warm, 0)
        swabs += STEADY_PER_S * SURGE * max(min(at, surge) - steady, 0)
        return swabs + STEADY_PER_S * max(at - surge, 0)

    def play(self) -> None:
        """The whole day; a thread samples memory and the judge's lag meanwhile."""
        stop = Event()
        sampler = Thread(target=self._sample, args=(stop,))
        sampler.start()
        cpu, own = self.city.cpu_s(), time.process_time()
        shown = self.begins
        while (now := time.monotonic()) < self.marks[-1]:
            self._turn(now)
            if now - shown > 15:
                shown = now
                self._show(now)
        spent = {name: seconds - cpu[name] for name, seconds in self.city.cpu_s().items()}
        spent["load generator"] = time.process_time() - own
        stop.set()
        sampler.join()
        while self.lines.under_way or self.lines.waiting:
            self.lines.turn(0.2)
            self.askers.turn(0)
        self.city.settle()
        self._report(spent, time.monotonic() - self.begins)

    def _turn(self, now: float) -> None:
        for request in self.phones.due(now, self.swabs_between):
            self.lines.put(request)
        for request in self.phones.results(self.city.laboratory, now, after_s=30):
            self.lines.put(request)
        due = int((now - self.begins) * LOOKS_PER_S) - self.asked
        for request in self.phones.looks(now, due, self.city.address_of):
            self.askers.put(request)
        self.asked += due
        self.askers.turn(0)
        self.lines.turn(0.005)
        kept = self.phones.kept
        if not self.measured.backlog or now - self.measured.backlog[-1][0] > 1:
            self.measured.backlog.append((now, round(self._taken(now)) - kept))

    def _show(self, now: float) -> None:
        lag = self.lag[-1][1] if self.lag else 0
        print(
            f"{now - self.begins:5.0f} s  taken {self._taken(now):>9,.0f}  kept {self.phones.kept:>9,}"
            f"  wait {self.phones.wait_s:.0f} s  queue {len(self.lines.waiting)}  unjudged {lag:,}",
            flush=True,
        )

    def _sample(self, stop: Event) -> None:
        while not stop.wait(5):
            now = time.monotonic()
            self.memory.append((now, self.city.memory_mb()))
            self.lag.append((now, self.city.lag()))

    def _report(self, spent: dict[str, float], whole_s: float) -> None:
        warm, steady, surge, _end = self.marks
        took = sorted(s for due, s in self.measured.latencies["swabs"] if warm <= due < steady)
        rushed = sorted(s for due, s in self.measured.latencies["swabs"] if steady <= due < surge)
        print(f"\n{PHONES:,} phones; swabs sent {self.phones.taken:,}, acknowledged {self.phones.kept:,}")
        stored, judged = self.city._kept(), self.city.judged()
        print(f"in the database {stored:,}, judged {judged:,}, failed answers {self.measured.failed}")
        print(f"lost {self.phones.kept - stored:,} (aim 0); tubes {self.phones.sealed:,}")
        _latency("steady", took)
        _latency("surge", rushed)
        _latency(
            "look-ups", sorted(s for due, s in self.measured.latencies.get("look-ups", []) if warm <= due < steady)
        )
        self._backlog(steady, surge)
        self._memory(warm, steady)
        cores = os.cpu_count() or 1
        shares = ", ".join(f"{name} {seconds / whole_s / cores:.0%}" for name, seconds in spent.items())
        print(f"share of the machine ({cores} cores): {shares}")

    def _backlog(self, steady: float, surge: float) -> None:
        """On phones there is always something unsent: what gathers between two sendings; more than that is backlog."""
        usual = max(held for at, held in self.measured.backlog if steady - 60 <= at < steady)
        most = max(held for at, held in self.measured.backlog if steady <= at)
        cleared = next((at - surge for at, held in self.measured.backlog if at > surge and held <= usual), None)
        said = f"cleared {max(cleared, 0):.0f} s after the surge" if cleared is not None else "not cleared"
        print(
            f"unsent on phones: usually {usual:,}, at most {most:,} in the surge, {said} (aim {CLEAR_WITHIN_S:.0f} s)"
        )
        print(f"entries not judged: at most {max(lag for _, lag in self.lag):,}, at the end {self.lag[-1][1]:,}")

    def _memory(self, warm: float, steady: float) -> None:
        during = [mb for at, mb in self.memory if warm <= at < steady]
        third = max(len(during) // 3, 1)
        first, last = statistics.median(during[:third]), statistics.median(during[-third:])
        print(f"memory of server, worker and look-ups: {first:.0f} MB early, {last:.0f} MB late in the steady part")


def _latency(name: str, took: list[float]) -> None:
    if not took:
        return
    p50, p95, p99 = (1_000 * took[min(int(len(took) * share), len(took) - 1)] for share in (0.5, 0.95, 0.99))
    print(
        f"{name}: {len(took):,} answers, from due to answered p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms"
        + (f" (aim: p99 under {LATENCY_S * 1_000:.0f} ms)" if name == "steady" else "")
    )


if __name__ == "__main__":
    main()
