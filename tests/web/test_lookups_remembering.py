"""What `yinghuo look-ups` remembers: for seconds, for hours without what is behind it, and never too much."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from yinghuo.web.lookups.remembering import Remembered


class Behind:
    """A WSGI application that counts, and that can be told to fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = "200 OK"

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        start(self.status, [("ETag", '"a"'), ("Content-Length", "10")])
        return [f"{self.asked:010d}".encode()]


@pytest.fixture
def behind() -> Behind:
    return Behind()


def ask(
    front: Remembered, path: str = "/r/x", *, method: str = "GET", query: str = "", tag: str = ""
) -> tuple[str, dict[str, str], bytes]:
    said: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "h"}
    environ |= {"HTTP_IF_NONE_MATCH": tag} if tag else {}
    body = b"".join(front(environ, lambda status, headers, *_: said.extend((status, dict(headers)))))
    return said[0], said[1], body


def front(behind: Behind, *, fresh_s: float = 60, stale_s: float = 600, most_bytes: int = 1000) -> Remembered:
    return Remembered(behind, paths=("/r/",), fresh_s=fresh_s, stale_s=stale_s, most_bytes=most_bytes)


def test_an_answer_is_asked_for_once_while_it_is_fresh_whatever_the_query_string(behind: Behind) -> None:
    remembered = front(behind)
    answers = {ask(remembered, query=query)[2] for query in ("", "a=1", "a=2")}
    assert (len(answers), behind.asked) == (1, 1)


def test_what_is_not_a_look_up_is_never_remembered(behind: Behind) -> None:
    remembered = front(behind)
    for _ in range(2):
        ask(remembered, "/result")
        ask(remembered, method="POST")
    assert behind.asked == 4


def test_the_same_answer_again_is_not_sent_again(behind: Behind) -> None:
    remembered = front(behind)
    ask(remembered)
    status, headers, body = ask(remembered, tag='"a"')
    assert (status[:3], body) == ("304", b"")
    assert "Content-Length" not in headers


def test_a_failure_behind_is_answered_from_memory_with_its_age_and_not_asked_again_at_once(behind: Behind) -> None:
    remembered = front(behind, fresh_s=0)
    first = ask(remembered)[2]
    behind.status = "503 Service Unavailable"
    answers = [ask(remembered) for _ in range(5)]
    assert {(status[:3], body) for status, _, body in answers} == {("200", first)}
    assert all("Age" in headers for _, headers, _ in answers)
    assert behind.asked == 2
    assert ask(remembered, "/r/never asked")[0].startswith("503")


def test_what_is_too_old_is_no_answer(behind: Behind) -> None:
    remembered = front(behind, fresh_s=0, stale_s=0)
    ask(remembered)
    behind.status = "503 Service Unavailable"
    assert ask(remembered)[0].startswith("503")


def test_memory_is_bounded_and_the_oldest_goes_first(behind: Behind) -> None:
    remembered = front(behind, most_bytes=100)
    for n in range(50):
        ask(remembered, f"/r/{n}")
    assert sum(len(kept.body) for kept in remembered._kept.values()) == 100
    ask(remembered, "/r/49")
    assert behind.asked == 50
    ask(remembered, "/r/0")
    assert behind.asked == 51
