"""Files of assay instruments: recognising their form, finding the head line, reading rows by a column mapping."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple

NOT_FOUND = ("", "undetermined", "undet", "noct", "no ct", "n/a", "na", "nan", "none", "neg", "nd")
NOTHING = frozenset([*NOT_FOUND, "-", "--", "—", "–", "未检出", "未测出", "无", "无ct", "阴性"])
SEPARATORS = ("\t", ";", "|", ",")  # of two that fit alike, the one that is no decimal comma
SAMPLE_LINES = 200
NUMBER = re.compile(r"\d{1,2}(?:[.,]\d+)?\Z")
TUBE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,39}\Z")

By = Literal["well", "tube"]


class Form(NamedTuple):
    """How a text file is written."""

    encoding: str
    separator: str


@dataclass(frozen=True)
class Columns:
    """Which column holds what, by its words in the head line.

    key:     the well or the tube code, whichever `by` says
    target, ct: one row for each target: the columns of its name and its Ct
    targets: one row for all targets: target to the column of its Ct; then `target` and `ct` are ""
    names:   what the file calls a target, to the kit's name of it
    """

    by: By
    key: str
    target: str = ""
    ct: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        """The words that the head line must hold."""
        return [self.key, *self.targets.values()] if self.targets else [self.key, self.target, self.ct]


class Reading(NamedTuple):
    """What one row, or the rows of one well, say: the first row's number, well or tube, Ct by target, the cells."""

    row: int
    key: str
    ct: dict[str, float | None]
    text: str


class Bad(NamedTuple):
    """A row that cannot be used: its number, why (a code with its facts), what stood there, its key if it has one."""

    row: int
    code: str
    facts: dict[str, str]
    text: str
    key: str = ""


def recognise(sample: bytes) -> Form:
    """Encoding and separator of a text file by its first bytes: byte order mark, UTF-8, else GB18030.

    >>> recognise("孔位,Ct\\nA1,25.1\\n".encode("gb18030"))
    Form(encoding='gb18030', separator=',')
    >>> recognise("\\ufeffWell;Ct\\nA1;25,1\\n".encode())
    Form(encoding='utf-8-sig', separator=';')
    """
    encoding = _encoding(sample)
    lines = sample.decode(encoding, errors="ignore").splitlines()[:SAMPLE_LINES]
    counts = {one: sorted(line.count(one) for line in lines if line.strip()) for one in SEPARATORS}
    return Form(encoding, max(SEPARATORS, key=lambda one: _usual(counts[one])))


def head_of(rows: Iterable[Sequence[str]]) -> int:
    """The likely head line among the first rows: the fullest one in which nothing is a number; 0-based.

    >>> head_of([["Block", "96"], ["Well", "Target", "CT"], ["A1", "N", "25.1"]])
    1
    """
    scored = [(sum(bool(c.strip()) for c in row), -n) for n, row in enumerate(rows) if not any(map(_is_number, row))]
    return -max(scored, default=(0, 0))[1]


def places(columns: Columns, head: Sequence[str]) -> dict[str, int] | None:
    """Where the needed columns stand in a head line; None when it is not the head line."""
    found = {name.strip(): place for place, name in reversed(list(enumerate(head)))}
    return {name: found[name] for name in columns.needed} if all(name in found for name in columns.needed) else None


def ct_of(text: str) -> float | None:
    """A Ct as instruments write it, with point or comma; None where nothing was amplified; ValueError otherwise.

    >>> ct_of("25,13"), ct_of(" Undetermined "), ct_of("未检出"), ct_of("38")
    (25.13, None, None, 38.0)
    """
    word = text.strip().casefold()
    if word in NOTHING:
        return None
    if not NUMBER.match(word):
        raise ValueError(text.strip())
    return float(word.replace(",", "."))


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Columns, at: Mapping[str, int]
) -> Iterator[Reading | Bad]:
    """Reads the rows below the head; with a row for each target, rows of one well that follow each other are one.

    rows: row number in the file, cells; empty rows are passed over
    at:   where the columns stand, from `places`
    """
    filled = (row for row in rows if any(cell.strip() for cell in row[1]))
    one = _Wide(columns, at) if columns.targets else _Long(columns, at)
    singles = (one(number, cells) for number, cells in filled)
    if columns.targets:
        yield from singles
        return
    for key, group in groupby(singles, key=lambda read: read.key):
        yield from _together(key, list(group))


def tube_error(code: str) -> bool:
    """Whether this can be no tube code (4 to 40 letters, digits, hyphens)."""
    return TUBE.match(code) is None


def _together(key: str, same: Sequence[Reading | Bad]) -> Iterator[Reading | Bad]:
    """The rows of one well as one reading; when one of them is bad, none is used and each says so."""
    whole: dict[str, float | None] = {}
    told = [_added(whole, one) for one in same]
    if all(isinstance(one, Reading) for one in told):
        yield Reading(same[0].row, key, whole, same[0].text)
        return
    for one in told:
        yield one if isinstance(one, Bad) else Bad(one.row, "row.beside_bad", {"key": key}, one.text, key)


def _added(whole: dict[str, float | None], one: Reading | Bad) -> Reading | Bad:
    if isinstance(one, Bad):
        return one
    (target,) = one.ct
    if target in whole:
        return Bad(one.row, "row.target_twice", {"target": target}, one.text, one.key)
    whole |= one.ct
    return one


class _Row:
    """Reads cells by place; a missing or wrong cell makes the row a bad one."""

    def __init__(self, columns: Columns, at: Mapping[str, int]) -> None:
        self.columns, self.key, self.most = columns, at[columns.key], max(at.values())
        self.targets = [(target, at[name]) for target, name in columns.targets.items()]
        self.target, self.ct = at.get(columns.target, 0), at.get(columns.ct, 0)

    def __call__(self, number: int, cells: Sequence[str]) -> Reading | Bad:
        text = ",".join(cells)
        if len(cells) <= self.most:
            return Bad(number, "row.cells", {"have": str(len(cells)), "need": str(self.most + 1)}, text)
        key = cells[self.key].strip()
        if not key:
            return Bad(number, "row.key", {}, text)
        try:
            return Reading(number, key, self.values(cells), text)
        except ValueError as error:
            return Bad(number, "row.ct", {"value": str(error)}, text, key)

    def values(self, cells: Sequence[str]) -> dict[str, float | None]:
        raise NotImplementedError


class _Wide(_Row):
    """One row for all targets."""

    def values(self, cells: Sequence[str]) -> dict[str, float | None]:
        return {target: ct_of(cells[place]) for target, place in self.targets}


class _Long(_Row):
    """A row for each target."""

    def values(self, cells: Sequence[str]) -> dict[str, float | None]:
        said = cells[self.target].strip()
        return {self.columns.names.get(said, said): ct_of(cells[self.ct])}


def _usual(counts: Sequence[int]) -> int:
    return counts[(len(counts) - 1) // 2] if counts else 0


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    whole_lines = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        whole_lines.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*-?\d+([.,]\d+)?\s*", cell))
