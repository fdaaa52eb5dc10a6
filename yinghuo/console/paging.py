"""Keyset paging: a page begins after the last row of the one before, so it costs the same at any depth."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404


@dataclass(frozen=True)
class Pager:
    """What the pager part shows: how many rows are here, where the next page begins, whether this is the first."""

    shown: int
    after: str
    first: bool


def token(*values: object) -> str:
    """The place after a row in the address bar, from the values that the list is ordered by.

    >>> token("2022-03-13T13:05:00+00:00", 7)
    'WyIyMDIyLTAzLTEzVDEzOjA1OjAwKzAwOjAwIiwiNyJd'
    """
    text = json.dumps([str(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(text: str, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The values of a token, each made by its kind; None at the start of the list; Http404 for a mangled address.

    >>> place(token("2022", 7), str, int)
    ('2022', 7)
    """
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if any("\0" in str(value) for value in values):
            raise ValueError("a NUL")
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise Http404("no such place in the list") from error


def pager(shown: int, *, after: Sequence[object] | None, here: str) -> Pager:
    """The pager of a list.

    shown: rows on this page
    after: the ordering values of its last row, None when nothing follows
    here:  the token in this page's own address, "" on the first page

    >>> pager(50, after=("2022", 7), here="")
    Pager(shown=50, after='WyIyMDIyIiwiNyJd', first=True)
    """
    return Pager(shown=shown, after=token(*after) if after else "", first=not here)
