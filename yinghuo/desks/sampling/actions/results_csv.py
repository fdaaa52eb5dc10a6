"""Results as a laboratory's CSV file: read whole or refused whole, each bad row named by its line."""

import csv
import io
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from yinghuo.core.doors.batches import Batch, Malformed, timely
from yinghuo.core.doors.senders import Sender
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.items import ResultItem
from yinghuo.engines.instrument_files import ct_of

REQUIRED = {"tube", "message", "at", "result", "technician"}
OPTIONAL = {"ct_orf1ab", "ct_n", "vehicle", "kit", "instrument", "because", "well", "pool", "id"}
CT = "ct:"  # a column "ct:RdRp" holds the Ct of that target, empty or a word such as Undetermined for none
MOST_ROWS = 100_000


def as_batch(body: bytes, sender: Sender) -> Batch[ResultItem]:
    """Reads a UTF-8 CSV file with a head row; `index` of a malformed row is its line number.

    Refused("csv.unreadable") if it is not UTF-8 or no CSV, Refused("csv.columns") if columns are missing or unknown,
    Refused("csv.too_long") over 100,000 rows.
    """
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("csv.unreadable", detail=str(error)) from error
    head = lines[0] if lines else []
    named = {name for name in head if not name.startswith(CT)}
    if not REQUIRED <= named <= REQUIRED | OPTIONAL or len(set(head)) != len(head):
        raise Refused("csv.columns", needed=", ".join(sorted(REQUIRED)))
    if len(lines) > MOST_ROWS + 1:
        raise Refused("csv.too_long", rows=len(lines) - 1, most=MOST_ROWS)
    placed: dict[int, ResultItem] = {}
    malformed: list[Malformed] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not cells:
            continue
        try:
            placed[number] = _item(head, cells, sender)
        except (msgspec.ValidationError, ValueError) as error:
            malformed.append(Malformed(number, None, "item.malformed", str(error)))
    return timely(Batch(sender.now, placed, malformed))


def _item(head: list[str], cells: list[str], sender: Sender) -> ResultItem:
    if len(cells) != len(head):
        raise ValueError(f"{len(cells)} cells, the head has {len(head)}")
    cells_by_name = dict(zip(head, cells, strict=True))
    given: dict[str, Any] = {name: cell.strip() for name, cell in cells_by_name.items() if cell.strip()}
    given = {name: cell for name, cell in given.items() if not name.startswith(CT)}
    given["ct"] = {name[len(CT) :]: ct_of(cell) for name, cell in cells_by_name.items() if name.startswith(CT)}
    given.setdefault("id", str(uuid5(NAMESPACE_URL, f"{sender.device.id}/{given.get('tube')}/{given.get('message')}")))
    return msgspec.convert(given, ResultItem, strict=False)
