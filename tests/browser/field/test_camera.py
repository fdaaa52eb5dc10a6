"""The camera: a picture with codes in front of Chromium's fake camera is scanned like any other."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser import STORY
from tests.browser.conftest import SWITCHES
from tests.browser.field.phone import Field, Phone, phone

pytestmark = STORY
SIZE, SIDE = (640, 480), 330
RATE_HZ, SHOWN, AWAY = 5, 12, 10  # frames a second; frames that show a code; frames between two
GREY = bytes([128]) * (SIZE[0] * SIZE[1] // 2)  # both colour planes of a picture without colour
TUBE, PERSON = "JL0000005001", str(uuid4())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film (YUV4MPEG2) that shows the tube, nothing, a person, nothing, and begins again."""
    path = tmp_path_factory.mktemp("camera") / "codes.y4m"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{RATE_HZ}:1 Ip A1:1 C420jpeg\n".encode())
        for text, frames in ((TUBE, SHOWN), ("", AWAY), (PERSON, SHOWN), ("", AWAY)):
            file.write((b"FRAME\n" + _picture(text) + GREY) * frames)
    return path


def _picture(text: str) -> bytes:
    """A grey table with a code lying on it."""
    table = Image.new("L", SIZE, 190)
    if text:
        code = segno.make(text, error="m", micro=False)
        rows = [[0 if dark else 255 for dark in row] for row in code.matrix_iter(border=4)]
        small = Image.new("L", (len(rows), len(rows)))
        small.putdata([shade for row in rows for shade in row])
        table.paste(small.resize((SIDE, SIDE), Image.Resampling.NEAREST), (150, 70))
    return table.tobytes()


@pytest.fixture
def seeing(browser: Browser, field: Field, chromium: str, film: Path) -> Iterator[Phone]:
    """A phone whose camera sees the film."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    switches = [*SWITCHES, *camera, f"--use-file-for-fake-video-capture={film}"]
    own = browser.browser_type.launch(executable_path=chromium, args=switches)
    with phone(own, field) as one:
        one.enrol()
        yield one
        assert one.troubles == []
    own.close()


def test_the_camera_scans_tube_and_person_without_a_network(seeing: Phone, field: Field) -> None:
    assert seeing.page.evaluate("() => 'BarcodeDetector' in window") is False
    seeing.page.wait_for_function("() => window.ZXingWASM")
    seeing.page.wait_for_timeout(500)
    seeing.set_network("dead")
    seeing.open()
    seeing.press("big")
    expect(seeing.page.locator(".code")).to_have_text(TUBE, timeout=20_000)
    expect(seeing.page.locator(".count")).to_have_attribute("data-count", "1", timeout=20_000)
    seeing.page.wait_for_timeout(1500)
    seeing.shows(1)
    seeing.choose("Close the camera")
    expect(seeing.page.locator("#lens")).to_be_hidden()
    seeing.seal()
    seeing.set_network("well")
    seeing.unsent(0)
    assert field.count("swab", "tube = %s AND person = %s", TUBE, PERSON) == 1


def test_without_a_camera_the_app_says_so_and_goes_on(enrolled: Phone) -> None:
    enrolled.press("big")
    enrolled.says("No camera")
    enrolled.scan("JL0000005002")
    enrolled.shows_open("JL0000005002")
