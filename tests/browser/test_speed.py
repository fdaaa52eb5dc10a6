"""Pages answer quickly: the fastest of five answers, so that a busy neighbour does not count as the server."""

import time
import urllib.request

import pytest

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.test_roles import deep_pages
from tests.browser.visitor import Visitors

pytestmark = STORY

LIMIT_MS = 300
TIMES = 5
DESKS = ["/", "/orders", "/issues", "/sampling", "/figures", "/ledger"]


def test_each_page_answers_within_its_limit(
    visitors: Visitors, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    cookies = visitors.of("admin").context.cookies()
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in cookies)  # type: ignore[typeddict-item]
    took = {path: _fastest_ms(installation, path, cookie) for path in [*DESKS, *deep_pages(installation)]}
    with capsys.disabled():
        print("".join(f"\n{ms:6.0f} ms  {path}" for path, ms in sorted(took.items(), key=lambda one: -one[1])))
    assert not {path: ms for path, ms in took.items() if ms > LIMIT_MS}


def _fastest_ms(installation: Installation, path: str, cookie: str) -> float:
    return min(_ms(f"{installation.address}{path}", cookie) for _ in range(TIMES))


def _ms(address: str, cookie: str) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookie}), timeout=30) as answer:
        assert answer.status == 200
        assert answer.url == address, "the visitor must be signed in"
        answer.read()
    return 1000 * (time.perf_counter() - began)
