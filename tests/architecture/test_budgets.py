"""The budgets of docs/habits: what grows past them is split before it is merged."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES, ARGUMENTS, NESTING, TEMPLATE_LINES = 300, 40, 6, 3, 120
BANNED_NAMES = {"utils", "helpers", "common", "manager", "managers", "misc"}


def sources(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = node.body[0] if ast.get_docstring(node) else None
    spent = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - spent


def depth(node: ast.AST, level: int = 0) -> int:
    deeper = (ast.If, ast.For, ast.While, ast.With, ast.Try)
    here = [level]
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inside = isinstance(child, deeper) and not (isinstance(node, ast.If) and node.orelse == [child])
        here.append(depth(child, level + inside))
    return max(here)


def test_no_file_is_longer_than_its_budget() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources("yinghuo", "tests", "bench")
        if (n := len(p.read_text().splitlines())) > FILE_LINES
    }
    assert long == {}


def test_no_template_is_longer_than_its_budget() -> None:
    long = {
        p.name: n
        for p in (ROOT / "yinghuo").rglob("templates/**/*.html")
        if (n := len(p.read_text().splitlines())) > TEMPLATE_LINES
    }
    assert long == {}


@pytest.mark.parametrize(
    ("what", "measure", "most"),
    [("lines", code_lines, FUNCTION_LINES), ("nesting", depth, NESTING)],
)
def test_no_function_is_over_its_budget(what: str, measure: object, most: int) -> None:
    over = {
        f"{path.relative_to(ROOT)}:{node.name}": size
        for path in sources("yinghuo")
        for node in functions(path)
        if (size := measure(node)) > most
    }
    assert over == {}, what


def test_half_of_the_functions_are_under_eight_lines() -> None:
    sizes = sorted(code_lines(node) for path in sources("yinghuo") for node in functions(path))
    assert sizes[len(sizes) // 2] <= 8


def test_no_function_takes_more_than_six_arguments() -> None:
    over = {
        f"{path.relative_to(ROOT)}:{node.name}": count
        for path in sources("yinghuo")
        for node in functions(path)
        if (count := len([a for a in (*node.args.args, *node.args.kwonlyargs) if a.arg not in ("self", "cls")]))
        > ARGUMENTS
    }
    assert over == {}


def test_every_file_opens_with_a_sentence() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in sources("yinghuo", "tests", "bench")
        if not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(p) for p in sources("yinghuo") if p.stem in BANNED_NAMES] == []


@pytest.mark.parametrize(
    ("construct", "pattern"),
    [
        ("broad handler", r"except( Exception| BaseException)?:"),
        ("signal", r"django\.db\.models\.signals|@receiver"),
        ("generic foreign key", r"GenericForeignKey"),
        ("save override", r"def save\(self"),
        ("naive time", r"datetime\.(utcnow|now)\(\)"),
        ("float money", r"FloatField\([^)]*(fen|yuan|price|amount)"),
        ("open to-do", r"#\s*(TODO|FIXME|XXX)"),
    ],
)
def test_forbidden_constructs_are_absent(construct: str, pattern: str) -> None:
    found = [str(p.relative_to(ROOT)) for p in sources("yinghuo") if re.search(pattern, p.read_text())]
    assert found == [], construct


def test_no_mock_of_what_can_be_had_for_real() -> None:
    here = Path(__file__)
    mocked = [p.name for p in sources("tests") if p != here and re.search(r"unittest\.mock|mocker\b", p.read_text())]
    assert mocked == []
