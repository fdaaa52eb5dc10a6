"""Taking files of other systems in, and giving files out to them."""

from yinghuo.desks.response.actions.exchange.applying import apply, start_applying
from yinghuo.desks.response.actions.exchange.giving import Asked, give_out
from yinghuo.desks.response.actions.exchange.intake import Upload, begin, erase_old, read_again, withdraw

__all__ = [
    "Asked",
    "Upload",
    "apply",
    "begin",
    "erase_old",
    "give_out",
    "read_again",
    "start_applying",
    "withdraw",
]
