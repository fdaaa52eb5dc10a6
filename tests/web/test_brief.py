"""The brief: every number counted at a signed checkpoint, printed figures beside it, in both languages."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from tests.figure_world import (
    DAY,
    MIDNIGHT,
    NOON,
    keep_results,
    keep_sealed,
    keep_swabs,
    named,
    result,
    sealed,
    site,
    swab,
)
from yinghuo.core import ledger
from yinghuo.core.areas.actions import load_region
from yinghuo.core.figures.registry import open_figures
from yinghuo.core.ledger import sequencer
from yinghuo.core.parties.actions import register_party
from yinghuo.core.refusal import Refused
from yinghuo.core.work.actions import settle_issue
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.jobs import judge
from yinghuo.web import brief as briefs

pytestmark = pytest.mark.django_db
NOW = MIDNIGHT + timedelta(hours=20)


def plant(name: str, area_code: str = "220174001"):
    """A site at an enterprise."""
    party_id = named("party", name)
    given = {"kind": "enterprise", "name_zh": f"{name}厂", "name_en": f"Plant {name}", "area_code": area_code}
    register_party(id=party_id, by="user:1", at=NOON, **given)
    return site(area_code, party_id=party_id)


def settle_down() -> None:
    while sequencer.sequence() + judge(NOW):
        pass
    sequencer.checkpoint(at=NOW)


def small_world() -> None:
    """Twelve people at one plant, three at another; a positive tube of two, one of them collected again."""
    large, small = plant("甲"), plant("乙|<b>")
    keep_swabs(*(swab(n, tube=f"A00{n // 6}", person=n, where=large) for n in range(12)))
    keep_swabs(*(swab(20 + n, tube="B000", person=20 + n, where=small) for n in range(2)))
    keep_swabs(swab(30, tube="B000", person=20, where=small, minute=601))
    keep_sealed(*(sealed(n, tube=tube, where=large) for n, tube in enumerate(("A000", "A001"))))
    keep_results(result(1, tube="A000"), result(2, tube="B000", said="positive"))
    settle_down()
    keep_swabs(swab(40, tube="S000", person=20, where=small, minute=1_000))
    settle_down()


def made(area: str = "", **more: object) -> briefs.Brief:
    return briefs.build(area, DAY["first"], DAY["last"], NOW, **more)


def counted(brief: briefs.Brief) -> dict[str, Decimal | None]:
    return {value.figure.key.partition(".")[2]: value.value for value in brief.figures}


def test_the_brief_of_an_empty_house_says_so_and_counts_nothing() -> None:
    brief = made()
    assert set(counted(brief).values()) == {0, None}
    assert (brief.signed.size, brief.enterprises, brief.doubts, brief.turnaround) == (0, [], [], {})
    assert "Nothing has been signed yet" in briefs.as_markdown(brief, "en")


def test_every_registered_figure_is_counted_for_the_area_asked() -> None:
    small_world()
    everywhere, elsewhere = counted(made()), counted(made("2202"))
    assert set(everywhere) == {figure.key.partition(".")[2] for figure in open_figures()}
    wanted = {
        "swabs": 16,
        "people": 14,
        "tubes": 2,
        "positive_tubes": 1,
        "recollected": 1,
        "mean_fill": Decimal("4.00"),
    }
    assert {name: everywhere[name] for name in wanted} == wanted
    assert (elsewhere["swabs"], elsewhere["mean_fill"]) == (0, None)


def test_the_brief_rests_on_the_newest_checkpoint_and_names_what_came_later() -> None:
    small_world()
    keep_swabs(swab(50, tube="S001", person=21, where=987, minute=1_001))
    brief = made()
    assert counted(brief)["swabs"] == 16
    assert brief.signed.later == 1
    assert "Entries that came later and are not in it: 1." in briefs.as_markdown(brief, "en")
    assert all(value.size == brief.signed.size for value in brief.figures)


def test_printed_figures_stand_beside_what_was_counted() -> None:
    small_world()
    rows = {row.stated.key: row for row in made().stated}
    assert (rows["sampling.swabs"].stated.value, rows["sampling.swabs"].counted.value) == (825_321, 16)
    assert not rows["sampling.swabs"].equal
    assert made("2202").stated == []


def test_a_printed_figure_that_was_counted_exactly_is_equal() -> None:
    small_world()
    row = next(row for row in made().stated if row.stated.key == "sampling.samplers")
    assert replace(row, stated=replace(row.stated, value=Decimal(2))).equal
    assert not replace(row, stated=replace(row.stated, value=Decimal(3))).equal


def test_at_another_scale_the_expected_figure_is_printed_times_scale() -> None:
    small_world()
    row = next(row for row in made(scale=Decimal("0.1")).stated if row.stated.key == "sampling.swabs")
    assert row.expected == 82_532
    text = briefs.as_markdown(made(scale=Decimal("0.1")), "en")
    assert "This is a demonstration at scale 0.1." in text
    assert "| 825,321 | 82,532 | 16 | no |" in text
    assert "Expected" not in briefs.as_markdown(made(), "en")


def test_the_scale_is_read_from_the_latest_run_in_the_ledger() -> None:
    assert made().scale == 1
    for scale in ("0.5", "0.1"):
        ledger.enter("demo.run", "demo:jilin", by="system:demo", at=NOON, body={"scale": scale})
    assert made().scale == Decimal("0.1")


def test_turnaround_is_told_by_stage_in_minutes() -> None:
    small_world()
    sealing = made().turnaround[1]
    assert (sealing.tubes, sealing.quantiles_min) == (2, [60, 60, 60])
    assert "| First swab to sealing | 2 | 60.0 | 60.0 | 60.0 |" in briefs.as_markdown(made(), "en")


def test_recollections_add_up() -> None:
    small_world()
    now = made().recollections
    assert (now.opened, now.done, now.verified, now.open, now.late, now.cancelled) == (2, 1, 0, 1, 0, 0)
    late = briefs.build("", DAY["first"], DAY["last"], NOW + timedelta(days=9)).recollections
    assert (late.open, late.late) == (1, 1)
    assert made("2202").recollections.opened == 0


def test_doubts_are_counted_by_code_open_and_settled() -> None:
    small_world()
    twice = Issue.objects.filter(code="swab.person_twice").get()
    before = {row.code: (row.raised, row.settled, row.open) for row in made().doubts}
    settle_issue(twice.id, settlement="confirmed", reason="asked at the site", by="user:9", at=NOW)
    after = {row.code: (row.raised, row.settled, row.open) for row in made().doubts}
    assert (before["swab.person_twice"], after["swab.person_twice"]) == ((1, 0, 1), (1, 1, 0))
    assert {code: row for code, row in after.items() if code != "swab.person_twice"} == {
        code: row for code, row in before.items() if code != "swab.person_twice"
    }


def test_small_cells_of_people_at_an_enterprise_are_hidden() -> None:
    small_world()
    rows = {row.name_zh: row for row in made().enterprises}
    assert [(row.samples, row.people) for row in rows.values()] == [(None, None), (None, None)]
    assert (rows["甲厂"].sites, rows["甲厂"].tubes, rows["甲厂"].tubes_waiting) == (1, 2, 1)
    other = plant("丙")
    keep_swabs(*(swab(100 + n, tube=f"C{n:03}", person=100 + n, where=other) for n in range(30)))
    settle_down()
    rows = {row.name_zh: row for row in made().enterprises}
    assert (rows["丙厂"].people, rows["甲厂"].people, rows["乙|<b>厂"].people) == (30, None, None)


def test_markdown_tables_are_whole_in_both_languages() -> None:
    small_world()
    load_region(by="user:1", at=NOON)
    for language, title in (("en", "# Brief: Changchun, 2022-05-08"), ("zh", "# 简报：长春市，2022-05-08")):
        lines = briefs.as_markdown(made("2201"), language).splitlines()
        assert lines[0] == title
        widths = [[line.replace("\\|", "").count("|") for line in block] for block in tables(lines)]
        assert len(widths) == 6
        assert all(len(set(block)) == 1 and len(block) > 2 for block in widths)


def tables(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("|"):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def test_chinese_and_english_say_the_same_numbers() -> None:
    small_world()
    chinese, english = (briefs.as_markdown(made(), language) for language in ("zh", "en"))
    assert "| 采样人次 | 16 | 人次 |" in chinese
    assert "| Samples taken | 16 | samples |" in english
    assert "截至5月8日，累计采样825321人次" in chinese
    assert "To 8 May, 825,321 samples were taken" in english


def test_names_from_outside_cannot_break_markdown_or_html() -> None:
    small_world()
    assert "乙\\|\\<b\\>厂" in briefs.as_markdown(made(), "zh")
    page = briefs.as_html(made(), "zh")
    assert "乙|&lt;b&gt;厂" in page
    assert "<b>" not in page


class Tags(HTMLParser):
    """Collects the language, the table heads and what is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.language = ""
        self.heads = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.language = dict(attrs).get("lang") or self.language
        self.heads += tag == "th"
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("language", "marked"), [("zh", "zh-hans"), ("en", "en")])
def test_html_is_whole_and_in_its_language(language: str, marked: str) -> None:
    small_world()
    tags = Tags()
    tags.feed(briefs.as_html(made(), language))
    assert (tags.open, tags.language) == ([], marked)
    assert tags.heads == 8 + 6 + 5 + 6 + 4 + 6


def test_json_holds_every_number_without_floats() -> None:
    small_world()
    said = json.loads(json.dumps(briefs.as_json(made())), parse_float=pytest.fail)
    by_key = {row["key"]: row for row in said["figures"]}
    assert (by_key["sampling.swabs"]["value"], by_key["sampling.mean_fill"]["value"]) == (16, "4.00")
    assert by_key["sampling.swabs"]["name_zh"] == "采样人次"
    assert said["checkpoint"]["note"].startswith("yinghuo")
    assert said["turnaround_min"][0] == {"stage": 1, "tubes": 2, "p10": "60.0", "p50": "60.0", "p90": "60.0"}
    assert {row["stated"] for row in said["stated"]} == {825_321, 135_988, 11, 163, 254}
    assert said["enterprises"][0]["people"] is None


def test_a_period_without_length_is_refused() -> None:
    with pytest.raises(Refused, match=r"figure\.period"):
        briefs.build("", NOON, NOON, NOW)
