"""What the services of 698.45 carry, by name; `grammar` says how each is written.

Names follow what a thing is for; the standard's own stand in docs/meters.md.
"""

from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698.data import Data

ERROR, ROWS = 0, 1  # the alternatives of an outcome: an error code (DAR), or what was asked for


class Result(NamedTuple):
    """What one attribute says: outcome is (0, DAR) or (1, Data)."""

    oad: str
    outcome: tuple[int, Any]


class Record(NamedTuple):
    """Rows of a record object: outcome is (0, DAR) or (1, rows of Data)."""

    oad: str
    columns: list[tuple[int, Any]]
    outcome: tuple[int, Any]


class Query(NamedTuple):
    """Which rows and columns of a record object are wanted."""

    oad: str
    selector: tuple[int, Any]
    columns: list[tuple[int, Any]]


class Link(NamedTuple):
    """Login (0), heartbeat (1) or logout (2) of a terminal, with its heartbeat period."""

    kind: int
    heartbeat_s: int
    at: bytes


class LinkReply(NamedTuple):
    """The head-end's answer; result: high bit = my clock can be trusted, low three bits 0 = welcome."""

    result: int
    asked_at: bytes
    received_at: bytes
    replied_at: bytes


class Connect(NamedTuple):
    """What the client wants of the association."""

    version: int
    protocol: bytes
    function: bytes
    send_bytes: int
    receive_bytes: int
    window: int
    apdu_bytes: int
    timeout_s: int
    mechanism: tuple[int, Any]


class ConnectReply(NamedTuple):
    """What the server grants; result 0 = granted."""

    factory: bytes
    version: int
    protocol: bytes
    function: bytes
    send_bytes: int
    receive_bytes: int
    window: int
    apdu_bytes: int
    timeout_s: int
    result: int
    proof: Any


class Block(NamedTuple):
    """One block of a long answer: content is (0, DAR), (1, results) or (2, records)."""

    last: int
    number: int
    content: tuple[int, Any]


class Write(NamedTuple):
    """An attribute (or method) and the value (or parameter) for it."""

    oad: str
    data: Data


class WriteRead(NamedTuple):
    """Write, wait, then read another attribute."""

    oad: str
    data: Data
    read: str
    wait_s: int


class Done(NamedTuple):
    """How one write went."""

    oad: str
    dar: int


class Acted(NamedTuple):
    """How one method went, and what it gave back."""

    oad: str
    dar: int
    data: Data | None


class Through(NamedTuple):
    """A request passed on to one meter; its address as the bytes of a TSA."""

    meter: bytes
    timeout_s: int
    wanted: list[Any]


class Proxy(NamedTuple):
    """Requests for meters behind a terminal."""

    timeout_s: int
    meters: Any


class ProxyRecord(NamedTuple):
    """A query passed on to one meter."""

    timeout_s: int
    meter: bytes
    query: Query


class Forward(NamedTuple):
    """A foreign frame to be sent out of a port."""

    port: str
    line: bytes
    reply_wait_s: int
    byte_wait_ms: int
    command: bytes


class Sealed(NamedTuple):
    """The SECURITY wrapper: unit is (0, plain APDU), (1, enciphered APDU) or, answering, (2, DAR)."""

    unit: tuple[int, Any]
    proof: Any
