"""Q/GDW 376.1 (1376.1): what terminals (采集终端) and the head-end (主站) say to each other.

Read `link.py` (frames in a stream), then `content.py` (what a frame is made of), `units.py` (items), `tables.py`
(which item carries what) and `formats.py` (how it is written). `building.py` has the frames that both sides send,
`measuring.py` tells which quantities an answer holds.
"""

from yinghuo.engines.meters.gdw376.building import (
    answer,
    change,
    confirm,
    confirm_each,
    deny,
    forward,
    forwarded,
    heartbeat,
    login,
    logout,
    read,
    read_events,
    report,
    reset,
    set_clock,
)
from yinghuo.engines.meters.gdw376.frame import Frame, Port, Stamp
from yinghuo.engines.meters.gdw376.link import Decoder, decode, encode
from yinghuo.engines.meters.gdw376.measuring import Measured, measured
from yinghuo.engines.meters.gdw376.points import identifier

__all__ = [
    "Decoder",
    "Frame",
    "Measured",
    "Port",
    "Stamp",
    "answer",
    "change",
    "confirm",
    "confirm_each",
    "decode",
    "deny",
    "encode",
    "forward",
    "forwarded",
    "heartbeat",
    "identifier",
    "login",
    "logout",
    "measured",
    "read",
    "read_events",
    "report",
    "reset",
    "set_clock",
]
