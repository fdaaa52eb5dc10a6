"""The limit that bench/lookups.py compares with: `/bench/static` gives a fixed answer; beside it the real look-ups."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from yinghuo.web.lookups.wsgi import application as real

BODY = b"x" * int(os.environ.get("BENCH_BODY_BYTES", "4000"))
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def application(request: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`/bench/static` answers from memory; every other path is the real application."""
    if request["PATH_INFO"] != "/bench/static":
        return real(request, start_response)
    start_response("200 OK", HEADERS)
    return [BODY]
