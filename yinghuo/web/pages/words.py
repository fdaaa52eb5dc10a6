"""Words for what the ledger holds: kinds of entries."""

from yinghuo.console.pieces import Words
from yinghuo.web.pages.entry_words import KINDS


def kind_in_words(kind: str) -> Words:
    """A kind of entry in words; the kind itself where there are none."""
    return KINDS.get(kind, kind)
