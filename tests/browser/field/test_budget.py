"""The app stays small: lines, bytes of the first load, and a word in both languages for everything it says."""

import re
from pathlib import Path

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone

pytestmark = STORY
FOLDER = Path(__file__).resolve().parents[3] / "yinghuo" / "field"
MOST_LINES, MOST_BYTES, LONGEST_LINE = 1_500, 300_000, 160
SOURCES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".js", ".html", ".css"})
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def words() -> dict[str, tuple[str, str]]:
    """The dictionary: key to Chinese and English."""
    source = (FOLDER / "words.js").read_text(encoding="utf-8")
    found = re.findall(r'(\w+): \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\]', source)
    return {key: (chinese, english) for key, chinese, english in found}


def test_the_app_is_under_fifteen_hundred_lines() -> None:
    lines = {path.name: path.read_text(encoding="utf-8").splitlines() for path in SOURCES}
    assert sum(len(one) for one in lines.values()) < MOST_LINES
    assert {name for name, one in lines.items() if max(map(len, one)) > LONGEST_LINE} == set()


def test_every_source_opens_with_a_sentence() -> None:
    opening = re.compile(r"\A(<!doctype html>\n)?(/\*\*? .+|<!-- .+)")
    assert [path.name for path in SOURCES if not opening.match(path.read_text(encoding="utf-8"))] == []


def test_everything_said_has_a_chinese_and_an_english_word() -> None:
    known, said = words(), "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "words.js")
    assert len(known) > 100
    assert set(re.findall(r'\bt\("(\w+)"', said)) <= set(known)
    spoken = set(re.findall(r'"(\w+)"', said))
    built = ("state_", "fault_", "trouble_", "door_")
    assert {key for key in known if key not in spoken and not key.startswith(built)} == set()
    assert {key for key, (chinese, _) in known.items() if not CHINESE.search(chinese)} == {"language"}
    assert {key for key, (_, english) in known.items() if CHINESE.search(english)} == {"language"}
    parts = re.compile(r"\{(\w+)")
    assert {key for key, (one, other) in known.items() if set(parts.findall(one)) != set(parts.findall(other))} == set()


def test_the_first_load_is_under_three_hundred_kilobytes(make_phone: MakePhone) -> None:
    one = make_phone()
    loaded: dict[str, int] = {}
    one.context.on("response", lambda answer: loaded.update({answer.url: len(answer.body())}))
    one.open()
    one.page.wait_for_function("() => navigator.serviceWorker.controller")
    assert sum(loaded.values()) < MOST_BYTES
    assert len(loaded) > len(SOURCES)
    assert [url for url in loaded if "zxing" in url] == []
