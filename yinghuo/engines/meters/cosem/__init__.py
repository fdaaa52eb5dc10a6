"""DLMS/COSEM (IEC 62056): what meters of the rest of the world, and exporters here, say over HDLC and TCP.

Read `link.py` (frames in a stream), then `hdlc.py` and `wrapper.py` (what carries an APDU), `apdu.py` (what it says),
`axdr.py` (values). `building.py` has the frames that both sides send, `profile.py` reads load profiles, `units.py`
applies scalers. What is ciphered is recognised and never opened.
"""

from yinghuo.engines.meters.cosem.axdr import Data
from yinghuo.engines.meters.cosem.building import (
    accept,
    acknowledge,
    act,
    act_reply,
    associate,
    disconnect,
    general_blocks,
    get,
    get_next,
    get_reply,
    get_reply_blocks,
    message,
    named,
    notify,
    numbered,
    put,
    put_reply,
    receive_ready,
    reject,
    segments,
    snrm,
    ua,
)
from yinghuo.engines.meters.cosem.frame import Association, Frame, Link, Said
from yinghuo.engines.meters.cosem.link import Decoder, decode, encode
from yinghuo.engines.meters.cosem.measuring import Measured, measured
from yinghuo.engines.meters.cosem.units import in_units

__all__ = [
    "Association",
    "Data",
    "Decoder",
    "Frame",
    "Link",
    "Measured",
    "Said",
    "accept",
    "acknowledge",
    "act",
    "act_reply",
    "associate",
    "decode",
    "disconnect",
    "encode",
    "general_blocks",
    "get",
    "get_next",
    "get_reply",
    "get_reply_blocks",
    "in_units",
    "measured",
    "message",
    "named",
    "notify",
    "numbered",
    "put",
    "put_reply",
    "receive_ready",
    "reject",
    "segments",
    "snrm",
    "ua",
]
