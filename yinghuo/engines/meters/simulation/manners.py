"""How replies go wrong on the line: late, never, twice, cut short, garbled, under another address."""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

SLOW_S = 3.0


class Sent(NamedTuple):
    """Bytes that go out, so many seconds after the request was heard."""

    after_s: float
    data: bytes


@dataclass(frozen=True)
class Manners:
    """Shares (0..1) of the replies that go wrong in each way; `slow_s` is how late a late one is."""

    bad_checksum: float = 0
    truncation: float = 0
    silence: float = 0
    slow: float = 0
    duplicates: float = 0
    wrong_address: float = 0
    slow_s: float = SLOW_S

    @property
    def are_good(self) -> bool:
        """Whether nothing goes wrong."""
        return self == GOOD or not any(getattr(self, name) for name in KINDS)

    @property
    def useless(self) -> float:
        """The share of replies from which nothing can be read."""
        kept = 1.0
        for share in (self.bad_checksum, self.truncation, self.silence, self.wrong_address):
            kept *= 1 - share
        return 1 - kept

    def with_share(self, kind: str, share: float) -> "Manners":
        """The same with another share of one kind ("bad-checksum", "silence", …)."""
        return replace(self, **{kind.replace("-", "_"): share})

    def send(self, reply: bytes, *, rng: np.random.Generator, other: bytes = b"") -> list[Sent]:
        """What leaves the device in place of a reply; `other` is the same reply under another address."""
        if self.are_good:
            return [Sent(0, reply)]
        happens = {kind: rng.random() < getattr(self, kind) for kind in KINDS}
        if happens["silence"]:
            return []
        if happens["wrong_address"] and other:
            reply = other
        if happens["bad_checksum"]:
            reply = garbled(reply, rng=rng)
        if happens["truncation"]:
            reply = reply[: int(rng.integers(1, len(reply)))]
        late = self.slow_s if happens["slow"] else 0
        return [Sent(late, reply)] * (2 if happens["duplicates"] else 1)


KINDS = tuple(one.name for one in fields(Manners) if one.name != "slow_s")
GOOD = Manners()


def garbled(reply: bytes, *, rng: np.random.Generator) -> bytes:
    """The same bytes with one bit of the second half turned over, but for the last byte: a check sum fails."""
    place = int(rng.integers(len(reply) // 2, len(reply) - 1))
    return reply[:place] + bytes([reply[place] ^ 1 << int(rng.integers(8))]) + reply[place + 1 :]
