"""`yinghuo figure` and `yinghuo brief`: what they print, which days they take, what they refuse."""

import json
import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from tests.figure_world import keep, keep_swabs, named, site, swab, three_batches
from yinghuo.cli import yinghuo
from yinghuo.cli.period import period
from yinghuo.core.ledger.models import Checkpoint
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import SWABS
from yinghuo.engines import merkle

pytestmark = pytest.mark.django_db
DAY = ("--from", "2022-05-08", "--to", "2022-05-08")
JILIN = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _database_is_given(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use this run's server and start none of their own."""
    monkeypatch.setenv("DATABASE_URL", server_url)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(yinghuo, arguments)
    if isinstance(result.exception, Refused):
        raise result.exception
    return result


def printed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_figure_is_printed_with_its_unit_its_records_and_its_version() -> None:
    three_batches()
    lines = printed("figure", "sampling.swabs", "--area", "2201", *DAY).splitlines()
    assert lines[:2] == ["Samples taken · 采样人次", "9 samples · 人次"]
    assert lines[2] == "area 2201, 2022-05-08T00:00:00+08:00 to 2022-05-09T00:00:00+08:00"
    assert lines[3].startswith("9 records from 3 ledger entries of ")


def test_a_figure_of_another_area_is_zero_and_has_no_evidence() -> None:
    three_batches()
    said = json.loads(printed("figure", "sampling.swabs", "--area", "2202", *DAY, "--evidence", "--json"))
    assert (said["value"], said["records"], said["evidence"]) == ("0", 0, [])
    assert said["evidence_root"] == merkle.EMPTY_ROOT.hex()


def test_printed_evidence_gives_the_printed_root() -> None:
    three_batches()
    said = json.loads(printed("figure", "sampling.people", *DAY, "--evidence", "--json"))
    lines = sorted(row["line"].encode() for row in said["evidence"])
    assert merkle.root(lines).hex() == said["evidence_root"]
    text = printed("figure", "sampling.people", *DAY, "--evidence")
    assert f"evidence root {said['evidence_root']}" in text
    assert all(f"{row['entry']} {row['line']}" in text for row in said["evidence"])


def test_a_mean_of_nothing_has_no_value() -> None:
    assert json.loads(printed("figure", "sampling.mean_fill", *DAY, "--json"))["value"] is None
    assert "no value people per tube" in printed("figure", "sampling.mean_fill", *DAY)


def test_facts_that_wait_for_their_index_are_sequenced_first() -> None:
    keep(SWABS, swab(1, tube="A001", person=1, where=site("220104001")), sequence=False)
    assert json.loads(printed("figure", "sampling.swabs", *DAY, "--json"))["value"] == "1"


def test_the_last_day_is_included_and_days_are_days_of_jilin() -> None:
    here = site("220104001")
    minutes = {"2022-05-08": (0, 24 * 60 - 1), "2022-05-09": (24 * 60,)}
    for number, minute in enumerate(minute for day in minutes.values() for minute in day):
        keep_swabs(swab(number, tube=f"A{number:03}", person=number, where=here, minute=minute))
    counts = {
        days: json.loads(printed("figure", "sampling.swabs", "--from", days[0], "--to", days[1], "--json"))["value"]
        for days in (("2022-05-08", "2022-05-08"), ("2022-05-09", "2022-05-09"), ("2022-05-08", "2022-05-09"))
    }
    assert list(counts.values()) == ["2", "1", "3"]


def test_without_days_the_period_runs_from_the_first_campaign_to_today() -> None:
    site("220104001")
    first, last = period(None, None)
    assert first == datetime(2022, 3, 9, tzinfo=JILIN)
    assert last - datetime.now(JILIN) <= timedelta(days=1)
    assert period(date(2022, 5, 8), date(2022, 5, 8))[1] == datetime(2022, 5, 9, tzinfo=JILIN)


def test_figures_are_listed() -> None:
    keys = [row["key"] for row in json.loads(printed("figure", "--list", "--json"))]
    assert keys == sorted(keys)
    assert "sampling.tubes" in keys
    assert "Tubes sealed (tubes) · 封管数（管）" in printed("figure", "--list")


def test_an_unknown_figure_and_no_figure_are_refused() -> None:
    with pytest.raises(Refused, match=r"figure\.unknown"):
        run("figure", "sampling.nonsense", *DAY)
    nothing = run("figure")
    assert (nothing.exit_code, "--list" in nothing.output) == (2, True)
    with pytest.raises(Refused, match=r"figure\.period"):
        run("figure", "sampling.swabs", "--from", "2022-05-09", "--to", "2022-05-08")


def test_a_day_that_is_no_day_is_an_error_of_the_command_line() -> None:
    assert run("figure", "sampling.swabs", "--from", "2022-02-30").exit_code == 2


@pytest.mark.parametrize(
    ("language", "line"), [("zh", "| 采样人次 | 9 | 人次 |"), ("en", "| Samples taken | 9 | samples |")]
)
def test_the_brief_signs_what_waits_and_is_written_in_the_language_asked(language: str, line: str) -> None:
    three_batches()
    assert line in printed("brief", *DAY, "--language", language)
    assert Checkpoint.objects.exists()


def test_the_brief_comes_as_html_and_as_json() -> None:
    three_batches()
    assert printed("brief", *DAY, "--format", "html").startswith("<!doctype html>")
    said = json.loads(printed("brief", "--area", "2201", *DAY, "--format", "json"))
    assert said["area"] == "2201"
    assert {row["key"]: row["value"] for row in said["figures"]}["sampling.people"] == 9
    assert said["recollections"]["opened"] == 0


def test_help_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    before = dict(os.environ)
    for command in ("figure", "brief"):
        assert "--area" in printed(command, "--help")
    assert dict(os.environ) == before


def test_the_same_record_names_its_batch_everywhere() -> None:
    three_batches()
    said = json.loads(printed("figure", "sampling.swabs", *DAY, "--evidence", "--json"))
    assert len({row["entry"] for row in said["evidence"]}) == 3
    assert any(str(named("swab", 4)) in row["line"] for row in said["evidence"])
