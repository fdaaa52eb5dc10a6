"""What the columns of the three register files hold: their SQL type, their form, what an empty cell stands for."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.metering.models.register import METER_ADDRESS, TERMINAL_ADDRESS, Admission, Protocol, Wiring

REQUIRED = "\0"  # stands for no value where an empty cell is a fault


class Column(NamedTuple):
    """A column: name in the file and in the table, type, whether a cell is well formed, what an empty cell means.

    instead: null for None; REQUIRED where an empty cell is a fault
    names:   the column of the table, where it is another than the file's
    """

    name: str
    sql: str
    fits: Callable[[str], object]
    instead: str | None = REQUIRED
    names: str = ""

    @property
    def column(self) -> str:
        """Its name in the table."""
        return self.names or self.name


class File(NamedTuple):
    """A register file: its name without `.csv`, its table, its key, its columns."""

    name: str
    table: str
    key: str
    columns: tuple[Column, ...]

    @property
    def staged(self) -> str:
        """The temporary table that holds its rows."""
        return f"staged_{self.name}"


def _decimal(whole: int, places: int) -> Callable[[str], object]:
    return re.compile(rf"\d{{1,{whole}}}(\.\d{{1,{places}}}0*)?", re.ASCII).fullmatch


def _text(longest: int) -> Callable[[str], object]:
    return re.compile(rf"[^\0\n\r\t]{{1,{longest}}}").fullmatch


def _whole(most: int) -> Callable[[str], object]:
    return lambda cell: cell.isascii() and cell.isdigit() and len(cell) <= len(str(most)) and int(cell) <= most


def _made_by(make: Callable[[str], object]) -> Callable[[str], object]:
    def fits(cell: str) -> bool:
        try:
            return make(cell) is not None
        except ValueError:
            return False

    return fits


def _one_of(words: list[str]) -> Callable[[str], object]:
    return frozenset(words).__contains__


def _aware(cell: str) -> datetime | None:
    at = datetime.fromisoformat(cell)
    return at if at.tzinfo else None


_MOST_SMALLINT = 32_767
_AREA = Column("area_code", "text", re.compile(AREA_CODE).search)
_PROTOCOL = Column("protocol", "text", _one_of(Protocol.values))
_DAY = _made_by(date.fromisoformat)

TRANSFORMERS = File(
    "transformers",
    "metering_transformer",
    "code",
    (
        Column("code", "text", _text(32)),
        Column("name", "text", _text(80)),
        _AREA,
        Column("rated_kva", "numeric", _decimal(8, 1)),
    ),
)
TERMINALS = File(
    "terminals",
    "metering_terminal",
    "address",
    (
        Column("address", "text", re.compile(TERMINAL_ADDRESS).search),
        _PROTOCOL,
        Column("admission", "text", _one_of(Admission.values), Admission.ADMITTED.value),
        _AREA,
        Column("host", "text", _text(100), ""),
        Column("port", "integer", _whole(65_535), None),
        Column("name", "text", _text(80), ""),
        Column("registered_at", "timestamptz", _made_by(_aware), None),
    ),
)
METERS = File(
    "meters",
    "metering_meter",
    "address",
    (
        Column("address", "text", re.compile(METER_ADDRESS).search),
        _PROTOCOL,
        Column("terminal", "text", re.compile(TERMINAL_ADDRESS).search, names="terminal_id"),
        Column("point", "integer", _whole(_MOST_SMALLINT)),
        Column("transformer", "text", _text(32), None, names="transformer_id"),
        Column("party_id", "uuid", _made_by(UUID), None),
        _AREA,
        Column("customer_class", "text", _text(20)),
        Column("wiring", "text", _one_of(Wiring.values)),
        Column("rated_v", "numeric", _decimal(6, 1)),
        Column("rated_a", "numeric", _decimal(5, 2)),
        Column("max_a", "numeric", _decimal(5, 2)),
        Column("ct_ratio", "numeric", _decimal(6, 3), "1"),
        Column("pt_ratio", "numeric", _decimal(6, 3), "1"),
        Column("contract_kw", "numeric", _decimal(9, 1), None),
        Column("tariffs", "integer", _whole(63), "4"),
        Column("installed_on", "date", _DAY),
        Column("retired_on", "date", _DAY, None),
    ),
)
FILES = (TRANSFORMERS, TERMINALS, METERS)  # in this order, since each names rows of those before it
BY_NAME: Mapping[str, File] = {file.name: file for file in FILES}
