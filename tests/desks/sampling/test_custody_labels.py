"""Labels: N asked are N printed and N readable, in an embedded font; ranges of sites; reprints with their reason."""

import io
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from django.db import IntegrityError, connection, transaction

from tests.desks.sampling.custody_world import CustodyWorld, doubts
from tests.desks.sampling.world import NOW, code
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.custody.labels import LabelOrder, draw_run, give_codes, print_labels
from yinghuo.desks.sampling.actions.custody.sheets import draw
from yinghuo.desks.sampling.models import LabelRun, SiteRange
from yinghuo.desks.sampling.queries.custody.labels import codes, site_codes
from yinghuo.engines.codes import CodeRange
from yinghuo.engines.labels import SIZES

pytestmark = pytest.mark.django_db
WORDS = ["试验点（虚构）", "一号点 采样台", "Trial (invented)"]
DPI = 300


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LABEL_FOLDER = tmp_path / "labels"
    return tmp_path / "labels"


@pytest.fixture
def world() -> CustodyWorld:
    return CustodyWorld()


def sheet(first: str, last: str, size: str = "a4-4x10") -> bytes:
    out = io.BytesIO()
    for _drawn in draw(CodeRange.of(first, last), WORDS, size=SIZES[size], to=out):
        pass
    return out.getvalue()


def read_codes(pdf: bytes) -> tuple[Counter[str], Counter[str]]:
    """Every Code 128 and every QR code on every sheet, as a scanner reads the paper."""
    bars: Counter[str] = Counter()
    squares: Counter[str] = Counter()
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=DPI / 72, grayscale=True).to_numpy()
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128):
            bars[found.text] += 1
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
            squares[found.text] += 1
    return bars, squares


def wanted(first: int, last: int, *, size: str = "a4-4x10", reason: str = "") -> LabelOrder:
    return LabelOrder(uuid4(), "tube", code(first), code(last), size, reason=reason)


@pytest.mark.parametrize("size", SIZES)
def test_every_code_of_every_size_is_read_off_the_paper(size: str) -> None:
    asked = CodeRange.of(code(1), code(SIZES[size].per_page + 3))
    bars, squares = read_codes(sheet(asked.first, asked.last, size))
    assert bars == squares == Counter(asked)


def test_the_words_are_in_an_embedded_font_and_can_be_copied_out() -> None:
    pdf = sheet(code(1), code(2))
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "试验点（虚构）" in text
    assert code(2) in text
    assert b"/FontFile2" in pdf
    assert b"/BaseFont /AAAAAA+NotoSansSC" in pdf
    assert b"Helvetica" not in [part for part in pdf.split() if part.startswith(b"/FontFile")]


def test_the_same_print_is_the_same_bytes() -> None:
    assert sheet(code(1), code(45)) == sheet(code(1), code(45))


def test_n_labels_asked_are_n_labels_printed_and_a_reprint_is_recorded(world: CustodyWorld) -> None:
    run = print_labels(world.campaign, wanted(1, 90), by="user:1", at=NOW)
    bars, squares = read_codes(draw_run(run.id).read_bytes())
    assert bars == squares == Counter(CodeRange.of(code(1), code(90)))
    assert LabelRun.objects.get(id=run.id).made == run.count == 90
    with pytest.raises(Refused, match=r"labels\.printed"):
        print_labels(world.campaign, wanted(40, 41), by="user:2", at=NOW)
    again = print_labels(world.campaign, wanted(40, 41, reason="smeared"), by="user:2", at=NOW)
    assert again.reprint
    stretches = [(one.first, one.last, count) for one, count in codes(world.campaign.id).printed("tube") if count]
    assert stretches == [(code(1), code(39), 1), (code(40), code(41), 2), (code(42), code(90), 1)]
    kinds = list(Entry.objects.filter(kind__startswith="labels.").order_by("id").values_list("kind", "by"))
    assert kinds == [("labels.printed", "user:1"), ("labels.reprinted", "user:2")]
    assert '"reason":"smeared"' in Entry.objects.get(kind="labels.reprinted").body


def test_the_same_order_for_labels_twice_is_one_print(world: CustodyWorld) -> None:
    order = wanted(1, 5)
    print_labels(world.campaign, order, by="user:1", at=NOW)
    print_labels(world.campaign, order, by="user:1", at=NOW)
    assert LabelRun.objects.count() == 1


def test_box_labels_need_no_issued_codes(world: CustodyWorld) -> None:
    run = print_labels(world.campaign, LabelOrder(uuid4(), "box", "BX0001", "BX0012", "50x30"), by="user:1", at=NOW)
    bars, _squares = read_codes(draw_run(run.id).read_bytes())
    assert bars == Counter(CodeRange.of("BX0001", "BX0012"))


def test_tube_labels_of_codes_that_were_not_issued_are_refused(world: CustodyWorld) -> None:
    with pytest.raises(Refused, match=r"codes\.not_issued"):
        print_labels(world.campaign, wanted(9_990, 10_005), by="user:1", at=NOW)
    assert not LabelRun.objects.exists()


def test_ten_thousand_labels_are_drawn_within_half_a_minute_and_say_how_far_they_are() -> None:
    began, steps = time.monotonic(), []
    for drawn in draw(CodeRange.of("JL0000000001", "JL0000010000"), WORDS, size=SIZES["a4-5x13"], to=io.BytesIO()):
        steps.append(drawn)
    assert steps[-1] == 10_000
    assert len(steps) == -(-10_000 // 65)
    assert time.monotonic() - began < 30


def test_no_code_is_given_to_two_sites_whoever_asks(world: CustodyWorld) -> None:
    give_codes(world.site, first=code(1), last=code(100), by="user:1", at=NOW)
    with pytest.raises(Refused, match=r"codes\.given"):
        give_codes(world.other_site, first=code(100), last=code(200), by="user:1", at=NOW)
    with pytest.raises(IntegrityError, match="site_ranges_apart"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sampling_siterange (campaign_id, site_id, first, last, count, at, by) "
            "VALUES (%s, %s, %s, %s, 101, now(), 'user:1')",
            [world.campaign.id, world.other_site.pk, code(100), code(200)],
        )
    give_codes(world.other_site, first=code(101), last=code(200), by="user:1", at=NOW)
    give_codes(world.other_site, first=code(101), last=code(200), by="user:1", at=NOW)
    assert SiteRange.objects.count() == 2


def test_a_site_that_runs_low_is_marked_and_says_how_many_codes_are_left(world: CustodyWorld) -> None:
    give_codes(world.site, first=code(1), last=code(10), by="user:1", at=NOW)
    give_codes(world.other_site, first=code(11), last=code(20), by="user:1", at=NOW)
    world.fill(*range(1, 9))
    world.fill(11)
    world.settle_down()
    rows = {row.id: row for row in site_codes(world.campaign.id, area_code="2201")[0]}
    assert (rows[world.site.pk].given, rows[world.site.pk].left, rows[world.site.pk].low) == (10, 2, True)
    assert (rows[world.other_site.pk].left, rows[world.other_site.pk].low) == (9, False)


def test_a_tube_used_at_another_site_than_it_was_given_to_is_in_doubt(world: CustodyWorld) -> None:
    give_codes(world.other_site, first=code(1), last=code(10), by="user:1", at=NOW)
    world.fill(10, 11)
    world.settle_down()
    assert doubts("tube.other_site") == [{"site": world.site.pk, "given_to": world.other_site.pk}]
