"""Certificates: signed, small, scannable, for negative results alone, and verified without asking anybody."""

import io
import json
import re
from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime, timedelta

import pytest
import segno
import zxingcpp
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.desks.sampling.lookups_world import register, reported, stranger, swabbed, token_of
from tests.desks.sampling.world import NOW, START, World, code
from yinghuo.cli.lookups import certificates as command
from yinghuo.desks.sampling.lookup_rules import CertificateRule, certificate_rule
from yinghuo.engines.certificates import Certificate, key_id, opened, public_key, signed
from yinghuo.web import catalogue

KEY = bytes(range(32))
KEYS = {key_id(public_key(KEY)): public_key(KEY)}
AT = datetime(2022, 5, 8, 3, 0, tzinfo=UTC)
LONGEST = Certificate("欧阳**", AT, AT, AT + timedelta(hours=72), "220106001")
MOST_MINUTES = 4 * 10**9  # the year 9575
PHONE_PX = 320  # as wide as the picture is on a phone of 360 px


@pytest.fixture(autouse=True)
def _clock(settings: object) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()
    catalogue.compile_all()


@pytest.fixture
def token(db: None) -> str:
    """The address of somebody negative."""
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "negative")
    return token_of(person)


@given(
    st.text("张王*李·AB", max_size=12),
    st.integers(0, MOST_MINUTES),
    st.integers(0, MOST_MINUTES),
    st.integers(0, MOST_MINUTES),
    st.text("0123456789", max_size=12),
)
def test_what_was_signed_is_what_is_read(name: str, sampled: int, result: int, until: int, area: str) -> None:
    moments = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes) for minutes in (sampled, result, until)]
    certificate = Certificate(name, *moments, area)
    assert opened(signed(certificate, KEY), KEYS) == certificate


def test_every_altered_byte_is_noticed() -> None:
    raw = bytearray(urlsafe_b64decode(signed(LONGEST, KEY) + "=="))
    from base64 import urlsafe_b64encode

    for place in range(len(raw)):
        altered = bytes(raw[:place]) + bytes([raw[place] ^ 1]) + bytes(raw[place + 1 :])
        with pytest.raises(ValueError, match=r"^(form|key|signature)$"):
            opened(urlsafe_b64encode(altered).decode(), KEYS)


@pytest.mark.parametrize("text", ["", "A", "AAAA", "字", "A" * 4000, "=" * 10, "\x00"])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(form|key)$"):
        opened(text, KEYS)


def test_a_certificate_of_another_key_is_not_ours() -> None:
    with pytest.raises(ValueError, match="key"):
        opened(signed(LONGEST, bytes(32)), KEYS)


def test_the_code_is_small_and_read_at_the_size_of_a_phone() -> None:
    link = f"https://yinghuo.example/verify#{signed(LONGEST, KEY)}"
    made = segno.make_qr(link, error="m", boost_error=False)
    assert len(link) <= 180
    assert made.version <= 9
    out = io.BytesIO()
    made.save(out, kind="png", border=4, scale=8)
    picture = Image.open(out).convert("L").resize((PHONE_PX, PHONE_PX))
    for turned in (0, 7, 90):
        found = zxingcpp.read_barcodes(picture.rotate(turned, fillcolor=255, expand=True))
        assert [one.text for one in found] == [link]


def test_a_negative_result_has_a_certificate_that_verifies(token: str) -> None:
    page = stranger().get(f"/r/{token}/en/certificate").content.decode()
    text = re.search(r'href="[^"]*/verify#([\w-]+)"', page)
    keys = json.loads(stranger().get("/.well-known/yinghuo-certificates.json").content)["keys"]
    public = urlsafe_b64decode(keys[0]["x"] + "==")
    assert text
    found = opened(text[1], {bytes.fromhex(keys[0]["kid"]): public})
    assert (found.name, found.area_code) == ("张*", "2201")
    assert (found.sampled_at, found.valid_until) == (START, START + timedelta(hours=48))


def test_the_picture_is_a_code_of_the_same_text_and_nothing_else(token: str) -> None:
    answer = stranger().get(f"/r/{token}/certificate.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"style=" not in answer.content
    assert b"script" not in answer.content
    assert "max-age" in answer["Cache-Control"]


def test_a_certificate_holds_no_pseudonym_and_no_tube(token: str) -> None:
    page = stranger().get(f"/r/{token}/zh/certificate").content.decode()
    assert code(1) not in page
    assert "张三" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["positive", "grey", "invalid", ""])
def test_no_other_result_has_one(result: str) -> None:
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    if result:
        reported(world, 1, result)
    address = f"/r/{token_of(person)}"
    assert stranger().get(f"{address}/zh/certificate").status_code == 303
    assert stranger().get(f"{address}/certificate.svg").status_code == 404
    assert "certificate" not in stranger().get(f"{address}/en").content.decode()


def test_it_ends_and_a_correction_ends_it_at_the_source(token: str, settings: object) -> None:
    settings.SCENARIO_CLOCK = (START + timedelta(hours=48, minutes=1)).isoformat()
    assert stranger().get(f"/r/{token}/certificate.svg").status_code == 404


def test_the_span_is_a_dated_rule_the_nearest_area_first() -> None:
    rules = (
        CertificateRule(date(2021, 11, 1), "", 72, "why", "因"),
        CertificateRule(date(2022, 1, 1), "", 48, "why", "因"),
        CertificateRule(date(2021, 12, 1), "2201", 24, "why", "因"),
    )
    asked = [("2202", date(2021, 12, 31)), ("2202", date(2022, 1, 1)), ("220106", date(2022, 1, 1))]
    found = [certificate_rule(area, day, rules) for area, day in asked]
    assert [one.hours for one in found if one] == [72, 48, 24]
    assert certificate_rule("2201", date(2021, 1, 1), rules) is None


def test_the_command_verifies_and_tells_genuine_from_over_from_forged() -> None:
    from base64 import urlsafe_b64encode

    key = urlsafe_b64encode(public_key(KEY)).decode().rstrip("=")
    run = CliRunner().invoke
    good = run(command, ["verify", f"https://x.example/verify#{signed(LONGEST, KEY)}", "--key", key])
    assert (good.exit_code, "genuine and valid" in good.output, "欧阳**" in good.output) == (0, True, True)
    past = LONGEST._replace(valid_until=NOW - timedelta(minutes=1))
    assert run(command, ["verify", signed(past, KEY), "--key", key]).exit_code == 2
    forged = run(command, ["verify", signed(LONGEST, bytes(32)), "--key", key])
    assert forged.exit_code == 1
    assert "not genuine" in forged.output
