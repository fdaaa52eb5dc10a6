"""One block of a roster made ready for PostgreSQL, away from it: parsed, checked, hashed, sealed, written as CSV."""

import csv
import io
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl

from yinghuo.core.people import identity
from yinghuo.core.rosters.reading.blocks import Block, Shape
from yinghuo.engines.rosters.masking import masked
from yinghuo.engines.rosters.rows import Known, Problem, checked, plain_names

PROCESSES = max(1, min(4, (os.cpu_count() or 2)))
COLUMNS = (
    "row",
    "id",
    "area_code",
    "party_id",
    "group",
    "identity",
    "content",
    "name_born",
    "phone",
    "numbered",
)


class Plan(NamedTuple):
    """What the same is for all blocks of a roster."""

    shape: Shape
    mapping: dict[str, int]
    known: Known


class Prepared(NamedTuple):
    """A block made ready: CSV for COPY, its rows, rows that hold anything, faults, the place after it."""

    copy: bytes
    staged: int
    rows: int
    problems: list[Problem]
    last_row: int
    end: int


class Sealed(msgspec.Struct, omit_defaults=True):
    """What is kept of a person, sealed: nothing that the identity number says already."""

    number: str
    name: str = ""
    phone: str = ""
    born: str = ""
    role: str = ""


def prepare(block: Block, plan: Plan) -> Prepared:
    """Parses, checks, hashes and seals one block."""
    cells, problems = _cells(block, plan)
    found = checked(cells, plan.known)
    rows = len(cells) + len({problem.row for problem in problems})
    last_row = block.first_row + block.rows - 1
    return Prepared(_copy(found.rows), len(found.rows), rows, problems + found.problems, last_row, block.end)


@contextmanager
def preparing(plan: Plan, *, large: bool) -> Iterator[Callable[[Iterable[Block]], Iterator[Prepared]]]:
    """How blocks are made ready, in their order: in this process, or for a large file in several beside it."""
    if not large:
        yield lambda blocks: (prepare(block, plan) for block in blocks)
        return
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=apart, initializer=_begin, initargs=(plan,)) as pool:
        try:
            yield lambda blocks: _in_order(pool, iter(blocks))
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, blocks: Iterator[Block]) -> Iterator[Prepared]:
    waiting: list[Future[Prepared]] = [pool.submit(_prepare, block) for block in islice(blocks, PROCESSES + 1)]
    while waiting:
        done = waiting.pop(0).result()
        waiting += [pool.submit(_prepare, block) for block in islice(blocks, 1)]
        yield done


_PLAN: list[Plan] = []


