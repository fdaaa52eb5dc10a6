"""A simulated terminal's side of a 698.45 connection: login, heartbeat, answers; bytes in, bytes out."""

from yinghuo.demo.meters.concentrators import concentrator_of
from yinghuo.demo.meters.fleet import SimulatedTerminal
from yinghuo.demo.meters.office import Office
from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import Frame
from yinghuo.engines.meters.simulation.manners import Sent
from yinghuo.engines.meters.simulation.moments import wall
from yinghuo.engines.meters.simulation.terminal698 import LINK_REPLY, REPORT, proxied, report, terminal_answer

NUMBERS = 64
WELCOME = 0x07
MOST_BYTES = 1024  # of a frame; longer answers go in fragments


class Speaker698:
    """One call of a terminal; long answers go out as fragments, one for each acknowledgement."""

    def __init__(self, office: Office, terminal: SimulatedTerminal) -> None:
        self._office = office
        self._decoder = dlt698.Decoder()
        self._terminal = terminal
        self._address = terminal.address
        self._number = 0
        self._waiting: list[bytes] = []
        self.is_known = False
        self.acknowledged = 0
        self.concentrator = concentrator_of(office, terminal)

    def login(self) -> bytes:
        """LINK login with the terminal's clock."""
        clock = wall(self.concentrator.now_s(self._office.time.now_s()))
        return dlt698.encode(dlt698.login(self._address, at=clock, heartbeat_s=self._period(), piid=self._next()))

    def heartbeat(self, at_s: float) -> bytes:
        """LINK heartbeat."""
        clock = wall(self.concentrator.now_s(at_s))
        return dlt698.encode(dlt698.heartbeat(self._address, at=clock, heartbeat_s=self._period(), piid=self._next()))

    def report(self, at_s: float) -> bytes:
        """REPORT of the last quarter-hour freeze of all meters; nothing if it reaches none."""
        frame = report(self.concentrator, at_s, piid=self._next())
        return dlt698.encode(frame) if frame is not None else b""

    def hear(self, data: bytes, at_s: float) -> list[Sent]:
        """Answers; a welcome is noted."""
        frames = self._decoder.feed(data)
        sent = [Sent(0, one) for one in self._decoder.acknowledgements]
        self._decoder.acknowledgements.clear()
        for request in frames:
            self._office.requests += 1
            sent += self._answer(request, at_s)
        return sent

    def _answer(self, request: Frame, at_s: float) -> list[Sent]:
        if request.fragment is not None:
            return [Sent(0, self._waiting.pop(0))] if self._waiting else []
        if request.apdu is not None and request.apdu.service == LINK_REPLY:
            self.is_known = request.apdu.body.result & WELCOME == 0
            return []
        if request.apdu is not None and request.apdu.service == REPORT:
            self.acknowledged += 1
            return []
        try:
            reply = terminal_answer(self.concentrator, request, at_s)
            pieces = [] if reply is None else dlt698.split(reply, longest=MOST_BYTES)
        except ValueError:  # a value that its type has no room for
            pieces = dlt698.split(dlt698.error_reply(request))
        if not pieces:
            return []
        first, *self._waiting = pieces
        return [Sent(self._late_s(request), first)]

    def _late_s(self, request: Frame) -> float:
        """How long the slowest of the meters asked by proxy keeps the terminal waiting."""
        wanted = proxied(request)
        slow = [self._terminal.meters[one].manners for one in wanted if one in self._terminal.meters]
        return max((one.slow_s for one in slow if one.slow and self._office.rng.random() < one.slow), default=0.0)

    def _period(self) -> int:
        return max(1, round(self._office.heartbeat_s))

    def _next(self) -> int:
        self._number = (self._number + 1) % NUMBERS
        return self._number
