"""A stream of bytes to frames: finds their starts, turns away what is damaged, joins fragments."""

from collections import OrderedDict

from yinghuo.engines.meters.dlt698.fields import Malformed
from yinghuo.engines.meters.dlt698.frame import (
    ACKNOWLEDGED,
    FIRST,
    LAST,
    Fragment,
    Frame,
    encode,
    unwrapped,
)
from yinghuo.engines.meters.dlt698.link import FRAGMENT, FROM_SERVER, LONGEST, SCRAMBLED, START, Packet, judge, unpack
from yinghuo.engines.meters.dlt698.security import Security
from yinghuo.engines.meters.frames import Rejected

KEPT, SHOWN = 100, 300  # rejections kept, bytes shown of each
PARTIES, JOINED_BYTES = 16, 1 << 18  # senders whose fragments are held at once, longest APDU joined of them


class Joiner:
    """Fragments to whole APDUs; each but the last wants an acknowledgement before the next is sent."""

    def __init__(self) -> None:
        self.begun: OrderedDict[tuple[str, int, int], tuple[int, bytes]] = OrderedDict()

    def add(self, packet: Packet) -> tuple[bytes, Fragment | None]:
        """The APDU if it is whole now, and the acknowledgement that is due; `Malformed` when the order is broken."""
        head = int.from_bytes(packet.payload[:2], "little")
        part, number, piece = head >> 14, head & 0xFFF, packet.payload[2:]
        key = (packet.address, packet.client, packet.control)
        last, joined = self.begun.pop(key, (-1, b""))
        if part == FIRST:
            last, joined = number, piece
        elif number == last and part != LAST:
            pass  # sent again because our acknowledgement was lost
        elif last < 0 or number != (last + 1) & 0xFFF or len(joined) + len(piece) > JOINED_BYTES:
            raise Malformed("fragments out of order")
        else:
            last, joined = number, joined + piece
        if part == LAST:
            return joined, None
        self.begun[key] = last, joined
        if len(self.begun) > PARTIES:
            self.begun.popitem(last=False)
        return b"", Fragment(ACKNOWLEDGED, number)


class Decoder:
    """Feeds on bytes as they come; keeps an incomplete frame for the next time.

    rejected:         the last hundred runs of bytes that began like a frame and were none, with the reason
    acknowledgements: frames to be sent back because fragments have come in; whoever sends them empties the list
    longest:          what the length field may say, in bytes
    """

    def __init__(self, *, longest: int = LONGEST, security: Security | None = None) -> None:
        self.rejected: list[Rejected] = []
        self.acknowledgements: list[bytes] = []
        self.longest, self.security = longest, security
        self._tail = b""
        self._joiner = Joiner()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now."""
        data = self._tail + bytes(data) if self._tail else bytes(data)
        frames: list[Frame] = []
        at = data.find(START)
        while at >= 0:
            reason, size = judge(data, at, self.longest)
            if reason == "more":
                break
            if reason:
                self._reject(data[at : at + size], reason)
                at = data.find(START, at + 1)
                continue
            self._take(data[at : at + size], frames)
            at = data.find(START, at + size)
        self._tail = data[at:] if at >= 0 else b""
        return frames

    def flush(self) -> list[Frame]:
        """Gives the incomplete frame up, and returns those that stand inside it: for a silence that lasted too long."""
        frames: list[Frame] = []
        while self._tail:
            tail, self._tail = self._tail, b""
            self._reject(tail, "length")
            frames += self.feed(tail[1:])
        return frames

    def _reject(self, data: bytes, reason: str) -> None:
        self.rejected.append(Rejected(data[:SHOWN], reason))
        del self.rejected[:-KEPT]

    def _take(self, data: bytes, frames: list[Frame]) -> None:
        packet = unpack(data)
        try:
            if packet.control & FRAGMENT:
                frames += self._join(packet)
            else:
                frames.append(unwrapped(packet, self.security))
        except ValueError:
            self._reject(data, "content")

    def _join(self, packet: Packet) -> list[Frame]:
        if len(packet.payload) == 2:
            head = int.from_bytes(packet.payload, "little")
            if head >> 14 != ACKNOWLEDGED:
                raise Malformed("a fragment without content")
            frame = Frame(
                packet.address,
                packet.control,
                kind=packet.kind,
                logical=packet.logical,
                client=packet.client,
                fragment=Fragment(ACKNOWLEDGED, head & 0xFFF),
            )
            return [frame]
        whole, due = self._joiner.add(packet)
        if due is not None:
            self.acknowledgements.append(acknowledgement(packet, due))
            del self.acknowledgements[:-KEPT]
            return []
        return [unwrapped(packet._replace(control=packet.control & ~FRAGMENT, payload=whole), self.security)]


def acknowledgement(packet: Packet, due: Fragment) -> bytes:
    """The frame that says "fragment received", in the other direction."""
    control = (packet.control ^ FROM_SERVER) & ~SCRAMBLED
    return encode(
        Frame(packet.address, control, kind=packet.kind, logical=packet.logical, client=packet.client, fragment=due)
    )


def decode(data: bytes) -> list[Frame]:
    """Every good frame in these bytes, whatever stands around and between them."""
    decoder = Decoder()
    return decoder.feed(data) + decoder.flush()
