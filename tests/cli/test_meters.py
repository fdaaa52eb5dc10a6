"""`yinghuo meters`: the register from the shell, what it says, and that the simulator's files fit."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.desks.metering.register_world import NOW, TERMINALS, meter, usual, write
from yinghuo.cli import yinghuo
from yinghuo.core.refusal import Refused
from yinghuo.demo.meters.files import write_registers
from yinghuo.demo.meters.fleet import Plan, build
from yinghuo.desks.metering.models import Meter, Terminal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _database_is_given(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use this run's server and start none of their own."""
    monkeypatch.setenv("DATABASE_URL", server_url)
    monkeypatch.setenv("LANG", "C.UTF-8")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(yinghuo, ["meters", *(str(one) for one in arguments)])
    if isinstance(result.exception, Refused):
        raise result.exception
    return result


def test_a_register_is_loaded_twice_and_is_there_once(tmp_path: Path) -> None:
    folder = usual(tmp_path)
    dry = run("load", folder, "--dry-run")
    assert "meters: 5 rows read; 5 would be added, 0 changed, 0 stand as they are" in dry.output
    assert not Meter.objects.exists()
    assert "5 were added" in run("load", folder).output
    assert "0 were added, 0 changed, 5 stand as they are" in run("load", folder).output
    assert Meter.objects.count() == 5


def test_problems_are_told_with_their_rows_and_nothing_is_written(tmp_path: Path) -> None:
    write(usual(tmp_path), meters=[meter(1), meter(2, wiring="star"), meter(3, terminal="22019999")])
    errors = tmp_path / "errors.csv"
    said = run("load", tmp_path, "--errors", errors)
    assert said.exit_code == 1
    assert "meters.csv row 3, wiring: “star” is not of the form that this column has" in said.output
    assert "3 rows read; nothing was written" in said.output
    rows = list(csv.reader(errors.open(encoding="utf-8-sig")))
    assert [row[:3] for row in rows[1:]] == [["meters.csv", "3", "wiring"], ["meters.csv", "4", "terminal"]]
    assert not Terminal.objects.exists()


def test_what_is_loaded_can_be_listed_by_area(tmp_path: Path) -> None:
    run("load", usual(tmp_path))
    lines = run("list", "--area", "2202").output.splitlines()
    assert lines[0].split("\t")[:3] == ["address", "protocol", "terminal_id"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["220000000005"]
    assert [line.split("\t")[0] for line in run("terminals").output.splitlines()[1:]] == list(TERMINALS)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"register\.empty"):
        run("load", tmp_path)


def test_the_registers_of_the_simulator_are_loaded_as_they_are(tmp_path: Path) -> None:
    fleet = build(Plan(meters=40, terminals=7, start=NOW))
    write_registers(fleet, tmp_path, now_s=NOW.timestamp())
    assert "40 were added" in run("load", tmp_path).output
    assert set(Meter.objects.values_list("address", flat=True)) == set(fleet.meters)
    assert dict(Terminal.objects.values_list("address", "admission")) == dict.fromkeys(fleet.terminals, "admitted")
