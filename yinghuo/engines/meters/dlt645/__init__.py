"""DL/T 645-2007, the protocol between electricity meters and terminals: bytes to values and back.

Words: frame, item, identifier (DI3 to DI0, eight hexadecimal capitals), wake-up bytes, follow-up frame, error word.
"""

from yinghuo.engines.meters.dlt645.columns import decode_many, floats
from yinghuo.engines.meters.dlt645.link import (
    BROADCAST,
    COMMANDS,
    ERRORS,
    FUNCTIONS,
    WILDCARD,
    Frame,
    error_words,
    is_addressed,
    shortened,
)
from yinghuo.engines.meters.dlt645.status import sets_in_force, status_words
from yinghuo.engines.meters.dlt645.stream import Decoder, decode, encode, join
from yinghuo.engines.meters.dlt645.table import Entry, find, identifiers
from yinghuo.engines.meters.frames import Item, Rejected

__all__ = [
    "BROADCAST",
    "COMMANDS",
    "ERRORS",
    "FUNCTIONS",
    "WILDCARD",
    "Decoder",
    "Entry",
    "Frame",
    "Item",
    "Rejected",
    "decode",
    "decode_many",
    "encode",
    "error_words",
    "find",
    "floats",
    "identifiers",
    "is_addressed",
    "join",
    "sets_in_force",
    "shortened",
    "status_words",
]
