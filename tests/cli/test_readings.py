"""`yinghuo readings`: the lake tended, verified, exported and analysed from the shell."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings

from tests.desks.metering.lake_world import NOON, curve, reading, register, spool_and_lake
from yinghuo.cli import readings as command
from yinghuo.cli import yinghuo
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.correcting import correct
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.lake import analyses
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.store import Lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def lake(tmp_path: Path, settings: LazySettings, server_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """Two meters, two days, one correction; the commands use this lake and this run's server."""
    monkeypatch.setenv("DATABASE_URL", server_url)
    monkeypatch.setenv("LANG", "C.UTF-8")
    settings.METERING_LAKE = str(tmp_path / "lake")
    register()
    spool, lake = spool_and_lake(tmp_path)
    spool.append(curve())
    drain(spool, lake, now=NOON)
    spool.append([reading(minute=24 * 60, value="107.5")])
    drain(spool, lake, now=NOON)
    later = NOON + timedelta(hours=1)
    correct(lake, [Correction(1, 1, NOON, Decimal("99.5"), "edited", "抄表", "user:7")], by="user:7", now=later)
    yield lake
    spool.close()


def run(*arguments: object) -> Result:
    """The command's answer; its refusals come out as they are."""
    result = CliRunner().invoke(yinghuo, ["readings", *map(str, arguments)])
    if isinstance(result.exception, Refused):
        raise result.exception
    return result


def test_compaction_and_verification_say_what_they_came_to(lake: Lake) -> None:
    assert "files became" in run("compact").output
    said = run("verify")
    assert "3 commits, 2 days, 18 rows: 0 faults" in said.output
    assert said.exit_code == 0
    assert run("vacuum", "--keep-hours", 0).output == "2 files deleted\n"


def test_a_fault_is_named_and_ends_with_one(lake: Lake) -> None:
    lake.snapshot().delete("day = '2022-05-09'")
    said = run("verify")
    assert "rows.missing\tday 2022-05-09" in said.output
    assert said.exit_code == 1


def test_an_export_holds_names_and_units_and_the_latest_revision(lake: Lake, tmp_path: Path) -> None:
    run("export", "2022-05-08", "2022-05-09", tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert len(rows) == 17
    (edited,) = [row for row in rows if row["revision"]]
    assert (edited["address"], edited["name"], edited["unit"]) == ("000000000001", "import_kwh", "kWh")
    assert (edited["value"], edited["quality"], edited["because"]) == (Decimal("99.5"), "edited", "user:7")

    run("export", "2022-05-08", "2022-05-08", tmp_path / "a.csv", "--as-measured")
    raw = list(csv.DictReader((tmp_path / "a.csv").open()))
    assert len(raw) == 16
    assert {row["revision"] for row in raw} == {"0"}


def test_another_area_exports_nothing_and_another_form_is_refused(lake: Lake, tmp_path: Path) -> None:
    run("export", "2022-05-08", "2022-05-09", tmp_path / "a.parquet", "--area", "31")
    assert pq.read_metadata(tmp_path / "a.parquet").num_rows == 0
    with pytest.raises(Refused, match=r"export\.form"):
        run("export", "2022-05-08", "2022-05-09", tmp_path / "a.xlsx")


def test_an_analysis_is_written_as_csv(lake: Lake) -> None:
    found = list(csv.DictReader(run("analyse", "daily-energy", "2022-05-08", "2022-05-09").stdout.splitlines()))
    assert [(row["meter"], row["day"], float(row["energy_kwh"])) for row in found] == [("1", "2022-05-08", 8 * 40.0)]
    found = list(csv.DictReader(run("analyse", "coverage", "2022-05-08", "2022-05-08").stdout.splitlines()))
    assert [(row["expected"], row["present"]) for row in found] == [("192", "8")]


def test_the_command_knows_every_analysis() -> None:
    assert set(command.NAMES) == set(analyses.ANALYSES)
