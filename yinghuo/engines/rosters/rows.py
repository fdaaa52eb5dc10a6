"""Rows of a roster checked as a set: what is wrong, in which column; and what is left is made plain.

A row with a fault is rejected whole. Checks run over columns (polars, numpy), not over rows.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from yinghuo.engines.rosters.heads import FIELDS
from yinghuo.engines.rosters.masking import masked

LONGEST = {"name": 80, "group": 80, "role": 40, "document": 40}
OLDEST_BIRTH = date(1890, 1, 1)
SCIENTIFIC = r"^\d(\.\d+)?[eE]\+?\d+$"
ROUNDED = r"^\d{15}000$"  # Excel keeps 15 digits; a valid number may end so, too
_CONTROL = r"[\x00-\x1f\x7f\u{fffd}\x22]"  # a quotation mark in a cell is one that was never closed
_WEIGHTS = np.array([2**place % 11 for place in range(17, 0, -1)], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


class Problem(NamedTuple):
    """A fault: the row as a spreadsheet counts it, the field, the cause, the value with its middle hidden."""

    row: int
    field: str
    cause: str
    value: str


class Known(NamedTuple):
    """What rows may refer to.

    areas:   code and name to code, of the areas in which this roster may place people; "" for a name of several
    parties: credit code and name to id in hexadecimal; "" for a name of several
    today:   no birth is later
    """

    areas: Mapping[str, str]
    parties: Mapping[str, str]
    today: date


class Checked(NamedTuple):
    """Rows that are well formed, and the faults of the others."""

    rows: pl.DataFrame
    problems: list[Problem]


def checked(cells: pl.DataFrame, known: Known) -> Checked:
    """Checks rows and makes them plain.

    cells:   `row` (number) and one text column for each mapped field
    returns: rows with number, document, name, birth (date), phone, area, party, group, role; no cell is null but birth
    """
    given = {name for name in cells.columns if name != "row"}
    plain = cells.with_columns(
        pl.col(name).fill_null("").str.strip_chars() if name in given else pl.lit("").alias(name) for name in FIELDS
    )
    wide = plain.with_columns(_number(), _phone(), _birth().alias("birth_day")).with_columns(_found(known))
    wide = wide.with_columns(_born_by_number().alias("number_day"))
    faults = wide.select("row", *(fault.alias(f"{field}:{cause}") for field, cause, fault in _rules(known)))
    wrong, rounded = _wrong_check(wide["number"]), wide["number"].str.contains(ROUNDED)
    faults = faults.with_columns(
        (wrong & ~rounded).alias("number:check"), pl.col("number:lost_digits") | (wrong & rounded)
    )
    bad = faults.select(pl.any_horizontal(pl.all().exclude("row"))).to_series()
    problems = list(_problems(plain.filter(bad), faults.filter(bad))) if bad.any() else []
    return Checked(_finished(wide.filter(~bad)), problems)


def plain_names(names: pl.Expr) -> pl.Expr:
    """Names as they are compared (`matching.plain_name` says how), for many at once."""
    return names.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")


def _finished(wide: pl.DataFrame) -> pl.DataFrame:
    return wide.select(
        "row",
        "number",
        "document",
        "name",
        pl.coalesce("birth_day", "number_day").alias("birth"),
        "phone",
        pl.col("area_found").fill_null("").alias("area"),
        pl.col("party_found").fill_null("").alias("party"),
        "group",
        "role",
    )


def _number() -> pl.Expr:
    return pl.col("number").str.normalize("NFKC").str.replace_all(r"\s", "").str.to_uppercase()


def _phone() -> pl.Expr:
    return pl.col("phone").str.normalize("NFKC").str.replace_all(r"[\s\-]", "").str.replace(r"\.0$", "")


def _birth() -> pl.Expr:
    text = pl.col("birth").str.normalize("NFKC").str.replace_all(r"[年月/.]", "-").str.replace_all("日", "")
    day = text.str.replace(r"[T ]00:00.*$", "")
    return pl.coalesce(day.str.to_date("%Y-%m-%d", strict=False), day.str.to_date("%Y%m%d", strict=False))


def _born_by_number() -> pl.Expr:
    return pl.col("number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def _found(known: Known) -> list[pl.Expr]:
    return [
        pl.col("area").replace_strict(dict(known.areas), default=None, return_dtype=pl.String).alias("area_found"),
        pl.col("party").replace_strict(dict(known.parties), default=None, return_dtype=pl.String).alias("party_found"),
    ]


def _rules(known: Known) -> Iterator[tuple[str, str, pl.Expr]]:
    """Field, cause, and the rows that have this fault; the check character is `_wrong_check`'s."""
    number, phone, birth = pl.col("number"), pl.col("phone"), pl.col("birth_day")
    lost = number.str.contains(SCIENTIFIC)
    formed = number.str.contains(r"^\d{17}[\dX]$")
    unnumbered = (number == "") & (pl.col("document") == "")
    yield "number", "lost_digits", lost
    yield "number", "first_generation", number.str.contains(r"^\d{15}$")
    yield "number", "form", (number != "") & ~formed & ~lost & ~number.str.contains(r"^\d{15}$")
    yield "number", "date", formed & ~_lived(pl.col("number_day"), known.today)
    yield "number", "missing", unnumbered & ((pl.col("birth") == "") | (phone == ""))
    yield "name", "missing", pl.col("name") == ""
    yield "birth", "date", (pl.col("birth") != "") & ~_lived(birth, known.today)
    yield "birth", "differs", formed & birth.is_not_null() & (birth != pl.col("number_day")).fill_null(value=False)
    yield "phone", "lost_digits", phone.str.contains(SCIENTIFIC)
    yield "phone", "form", (phone != "") & ~phone.str.contains(r"^\+?\d{5,18}$") & ~phone.str.contains(SCIENTIFIC)
    for field in ("area", "party"):
        yield field, "unknown", (pl.col(field) != "") & pl.col(f"{field}_found").is_null()
        yield field, "several", (pl.col(field) != "") & (pl.col(f"{field}_found") == "").fill_null(value=False)
    for field, longest in LONGEST.items():
        yield field, "too_long", pl.col(field).str.len_chars() > longest
        yield field, "characters", pl.col(field).str.contains(_CONTROL)


def _lived(day: pl.Expr, today: date) -> pl.Expr:
    return day.is_between(OLDEST_BIRTH, today).fill_null(value=False)


def _wrong_check(numbers: pl.Series) -> pl.Series:
    """Which well-formed numbers end in a wrong check character (GB 11643; ISO 7064 MOD 11-2)."""
    formed = numbers.str.contains(r"^\d{17}[\dX]$")
    digits = np.frombuffer("".join(numbers.filter(formed)).encode(), dtype=np.uint8).reshape(-1, 18)
    sums = (digits[:, :17].astype(np.int32) - ord("0")) @ _WEIGHTS
    wrong = np.zeros(len(numbers), dtype=bool)
    wrong[formed.to_numpy()] = _CHECKS[sums % 11] != digits[:, 17]
    return pl.Series(wrong)


def _problems(rows: pl.DataFrame, faults: pl.DataFrame) -> Iterator[Problem]:
    for values, found in zip(rows.iter_rows(named=True), faults.iter_rows(named=True), strict=True):
        for name, fault in found.items():
            if name != "row" and fault:
                field, cause = name.split(":")
                yield Problem(values["row"], field, cause, masked(values[field]))
