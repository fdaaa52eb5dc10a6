"""Words for what the ledger holds: kinds of entries and of orders."""

from yinghuo.console.pieces import Words
from yinghuo.core.work.rules import KINDS as ORDER_KINDS
from yinghuo.web.pages.entry_words import KINDS


def kind_in_words(kind: str) -> Words:
    """A kind of entry in words; the kind itself where there are none."""
    return KINDS.get(kind, kind)


def order_kind(key: str) -> str:
    """The name of a kind of order; the key itself where the kind is no longer registered."""
    return ORDER_KINDS[key].name if key in ORDER_KINDS else key
