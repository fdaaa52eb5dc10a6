"""Answers remembered in the process: for seconds while all is well, for hours while nothing behind them answers."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

Request = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Request, Start], Iterable[bytes]]
REST_S = 1.0  # after a failure, so long nobody is made to wait for another one


class Kept(NamedTuple):
    """An answer as it was given, and when (monotonic seconds)."""

    headers: list[tuple[str, str]]
    body: bytes
    tag: str
    at_s: float


class Remembered:
    """A WSGI application in front of another one, for what begins with `paths`; GET alone, whatever the query string.

    An answer younger than `fresh_s` is given again. When the application answers 5xx, one younger than `stale_s` is
    given instead, with its age in the header Age. At most `most_bytes` of bodies are kept, the oldest go first.
    """

    def __init__(
        self, behind: Application, *, paths: tuple[str, ...], fresh_s: float, stale_s: float, most_bytes: int
    ) -> None:
        self.behind, self.paths = behind, paths
        self.fresh_s, self.stale_s, self.most_bytes = fresh_s, stale_s, most_bytes
        self._kept: dict[tuple[str, str], Kept] = {}
        self._bytes = 0
        self._resting_until_s = 0.0
        self._lock = threading.Lock()

    def __call__(self, request: Request, start: Start) -> Iterable[bytes]:
        """Answers from memory where it may, else asks behind."""
        path = request["PATH_INFO"]
        if request["REQUEST_METHOD"] != "GET" or not path.startswith(self.paths):
            return self.behind(request, start)
        key = (request.get("HTTP_HOST", ""), path)
        kept, now_s = self._kept.get(key), time.monotonic()
        if kept and now_s - kept.at_s < (self.stale_s if now_s < self._resting_until_s else self.fresh_s):
            return _give(kept, request, start, now_s)
        return self._ask(key, request, start)

    def _ask(self, key: tuple[str, str], request: Request, start: Start) -> Iterable[bytes]:
        said: list[Any] = []
        asked = {name: value for name, value in request.items() if name != "HTTP_IF_NONE_MATCH"}
        body = b"".join(self.behind(asked, lambda status, headers, *_: said.extend((status, headers))))
        status, headers = said
        now_s = time.monotonic()
        if status.startswith("200"):
            tag = next((value for name, value in headers if name == "ETag"), "")
            return _give(self._keep(key, Kept(headers, body, tag, now_s)), request, start, now_s)
        if status.startswith("5"):
            self._resting_until_s = now_s + REST_S
            kept = self._kept.get(key)
            if kept and now_s - kept.at_s < self.stale_s:
                return _give(kept, request, start, now_s)
        start(status, headers)
        return [body]

    def _keep(self, key: tuple[str, str], answer: Kept) -> Kept:
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = answer
            self._bytes += len(answer.body) - (len(before.body) if before else 0)
            while self._bytes > self.most_bytes:
                oldest = self._kept.pop(next(iter(self._kept)))
                self._bytes -= len(oldest.body)
        return answer


def _give(kept: Kept, request: Request, start: Start, now_s: float) -> Iterable[bytes]:
    headers = [*kept.headers, ("Age", str(int(now_s - kept.at_s)))]
    if kept.tag and request.get("HTTP_IF_NONE_MATCH") == kept.tag:
        start("304 Not Modified", [pair for pair in headers if pair[0] not in ("Content-Length", "Content-Type")])
        return []
    start("200 OK", headers)
    return [kept.body]
