"""Bounds on what a peer may do: bytes a second, silence, connections of one address."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the head-end puts up with; the defaults suit terminals on mobile networks.

    login_within_s:    from connecting to a valid login; a slow one is closed
    login_bytes:       most bytes before a valid login
    line_bytes_per_s:  read at most so fast, after a burst of as much; the rest waits in the peer's own buffers
    idle_bytes:        most bytes without one valid frame
    unread_bytes:      most bytes that a peer may leave unread before it is closed
    frames_per_min:    most frames that nobody asked for
    silent_s:          closed after so long without a byte (terminals send heartbeats every few minutes)
    at_the_door:       connections that have not logged in yet, of one address and in all
    strangers_per_s:   logins of terminals that are not in the register, from everywhere
    held:              sessions of unknown terminals, of one address and in all
    answer_s:          how long an answer may take; tries: of one job before it rests
    retry_s:           about so long until the second try, twice as long until the third, …
    requests_per_min:  to one terminal
    """

    login_within_s: float = 20.0
    login_bytes: int = 4_096
    line_bytes_per_s: int = 65_536
    idle_bytes: int = 65_536
    unread_bytes: int = 262_144
    frames_per_min: int = 600
    silent_s: float = 1_800.0
    at_the_door: tuple[int, int] = (512, 4_096)
    strangers_per_s: float = 20.0
    held: tuple[int, int] = (64, 1_000)
    answer_s: float = 10.0
    tries: int = 3
    retry_s: float = 2.0
    requests_per_min: float = 1_200.0


class Bucket:
    """A token bucket: `rate` units a second, bursts of `depth`; time is an argument (monotonic seconds).

    >>> bucket = Bucket(rate=10, depth=20, now=0.0)
    >>> bucket.spend(20, now=0.0), bucket.spend(5, now=0.0), bucket.spend(5, now=1.0)
    (0.0, 0.5, 0.0)
    """

    def __init__(self, *, rate: float, depth: float, now: float) -> None:
        self.rate, self.depth = rate, depth
        self._left, self._at = depth, now

    def spend(self, units: float, *, now: float) -> float:
        """Takes `units` away; returns how many seconds to wait until they would have been there."""
        self._left = min(self.depth, self._left + (now - self._at) * self.rate) - units
        self._at = now
        return max(0.0, -self._left / self.rate)

    def take(self, *, now: float) -> bool:
        """Takes one unit if it is there; what is refused costs nothing."""
        if self.spend(0, now=now) or self._left < 1:
            return False
        self._left -= 1
        return True


class Places:
    """Places for connections: so many of one address, so many in all.

    >>> places = Places((1, 2))
    >>> places.enter("10.0.0.1"), places.enter("10.0.0.1"), places.enter("10.0.0.2"), places.enter("10.0.0.3")
    (True, False, True, False)
    """

    def __init__(self, most: tuple[int, int]) -> None:
        self.of_one, self.in_all = most
        self.taken: Counter[str] = Counter()

    def enter(self, host: str) -> bool:
        """Takes a place, if there is one."""
        if self.taken[host] >= self.of_one or self.taken.total() >= self.in_all:
            return False
        self.taken[host] += 1
        return True

    def leave(self, host: str) -> None:
        """Gives a place back."""
        self.taken[host] -= 1
        if self.taken[host] <= 0:
            del self.taken[host]
