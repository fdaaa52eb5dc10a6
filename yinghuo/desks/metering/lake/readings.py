"""A reading: one value of one quantity of one meter at one moment."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

Quality = Literal["measured", "estimated", "edited", "rejected"]


class Reading(NamedTuple):
    """What the head-end hands over and the lake keeps once by (meter, quantity, at).

    meter:       id in the register
    quantity:    number in `engines.meters.quantities`; the value stands in that quantity's unit, on the meter's side
                 of its transformers (not multiplied by `ct_ratio` and `pt_ratio`)
    at:          aware, to the second: the moment that the value is of, which for curves and freezes is the meter's own
    value:       up to four decimals
    frame:       first 16 bytes of SHA-256 over the frame that carried it
    received_at: aware: when the head-end had it
    reason:      why, where quality is not "measured"
    """

    meter: int
    quantity: int
    at: datetime
    value: Decimal
    frame: bytes
    received_at: datetime
    quality: Quality = "measured"
    reason: str = ""


class Correction(NamedTuple):
    """What takes the place of a reading, or fills a gap; it becomes a further row, and the raw one stays.

    value:   as of a Reading; for "rejected" that of the raw one
    reason:  as of a Reading: a short code or words of why this row is not as measured
    because: who decided so and on what ground: "rule spike/3", "user:7: meter exchanged"
    """

    meter: int
    quantity: int
    at: datetime
    value: Decimal
    quality: Quality
    reason: str
    because: str
