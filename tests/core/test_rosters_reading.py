"""Files as people send them: encodings, separators, quotation marks, blank and broken rows; sealed while they lie."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.roster_world import HEADS, as_csv, as_xlsx, people, person
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.reading import blocks, files, sheets
from yinghuo.core.rosters.reading.preparing import Plan, prepare, preparing
from yinghuo.engines.rosters.heads import mapping_of
from yinghuo.engines.rosters.rows import Known

KNOWN = Known({"正阳街道": "220106001"}, {}, date(2022, 5, 8))
CELL = st.text(alphabet='王小"\n,; 1', max_size=6)


def plan_of(shape: blocks.Shape) -> Plan:
    return Plan(shape, mapping_of(shape.heads), KNOWN)


def all_prepared(content: bytes, *, pieces: int = 1 << 20) -> list[Any]:
    shape = blocks.look(content)
    cut = (content[at : at + pieces] for at in range(shape.start, len(content), pieces))
    return [prepare(block, plan_of(shape)) for block in blocks.blocks(cut, first_row=2, offset=shape.start)]


def counts(content: bytes, *, pieces: int = 1 << 20) -> tuple[int, int, list[tuple[int, str]]]:
    found = all_prepared(content, pieces=pieces)
    problems = [(problem.row, problem.cause) for one in found for problem in one.problems]
    return sum(one.rows for one in found), sum(one.staged for one in found), problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_in_the_encoding_and_with_the_separator_it_has(encoding: str, separator: str) -> None:
    content = as_csv(people(3), encoding=encoding, separator=separator)
    shape = blocks.look(content)
    assert (shape.heads, shape.separator) == (list(HEADS), separator)
    assert counts(content) == (3, 3, [])


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\x00\x00", "姓名".encode("utf-16"), b"\xff\xff\xff,\n1\n"])
def test_what_is_no_text_of_a_known_encoding_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"roster\.encoding"):
        blocks.look(content)


def test_a_file_without_heads_is_refused() -> None:
    with pytest.raises(Refused, match=r"roster\.empty"):
        blocks.look(b"")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=30), st.integers(16, 200))
def test_blocks_hold_the_same_records_as_the_whole_file(rows: list[tuple[str, str, str]], size: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("姓名", "证件", "注"), *rows])
    content = out.getvalue().encode()
    shape = blocks.look(content)
    before, blocks.BLOCK_BYTES = blocks.BLOCK_BYTES, size
    try:
        cut = (content[at : at + size] for at in range(shape.start, len(content), size))
        found = list(blocks.blocks(cut, first_row=2, offset=shape.start))
    finally:
        blocks.BLOCK_BYTES = before
    read = [row for block in found for row in csv.reader(io.StringIO(bytes(block.raw).decode(), newline=""))]  # type: ignore[arg-type]
    assert [tuple(row) for row in read] == rows
    assert sum(block.rows for block in found) == len(rows)
    assert [block.first_row for block in found] == [2 + sum(b.rows for b in found[:at]) for at in range(len(found))]
    assert not found or found[-1].end == len(content)


def test_blank_rows_are_not_counted_and_the_row_numbers_stay() -> None:
    lines = as_csv([person(1)]).decode("utf-8-sig").splitlines()
    content = "\n".join([lines[0], "", lines[1], ",,,,", " , ,,,", lines[1].replace("王", "\x07王")]).encode()
    assert counts(content) == (2, 1, [(6, "characters")])


def test_a_row_that_is_wider_than_the_head_comes_back_and_the_others_count() -> None:
    content = as_csv([person(1), (*person(2), "zu viel"), person(3)])
    assert counts(content) == (3, 2, [(3, "columns")])


def test_a_stray_quotation_mark_spoils_its_row_alone() -> None:
    lines = as_csv(people(400)).decode("utf-8-sig").splitlines()
    lines[200] = lines[200].replace("王", '"王', 1)
    assert counts("\n".join(lines).encode()) == (400, 399, [(201, "characters")])


def test_a_workbook_is_read_row_by_row_below_its_title() -> None:
    file = io.BytesIO(as_xlsx([person(1), ("", "", "", "", ""), person(2)], title="总装车间名册"))
    shape = sheets.look(file)
    assert (shape.heads, shape.head_row) == (list(HEADS), 2)
    (block,) = sheets.blocks(file, width=len(shape.heads), first_row=3)
    found = prepare(block, plan_of(shape))
    assert (found.rows, found.staged, found.last_row) == (2, 2, 5)


def test_a_damaged_workbook_is_refused() -> None:
    with pytest.raises(Refused, match=r"roster\.workbook"):
        sheets.look(io.BytesIO(b"PK\x03\x04 no workbook"))


def test_a_file_at_rest_is_sealed_and_opens_from_any_place(settings: Any, tmp_path: Path) -> None:
    settings.ROSTERS_FOLDER = tmp_path
    intake_id, content = uuid4(), as_csv(people(2_000))
    stored = files.store(intake_id, io.BytesIO(content))
    lying = files.path_of(intake_id).read_bytes()
    assert (stored.size, len(lying)) == (len(content), len(content))
    assert "总装".encode() not in lying
    assert files.path_of(intake_id).stat().st_mode & 0o077 == 0
    for offset in (0, 1, 15, 16, 17, 5_000, len(content)):
        assert b"".join(files.pieces(intake_id, stored.nonce, offset=offset)) == content[offset:]


def test_several_processes_make_the_same_of_a_file_as_one() -> None:
    content = as_csv([*people(500), person(501, 姓名="")])
    shape = blocks.look(content)
    body = content[shape.start :]
    given_blocks = [blocks.Block(body, 2, 501, len(content)), blocks.Block(body, 503, 501, 2 * len(content))]
    with preparing(plan_of(shape), large=True) as ready:
        apart = [(one.staged, one.rows, one.problems, one.end) for one in ready(given_blocks)]
    with preparing(plan_of(shape), large=False) as ready:
        assert [(one.staged, one.rows, one.problems, one.end) for one in ready(given_blocks)] == apart
