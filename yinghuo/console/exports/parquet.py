"""Rows written to Parquet as they come, in bounded memory: parts on disk, joined by row groups at the end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from yinghuo.console.tables import Column

GROUP_ROWS = 100_000
_MOMENT = pl.Datetime("us", "UTC")
_TYPES: dict[str, Any] = {
    "number": pl.Float64,
    "share": pl.Float64,
    "bar": pl.Float64,
    "evidence": pl.Float64,
    "day": pl.Date,
    "time": _MOMENT,
    "moment": _MOMENT,
    "clock": _MOMENT,
}


class Columnar:
    """A Parquet file in the making; counts that are whole throughout become integers."""

    def __init__(self, folder: Path, columns: Sequence[Column]) -> None:
        self._folder = folder
        self._schema = {column.key: _TYPES.get(column.kind, pl.String) for column in columns}
        self._whole = {key for key, kind in self._schema.items() if kind == pl.Float64}
        self._held: list[list[Any]] = []
        self._parts: list[Path] = []

    def add(self, rows: list[list[Any]]) -> None:
        """Appends rows, each with a value for every column."""
        self._held += rows
        if len(self._held) >= GROUP_ROWS:
            self._put_down()

    def finished(self) -> Path:
        """The file, in the folder given."""
        if self._held or not self._parts:
            self._put_down()
        target = self._folder / "all.parquet"
        whole = [pl.col(key).cast(pl.Int64) for key in self._schema if key in self._whole]
        pl.scan_parquet(self._parts).with_columns(whole).sink_parquet(target, row_group_size=GROUP_ROWS)
        return target

    def _put_down(self) -> None:
        columns = list(zip(*self._held, strict=True)) if self._held else [()] * len(self._schema)
        pairs = zip(self._schema.items(), columns, strict=True)
        frame = pl.DataFrame([_series(key, kind, values) for (key, kind), values in pairs])
        self._whole = {key for key in self._whole if (frame[key].is_null() | (frame[key] % 1 == 0)).all()}
        self._parts.append(self._folder / f"{len(self._parts):06}.parquet")
        frame.write_parquet(self._parts[-1])
        self._held = []


def _series(key: str, kind: Any, values: Sequence[Any]) -> pl.Series:
    if kind == pl.Float64:
        return pl.Series(key, [float(value) if _is_number(value) else None for value in values], dtype=kind)
    if kind == pl.String:
        return pl.Series(key, [None if value is None else str(value) for value in values], dtype=kind)
    return pl.Series(key, values, dtype=kind)


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, str)
