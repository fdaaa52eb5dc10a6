"""A simulated terminal's side of a 376.1 connection: login, heartbeat, answers; bytes in, bytes out."""

from yinghuo.demo.meters.concentrators import concentrator_of
from yinghuo.demo.meters.fleet import SimulatedTerminal
from yinghuo.demo.meters.office import Office
from yinghuo.engines.meters import gdw376
from yinghuo.engines.meters.gdw376 import Frame
from yinghuo.engines.meters.simulation.manners import Sent
from yinghuo.engines.meters.simulation.moments import wall
from yinghuo.engines.meters.simulation.terminal376 import answers, report

COUNTERS = 16


class Speaker376:
    """One call of a terminal."""

    def __init__(self, office: Office, terminal: SimulatedTerminal) -> None:
        self._office = office
        self._decoder = gdw376.Decoder()
        self._address = terminal.address
        self._counter = 0
        self.is_known = False
        self.acknowledged = 0
        self.concentrator = concentrator_of(office, terminal)

    def login(self) -> bytes:
        """AFN 02 F1."""
        return gdw376.encode(gdw376.login(self._address, counter=self._next()))

    def heartbeat(self, at_s: float) -> bytes:
        """AFN 02 F3 with the terminal's clock."""
        clock = wall(self.concentrator.now_s(at_s))
        return gdw376.encode(gdw376.heartbeat(self._address, counter=self._next(), clock=clock))

    def report(self, at_s: float) -> bytes:
        """AFN 0C of its own accord: the registers of all meters; nothing if it reaches none."""
        frame = report(self.concentrator, at_s, counter=self._next())
        return gdw376.encode(frame) if frame is not None else b""

    def hear(self, data: bytes, at_s: float) -> list[Sent]:
        """Answers; a confirmation of the login is noted."""
        sent = []
        for request in self._decoder.feed(data):
            self.acknowledged += self.is_known and request.is_confirmed
            self.is_known |= request.is_confirmed
            self._office.requests += 1
            replies = answers(self.concentrator, request, at_s)
            sent += [Sent(late_s, _encoded(request, reply)) for late_s, reply in replies]
        return sent

    def _next(self) -> int:
        self._counter = (self._counter + 1) % COUNTERS
        return self._counter


def _encoded(request: Frame, reply: Frame) -> bytes:
    """The reply; a denial in place of a value that its format has no room for."""
    try:
        return gdw376.encode(reply)
    except ValueError:
        return gdw376.encode(gdw376.deny(request))
