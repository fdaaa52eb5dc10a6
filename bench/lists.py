"""Every page that every role can reach, at ten million swabs and a million people: `python bench/lists.py`.

Pages are found by following links from each role's first page; of each kind of page (address pattern) two are timed,
with the second page of its list. Aim: p95 under 200 ms for each list. Pages that count a figure over all its records
(brief, figure, evidence) are no lists and are left out. BENCH_SWABS sets another size.
"""

import http.client
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
AIM_MS, TIMES, OF_A_KIND, PATIENCE_S = 200.0, 10, 2, 10
SKIPPED = re.compile(r"[?&]as=|^/(logout|static|api|language)|^/field")
LINK = re.compile(r'href="([^"#]+)')
NO_LISTS = {"brief", "figure", "records", "publish"}


def main() -> None:
    """Builds the city's day, walks it as each role, prints what is slow."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-lists-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["YINGHUO_LEDGER_ORIGIN"] = "bench.example/ledger"
        from lists_world import PEOPLE, SWABS, World

        began = time.monotonic()
        with World() as world:
            print(f"{SWABS:,} swabs, {PEOPLE:,} people, written in {time.monotonic() - began:.0f} s")
            for name, rows, size in world.sizes():
                print(f"  {name:22} {rows:>12,} rows {size / 1e6:>8,.0f} MB")
            report({role: Walk(world.port, world.cookie(role)).times() for role in _roles()})


def _roles() -> list[str]:
    from yinghuo.core.people.models import Role

    return [role.value for role in Role]


class Walk:
    """One user's walk over all pages that links lead to."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.cookie = cookie
        self.seen: dict[str, set[str]] = defaultdict(set)

    def times(self) -> dict[tuple[str, str], list[float]]:
        """Milliseconds of each page, by kind and address."""
        waiting, took = ["/"], {}
        while waiting:
            address = waiting.pop(0)
            kind = _kind(address)
            if kind is None or address in self.seen[kind] or len(self.seen[kind]) >= 2 * OF_A_KIND:
                continue
            self.seen[kind].add(address)
            if kind.split()[0] in NO_LISTS:
                continue
            status, text = self._get(address)
            if status == http.client.GATEWAY_TIMEOUT:
                took[kind, address] = [1_000.0 * PATIENCE_S]
            if status != http.client.OK:
                continue
            took[kind, address] = [self._timed(address) for _ in range(TIMES)]
            waiting += _links(address, text)
        return took

    def _timed(self, address: str) -> float:
        began = time.perf_counter()
        self._get(address)
        return 1_000 * (time.perf_counter() - began)

    def _get(self, address: str) -> tuple[int, str]:
        try:
            return self._asked(address)
        except TimeoutError:
            print(f"  no answer within {PATIENCE_S} s: {address}", flush=True)
            self.connection.close()
            return http.client.GATEWAY_TIMEOUT, ""

    def _asked(self, address: str) -> tuple[int, str]:
        self.connection.request("GET", address, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


def _kind(address: str) -> str | None:
    """The name of the page that answers here, with what its list is asked for; None for what is no page."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(address)
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return None
    return f"{name} (next page)" if "after=" in parts.query else f"{name} (chosen)" if parts.query else name


def _links(address: str, text: str) -> Iterator[str]:
    for found in LINK.findall(text):
        to = urljoin(address, unescape(found))
        if to.startswith("/") and not SKIPPED.search(to):
            yield to


def report(walks: dict[str, dict[tuple[str, str], list[float]]]) -> None:
    """Each role's pages, its slowest, and whatever is over the aim."""
    slow: dict[str, float] = {}
    for role, took in walks.items():
        p95 = {place: sorted(times)[int(0.95 * (len(times) - 1))] for place, times in took.items()}
        worst = max(p95, key=p95.__getitem__)
        over = sorted(((ms, kind) for (kind, _), ms in p95.items() if ms > AIM_MS), reverse=True)
        middle = sorted(p95.values())[len(p95) // 2]
        print(
            f"{role:13} {len(p95):3} pages of {len({kind for kind, _ in p95}):2} kinds   median p95 {middle:.0f} ms"
            f"   slowest {worst[0]} {p95[worst]:.0f} ms   over {AIM_MS:.0f} ms: {len(over)}"
        )
        slow |= {kind: max(ms, slow.get(kind, 0)) for ms, kind in over}
    for kind, ms in sorted(slow.items(), key=lambda one: -one[1]):
        print(f"  {kind}: {ms:,.0f} ms")


if __name__ == "__main__":
    main()
