"""Taking a file of messages: each on its own, so that one that is faulty costs none of the others."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from yinghuo.desks.sampling.actions.messages.receiving import Receipt, receive
from yinghuo.desks.sampling.actions.messages.trust import Door
from yinghuo.engines.messages.batches import FileRead


class FileReceipt(NamedTuple):
    """What became of one message of a file: its place, from 1, of how many."""

    number: int
    of: int
    receipt: Receipt


def receive_file(read: FileRead, *, door: Door, now: datetime) -> Iterator[FileReceipt]:
    """Takes the messages of a file, one transaction each; stopped and begun again, it goes on where it was."""
    for number, raw in enumerate(read.messages, start=1):
        yield FileReceipt(number, len(read.messages), receive(raw, door=door, now=now))
