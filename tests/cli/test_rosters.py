"""`yinghuo roster`: a file from the shell, what it says, what it refuses."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.core.roster_world import as_csv, people, person, region
from yinghuo.cli import yinghuo
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.models import Intake

__all__ = ["region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]


@pytest.fixture(autouse=True)
def _database_is_given(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use this run's server and start none of their own."""
    monkeypatch.setenv("DATABASE_URL", server_url)
    monkeypatch.setenv("LANG", "C.UTF-8")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(yinghuo, [str(one) for one in arguments])
    if isinstance(result.exception, Refused):
        raise result.exception
    return result


def test_a_roster_is_taken_in_and_twice_is_once(tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(as_csv(people(30), encoding="gb18030", separator=";"))
    first = run("roster", "import", file, "--policy", "skip", "--area", "2201")
    assert "30 rows read; 30 were new people, 0 brought up to date, 0 skipped, 0 rejected" in first.output
    again = run("roster", "import", file, "--policy", "merge", "--area", "2201")
    assert "30 rows read; 0 were new people, 0 brought up to date, 30 skipped, 0 rejected" in again.output


def test_a_dry_run_takes_nobody_in_and_writes_the_rows_with_problems(tmp_path: Path) -> None:
    file, errors = tmp_path / "a.csv", tmp_path / "errors.csv"
    file.write_bytes(as_csv([person(1), person(2, 姓名="")]))
    said = run("roster", "import", file, "--policy", "skip", "--area", "2201", "--dry-run", "--errors", errors)
    assert "2 rows read; 1 would be new people, 0 brought up to date, 0 skipped, 1 rejected" in said.output
    rows = list(csv.reader(errors.open(encoding="utf-8-sig")))
    assert rows[1] == ["3", "姓名", "The name is missing.", ""]
    assert Person.objects.count() == 0
    roster_id = Intake.objects.get().id
    assert "1 were new people" in run("roster", "go-on", roster_id).output


def test_a_column_can_be_named_where_its_head_does_not_say_it(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(as_csv(people(2), heads=("甲", "身份证号", "丙", "丁", "戊")))
    with pytest.raises(Refused, match=r"roster\.columns"):
        run("roster", "import", file, "--policy", "skip", "--area", "2201")
    said = run("roster", "import", file, "--policy", "skip", "--area", "2201", "--column", "name=1")
    assert "2 were new people" in said.output
    assert run("roster", "import", file, "--policy", "skip", "--area", "2201", "--column", "x").exit_code == 2


def test_the_policy_cannot_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(as_csv(people(1)))
    assert run("roster", "import", file, "--area", "2201").exit_code == 2
    assert Intake.objects.count() == 0
