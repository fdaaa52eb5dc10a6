"""The look: contrast of every colour pair in light and dark, nothing inline that the content policy would stop."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent.parent / "yinghuo" / "web"
KEPT_AS_FILES = {"brief.html"}  # documents that stand alone, outside the console and its policy
SERVED = sorted(path for path in (WEB / "templates").rglob("*.html") if path.name not in KEPT_AS_FILES)
AA_TEXT = 4.5  # WCAG 2.2, success criterion 1.4.3
AA_GRAPHICS = 3.0  # 1.4.11
TEXTS = ["ink", "ink-2", "accent", "done", "running", "waiting", "late", "wrong", "off"]
GROUNDS = ["ground", "sheet"]


def colours(theme: str) -> dict[str, str]:
    """The colours of a theme, by name, from the one table that holds them."""
    found = re.findall(
        r"--([\w-]+): var\(--light, (#\w{6})\) var\(--dark, (#\w{6})\);", (WEB / "static/tokens.css").read_text()
    )
    return {name: light if theme == "light" else dark for name, light, dark in found}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 to 1."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_colour_reads_on_every_ground(theme: str) -> None:
    table = colours(theme)
    weak = {(t, g): contrast(table[t], table[g]) for t in TEXTS for g in GROUNDS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < AA_TEXT} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-accent", "accent"),
        ("ground", "late"),
        ("late", "late-ground"),
        ("ink-2", "wrong-ground"),
        ("ink", "hover"),
        ("ink", "shade-0"),
        ("ink", "shade-1"),
        ("ink", "shade-2"),
        ("ground", "shade-3"),
        ("ground", "shade-4"),
    ],
)
def test_text_on_a_coloured_ground_reads(theme: str, text: str, ground: str) -> None:
    assert contrast(colours(theme)[text], colours(theme)[ground]) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_can_be_seen(theme: str) -> None:
    assert contrast(colours(theme)["edge"], colours(theme)["ground"]) >= AA_GRAPHICS


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 120
