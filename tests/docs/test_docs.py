"""What the docs say of settings, codes, figures, commands, paths and proofs is what the program has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from yinghuo.cli import helptext
from yinghuo.core.figures.registry import all_figures
from yinghuo.core.ledger import facts
from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import KINDS, Settlement, State, state_table_markdown
from yinghuo.desks.sampling.models import Mode, Outcome, Stage
from yinghuo.desks.sampling.rules import Doubt
from yinghuo.engines import merkle

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = [path for folder in ("yinghuo", "bench", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
IN_ENGLISH = {f"docs/pictures/{name}.png" for name in ("home", "tube", "phone", "board")}
PICTURES = IN_ENGLISH | {"docs/pictures/campaign.png"}  # taken of a running console
READ_FROM_ENVIRONMENT = re.compile(
    r"""(?:environ(?:\.get\(|\.setdefault\(|\[)|getenv\(|envvar=)\s*["']([A-Z][A-Z0-9_]+)["']"""
)
NO_SETTINGS = {"CI", "LANG", "PATH_INFO", "PYTHONPATH"}  # of the build, of a child process, of a WSGI request
KEY_NAMED = re.compile(r"""\bkey\("([a-z]+)"\)""")
ENTERED = re.compile(r"""(?:\benter\(\s*|\b_write\(order, |\bkind=|^RESULT = )"([a-z]+\.[a-z_]+)\"""", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:yinghuo|tests|docs|bench|\.ci)/[\w./-]*[\w/]|[\w.-]+\.(?:md|toml|lock|json))`")


def text(name: str) -> str:
    """A page by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def settings() -> set[str]:
    """Names of all environment variables that the code reads."""
    names: set[str] = set()
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        names |= set(READ_FROM_ENVIRONMENT.findall(source))
    named_keys = KEY_NAMED.findall(text("yinghuo/web/settings.py"))
    return names - NO_SETTINGS | {f"YINGHUO_{name.upper()}_KEY" for name in named_keys}


def entry_kinds() -> set[str]:
    """Kinds of ledger entry that the code writes, and those of the fact tables."""
    under = [path for path in SOURCES if path.is_relative_to(ROOT / "yinghuo")]
    written = {kind for path in under for kind in ENTERED.findall(path.read_text(encoding="utf-8"))}
    return written | set(facts.REGISTERED)


def links(page: Path) -> Iterator[str]:
    """Relative links of a page, without the part behind #."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


def absent(values: set[str], page: str) -> list[str]:
    """Those of `values` that a page does not name in code marks."""
    said = text(page)
    return sorted(value for value in values if f"`{value}`" not in said)


def test_every_setting_is_documented() -> None:
    found = settings()
    assert {"DATABASE_URL", "YINGHUO_VAR", "YINGHUO_IDENTITY_KEY", "YINGHUO_PASSWORD"} <= found
    assert not absent(found, "docs/operations.md")


def test_no_setting_is_documented_that_nobody_reads() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", text("docs/operations.md"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) <= settings()


def test_the_page_of_commands_is_what_the_commands_print() -> None:
    assert text("docs/commands.md") == helptext.commands_markdown()


def test_the_table_of_refusals_is_what_the_program_refuses_with() -> None:
    assert helptext.refusals_markdown() in text("docs/api.md")


def test_the_state_table_of_orders_is_the_programs() -> None:
    assert state_table_markdown() in text("docs/tour.md")


def test_every_figure_is_explained_by_its_names() -> None:
    assert len(all_figures()) >= 10
    tour = text("docs/tour.md")
    rows = [f"| `{one.key}` | {one.name_zh} | {one.name_en}" for one in all_figures()]
    assert not [row for row in rows if row not in tour]


def test_every_doubt_is_explained_with_its_chinese() -> None:
    tour = text("docs/tour.md")
    with override("zh-hans"):
        rows = [f"| `{doubt.value}` | {doubt.label} |" for doubt in Doubt]
    assert not [row for row in rows if row not in tour]


def test_every_kind_of_order_has_its_word() -> None:
    words = text("docs/words.md")
    kinds = [kind for kind in KINDS.values() if not kind.key.startswith("test.")]  # other tests register their own
    assert kinds
    assert not [kind.key for kind in kinds if f"`{kind.key}`" not in words or kind.name_zh not in words]


@pytest.mark.parametrize("choices", [State, Settlement, Role, Outcome, Stage, Mode])
def test_choices_stand_in_the_words_as_on_the_screen(choices: type[State]) -> None:
    words = text("docs/words.md")
    with override("zh-hans"):
        assert not [str(choice.label) for choice in choices if str(choice.label) not in words]


def test_every_kind_of_ledger_entry_is_listed() -> None:
    found = entry_kinds()
    assert {"swabs.kept", "order.taken", "orders.opened", "ledger.verified", "demo.run"} <= found
    assert not absent(found, "docs/words.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_leads_somewhere(page: Path) -> None:
    missing = [target for target in links(page) if not (page.parent / target).exists()]
    missing += [path for path in PATH.findall(page.read_text(encoding="utf-8")) if not _exists(path, page)]
    assert not [path for path in missing if not any(picture.endswith(path) for picture in PICTURES)]


@pytest.mark.parametrize("page", ["README.md", "docs/tour.md", "docs/operations.md"])
def test_functions_that_the_tour_names_are_there(page: str) -> None:
    """A file and the names said of it: "`sequence` in `yinghuo/…py`" and the like."""
    said = re.findall(r"`(\w+)` in\s+`(yinghuo/[\w/]+\.py)`", text(page))
    assert page == "README.md" or said
    assert not [(name, path) for name, path in said if not re.search(rf"\b{name}\b", text(path))]


def test_both_halves_of_the_readme_show_the_same_commands_and_users() -> None:
    english, chinese = text("README.md").split("\n---\n")
    for pattern in (r"^make \w+", r"^\| `(\w+)`", r"`(?:make|python) [^`]+`", r"\]\((docs/[^)]+)\)"):
        said = set(re.findall(pattern, english, re.MULTILINE)) - IN_ENGLISH
        assert set(re.findall(pattern, chinese, re.MULTILINE)) >= said


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13, 234])
def test_the_check_of_a_proof_in_the_docs_works(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(0, size, 5):
        _written_proof(tmp_path, index, size)
        monkeypatch.chdir(tmp_path)
        exec(_check_in_the_docs(), {})


def test_the_check_of_a_proof_in_the_docs_finds_a_changed_leaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = _written_proof(tmp_path, 4, 9)
    (tmp_path / "proof.json").write_text(json.dumps(proof | {"leaf": "entry 5"}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match="not under this root"):
        exec(_check_in_the_docs(), {})


KEY = bytes(range(32))
ORIGIN = "docs.example/ledger"


def _written_proof(folder: Path, index: int, size: int) -> dict[str, object]:
    leaves = [f"entry {number}".encode() for number in range(size)]
    note = merkle.sign_note(merkle.checkpoint_text(ORIGIN, size, merkle.root(leaves)), ORIGIN, KEY)
    hashes = [one.hex() for one in merkle.inclusion_proof(index, leaves)]
    proof = {"checkpoint": note, "hashes": hashes, "index": index, "leaf": leaves[index].decode(), "size": size}
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    return proof


def _check_in_the_docs() -> str:
    """The Python of docs/api.md, with the key of this test in place of the one shown."""
    (code,) = re.findall(r"```python\n(.*?)```", text("docs/api.md"), re.DOTALL)
    shown = re.search(r'PUBLIC_KEY = "([^"]+)"', code)
    assert shown
    return code.replace(shown[1], merkle.vkey_of(ORIGIN, KEY))


def _exists(path: str, page: Path) -> bool:
    near = [ROOT / path, page.parent / path, ROOT / "docs" / path]
    return any(one.exists() for one in near)
