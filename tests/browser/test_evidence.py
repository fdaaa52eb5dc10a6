"""From a number on a page down to its proof: funnel, tube, ledger entry, proof; and figures published and rechecked."""

import json
import urllib.request
from pathlib import Path

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitors
from yinghuo.engines import merkle

pytestmark = STORY

FUNNEL = """
    SELECT count(*), count(sealed_at), count(boxed_at), count(collected_at), count(received_at),
           count(*) FILTER (WHERE result <> '') FROM sampling_tube WHERE campaign_id = %s
"""
LONGEST = "SELECT id, name_en FROM sampling_campaign ORDER BY starts_at LIMIT 1"
POSITIVE = "SELECT tube FROM sampling_tube WHERE campaign_id = %s AND result = 'positive' ORDER BY tube LIMIT 1"
QUESTION = "area=2201&first=2022-05-09&last=2022-05-09"


def test_the_funnel_of_a_campaign_shows_what_the_database_counts(
    visitors: Visitors, installation: Installation
) -> None:
    campaign, name = installation.row(LONGEST)
    visitor = visitors.of("manager")
    visitor.visit("/sampling")
    visitor.click(name)
    visitor.page.wait_for_selector(".funnel")
    shown = visitor.page.locator(".funnel .figure").all_inner_texts()
    assert [int(text.replace(",", "")) for text in shown] == list(installation.row(FUNNEL, campaign))
    assert not visitor.troubles


def test_a_tube_leads_to_a_proof_that_verifies_against_the_published_checkpoint(
    visitors: Visitors, installation: Installation, tmp_path: Path
) -> None:
    tube = installation.row(POSITIVE, installation.row(LONGEST)[0])[0]
    visitor = visitors.of("manager")
    visitor.visit("/")
    visitor.page.fill("#search", tube)
    visitor.page.press("#search", "Enter")
    visitor.click(tube)
    visitor.page.wait_for_selector(".timeline")
    assert visitor.page.locator(".timeline b").all_inner_texts()[-1] == "Result reported"
    visitor.click("Result reported")
    with visitor.page.expect_download() as download:
        visitor.click("Download proof")
    download.value.save_as(tmp_path / "proof.json")
    proof = json.loads((tmp_path / "proof.json").read_text())
    checkpoint = _checkpoint(installation, proof["public_key"])
    assert checkpoint.size == proof["size"]
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    leaf = proof["leaf"].encode()
    assert merkle.verify_inclusion(leaf, proof["index"], proof["size"], hashes, checkpoint.root)
    assert not merkle.verify_inclusion(leaf + b" ", proof["index"], proof["size"], hashes, checkpoint.root)


def test_every_record_of_a_figure_leads_to_its_ledger_entry(visitors: Visitors) -> None:
    visitor = visitors.of("statistician")
    visitor.visit(f"/figures/sampling.swabs?{QUESTION}")
    title = visitor.title
    assert "2022-05-09: 150 samples" in title
    rows = visitor.page.locator("#table-records tbody td:first-child")
    rows.first.wait_for()
    assert all(text.replace(",", "").isdigit() for text in rows.all_inner_texts())
    assert visitor.title == title, "the records that are fetched must not rename the page"
    rows.first.locator("a").click()
    visitor.page.get_by_role("link", name="Download proof").wait_for()
    assert not visitor.troubles


def test_a_figure_is_published_and_counted_again(visitors: Visitors) -> None:
    visitor = visitors.of("statistician")
    visitor.visit(f"/figures/sampling.swabs?{QUESTION}")
    visitor.click("Publish")
    visitor.page.wait_for_selector(".effects")
    assert "150 samples" in visitor.page.locator(".effects").inner_text()
    visitor.click("Publish")
    visitor.page.wait_for_url("**/figures/publications/**")
    assert "Published: 150 samples." in visitor.page.locator("#notice").inner_text()
    visitor.click("Count again")
    visitor.page.locator("#recheck h2").wait_for()
    assert visitor.page.locator("#recheck h2").inner_text() == "Counted again: it is as published"
    assert set(visitor.page.locator("#recheck .state").all_inner_texts()) == {"same"}
    assert not visitor.troubles


def _checkpoint(installation: Installation, public_key: str) -> merkle.Checkpoint:
    with urllib.request.urlopen(f"{installation.address}/api/v1/ledger/checkpoint", timeout=10) as answer:
        return merkle.parse_checkpoint(merkle.verify_note(answer.read().decode(), public_key))
