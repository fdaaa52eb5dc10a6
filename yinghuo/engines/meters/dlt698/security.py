"""What a security backend must be able to do; none is built in, and none is pretended.

A wrapper (SECURITY, 10/90) carries a plain or an enciphered APDU with its proof: a code (MAC), a random number, or an
identity with a code. Only a security module (ESAM or the head-end's cipher machine) can open or make it.
"""

from typing import Protocol

from yinghuo.engines.meters.dlt698.bodies import Sealed

PLAIN, CIPHER, DENIED = 0, 1, 2  # what the unit of a wrapper is


class Security(Protocol):
    """A backend; it keeps the keys, the engine keeps none."""

    def open(self, wrapped: Sealed) -> bytes:
        """The APDU inside, its proof checked; ValueError when the proof is wrong."""

    def seal(self, apdu: bytes) -> Sealed:
        """The wrapper around an APDU: of a request below 80, of a reply from 80 on."""
