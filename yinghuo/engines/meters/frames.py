"""What the four protocols share: an item read out of a frame, and the note on bytes that were turned away."""

from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple

# A meter's clock carries no zone: date-times are wall-clock readings, and whoever knows where the meter hangs adds it.
Scalar = Decimal | datetime | time | str
Value = Scalar | list["Value"] | None


class Item(NamedTuple):
    """One value of a frame.

    identifier: hexadecimal, capitals, as the protocol's own tables print it (645: DI3..DI0, 698: OAD, …)
    value:      what it says; None where the frame names the identifier only, or the meter has no such phase (FF)
    unit:       as written on the meter ("kWh", "V", "°"); "" for none
    """

    identifier: str
    value: Value
    unit: str


class Rejected(NamedTuple):
    """Bytes that looked like a frame and are none.

    reason: "checksum", "length", "end", "content" or "overlong"
    """

    data: bytes
    reason: str
