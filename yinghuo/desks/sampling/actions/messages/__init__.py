"""Every write about messages of other systems: taking them, admitting their senders, mapping codes, replaying."""

from yinghuo.desks.sampling.actions.messages.files import FileReceipt, receive_file
from yinghuo.desks.sampling.actions.messages.forgetting import forget_messages
from yinghuo.desks.sampling.actions.messages.receiving import Receipt, receive
from yinghuo.desks.sampling.actions.messages.replaying import replay
from yinghuo.desks.sampling.actions.messages.senders import admit_sender, end_sender, map_code
from yinghuo.desks.sampling.actions.messages.trust import Door

__all__ = [
    "Door",
    "FileReceipt",
    "Receipt",
    "admit_sender",
    "end_sender",
    "forget_messages",
    "map_code",
    "receive",
    "receive_file",
    "replay",
]
