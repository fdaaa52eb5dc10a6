"""Text is readable: the contrast of what is drawn, WCAG 2.2 success criterion 1.4.3 (AA), light and dark."""

import pytest

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitors

pytestmark = STORY

CAMPAIGN = "SELECT id FROM sampling_campaign ORDER BY starts_at LIMIT 1"
LEAST, LEAST_LARGE = 4.5, 3
TOO_FAINT = """([least, leastLarge]) => {
    const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const rgba = (colour) => known.get(colour) ?? known.set(colour, painted(colour)).get(colour);
    const painted = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], [r0, g0, b0]) => [r * a + r0 * (1 - a), g * a + g0 * (1 - a), b * a + b0 * (1 - a), 1];
    const ground = (element) => {
        if (!element) return rgba(getComputedStyle(document.documentElement).backgroundColor);
        const own = rgba(getComputedStyle(element).backgroundColor);
        return own[3] === 1 ? own : over(own, ground(element.parentElement));
    };
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const light = (colour) => {
        const [r, g, b] = colour.map((c) => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let checked = 0;
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        const hidden = !element.checkVisibility() || element.closest("script, .aside, .skip, option");
        if (hidden || !walk.currentNode.data.trim()) continue;
        const style = getComputedStyle(element);
        const behind = ground(element);
        const [a, b] = [light(over(rgba(style.color), behind)), light(behind)].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = (a + 0.05) / (b + 0.05);
        checked += 1;
        if (ratio < (large ? leastLarge : least)) found.push(`${ratio.toFixed(2)}: ${walk.currentNode.data.trim()}`);
    }
    return [checked, found];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(visitors: Visitors, installation: Installation, theme: str) -> None:
    visitor = visitors.of("manager", theme=theme)
    for path in ["/", f"/sampling/{installation.row(CAMPAIGN)[0]}", "/orders", "/issues", "/people/devices"]:
        visitor.visit(path)
        checked, found = visitor.page.evaluate(TOO_FAINT, [LEAST, LEAST_LARGE])
        assert checked > 30, path
        assert not found, (path, theme)


def test_the_measure_itself_notices_faint_text(visitors: Visitors) -> None:
    visitor = visitors.of("manager")
    visitor.visit("/orders")
    visitor.page.evaluate("document.querySelector('h1').style.color = '#999999'")
    _checked, found = visitor.page.evaluate(TOO_FAINT, [LEAST, LEAST_LARGE])
    assert len(found) == 1
    assert found[0].startswith("2.85: ")
