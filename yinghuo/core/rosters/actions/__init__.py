"""Every write about rosters: taking files in, proposing and deciding duplicates, letting one stand for another."""

from yinghuo.core.rosters.actions.applying import apply, start_applying
from yinghuo.core.rosters.actions.intakes import (
    Upload,
    begin,
    erase_old,
    read_again,
    start_reading,
    stop,
    withdraw,
)
from yinghuo.core.rosters.actions.keys import key_people, keys_of
from yinghuo.core.rosters.actions.likely import decide, propose
from yinghuo.core.rosters.actions.opening import open_names
from yinghuo.core.rosters.actions.reading import read
from yinghuo.core.rosters.actions.standing import merge, unmerge

__all__ = [
    "Upload",
    "apply",
    "begin",
    "decide",
    "erase_old",
    "key_people",
    "keys_of",
    "merge",
    "open_names",
    "propose",
    "read",
    "read_again",
    "start_applying",
    "start_reading",
    "stop",
    "unmerge",
    "withdraw",
]