def _begin(plan: Plan) -> None:
    """A process of the pool: leaves Ctrl-C to its parent, and ends when its parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _PLAN[:] = [plan]
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _prepare(block: Block) -> Prepared:
    return prepare(block, _PLAN[0])


def _cells(block: Block, plan: Plan) -> tuple[pl.DataFrame, list[Problem]]:
    """The mapped columns as text with row numbers, blank rows left out; and rows of another width."""
    frame = _fast(block, plan.shape) if isinstance(block.raw, bytes) else None
    problems: list[Problem] = []
    if frame is None:
        frame, problems = _slowly(block, plan.shape)
    numbered = frame.with_columns(
        pl.int_range(block.first_row, block.first_row + len(frame), dtype=pl.Int64).alias("row")
    )
    filled = pl.any_horizontal(pl.all().exclude("row").str.strip_chars() != "")
    apart = pl.col("row").is_in([problem.row for problem in problems])
    kept = numbered.filter(filled & ~apart) if problems else numbered.filter(filled)
    return kept.select("row", *(pl.col(f"c{at}").alias(field) for field, at in plan.mapping.items())), problems


def _fast(block: Block, shape: Shape) -> pl.DataFrame | None:
    """Read by polars; None where it does not see the same records, or a row is wider than the head."""
    raw: Any = block.raw
    try:
        utf8 = raw if shape.encoding == "utf-8" else raw.decode(shape.encoding).encode()
        frame = pl.read_csv(
            utf8,
            has_header=False,
            separator=shape.separator,
            quote_char='"' if block.quoted else None,
            schema={f"c{at}": pl.String for at in range(len(shape.heads))},
            encoding="utf8",
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    return frame.fill_null("") if len(frame) == block.rows else None


def _slowly(block: Block, shape: Shape) -> tuple[pl.DataFrame, list[Problem]]:
    width, problems, rows = len(shape.heads), [], []
    for number, cells in enumerate(_records(block, shape), start=block.first_row):
        if any(cells[width:]):
            problems.append(Problem(number, "", "columns", masked(" ".join(cells))))
        rows.append([*cells[:width], *[""] * (width - len(cells))])
    schema = {f"c{at}": pl.String for at in range(width)}
    return pl.DataFrame(rows, schema=schema, orient="row"), problems


def _records(block: Block, shape: Shape) -> Iterable[list[str]]:
    if not isinstance(block.raw, bytes):
        return block.raw
    text = io.StringIO(block.raw.decode(shape.encoding, "replace").replace("\0", "\ufffd"), newline="")
    quoting = csv.QUOTE_MINIMAL if block.quoted else csv.QUOTE_NONE
    csv.field_size_limit(1 << 27)
    return csv.reader(text, delimiter=shape.separator, quoting=quoting)  # type: ignore[arg-type]


def _copy(rows: pl.DataFrame) -> bytes:
    columns = {name: rows[name].to_list() for name in ("number", "document", "name", "phone", "role")}
    born = rows["birth"].cast(pl.String).fill_null("").to_list()
    names = rows.select(plain_names(pl.col("name"))).to_series().to_list()
    keys = _keys(columns, names, born)
    ids = identity.pseudonyms(keys)
    sealed = _sealed(columns, born)
    by_name = [f"{name}|{day}" if day else "" for name, day in zip(names, born, strict=True)]
    ready = rows.select("row", area_code="area", party_id=_or_null("party"), group="group").with_columns(
        pl.Series("id", ids, dtype=pl.Binary).bin.encode("hex"),
        ("\\x" + pl.Series("identity", identity.seal_all(ids, sealed), dtype=pl.Binary).bin.encode("hex")).alias(
            "identity"
        ),
        _hashes("content", [text.decode() for text in sealed], empty=False),
        _hashes("name_born", by_name, empty=True),
        _hashes("phone", columns["phone"], empty=True),
        (rows["number"] != "").alias("numbered"),
    )
    out = io.BytesIO()
    ready.select(COLUMNS).write_csv(out, include_header=False, null_value="")
    return out.getvalue()


def _or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _keys(columns: dict[str, list[str]], names: list[str], born: list[str]) -> list[str]:
    """What tells people apart: the identity number, else another document's, else name, birth date and phone."""
    documents = [identity.normalised(text) if text else "" for text in columns["document"]]
    rows = zip(columns["number"], documents, names, born, columns["phone"], strict=True)
    return [number or document or f"{name}|{day}|{phone}" for number, document, name, day, phone in rows]


def _sealed(columns: dict[str, list[str]], born: list[str]) -> list[bytes]:
    encode = msgspec.json.Encoder().encode
    said = zip(
        columns["number"], columns["document"], columns["name"], columns["phone"], born, columns["role"], strict=True
    )
    return [
        encode(Sealed(number or document, name, phone, "" if number else day, role))
        for number, document, name, phone, day, role in said
    ]


def _hashes(what: str, texts: list[str], *, empty: bool) -> pl.Series:
    """Keyed hashes as PostgreSQL's bigint; null for an empty text where `empty`."""
    joined = b"".join(identity.keyed_hashes(texts, what=what.encode()))
    values = pl.Series(what, np.frombuffer(joined, dtype=np.int64))
    return values.set(pl.Series(texts) == "", None) if empty and texts else values
