"""Figures of data quality: counted over what the ledger commits to, as of a size; the command, the nightly job."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.desks.metering.validation_world import DAY, NOW, MeterWorld, begins, curve, point, usual_load, without
from yinghuo.core.figures.actions import publish, recheck
from yinghuo.core.figures.queries import ask, compute, evidence, tree_size
from yinghuo.core.ledger import sequencer
from yinghuo.desks.metering.figures import FIGURES, RULES
from yinghuo.desks.metering.jobs.validating import validate, validate_recent
from yinghuo.desks.metering.models import Found
from yinghuo.engines.meters.vee import CHECKS

pytestmark = pytest.mark.django_db
PERIOD = {"first": begins(DAY), "last": begins(DAY + timedelta(days=1))}


@pytest.fixture
def world(tmp_path: Path) -> MeterWorld:
    """A meter with three quarter-hours missing, validated and in the tree."""
    world = MeterWorld(tmp_path / "lake")
    holes = without(curve(world.meter(), DAY, usual_load), point(DAY, 10), point(DAY, 10.5), "power_kw")
    world.keep(holes)
    validate(world.lake, DAY, now=NOW)
    sequencer.sequence()
    return world


def value(key: str, *, area: str = "22", size: int | None = None) -> Decimal | None:
    return compute(key, area=area, size=size, **PERIOD).value


def test_the_shares_of_a_day_are_those_of_its_points(world: MeterWorld) -> None:
    shares = {kind: value(f"metering.{kind}_share") for kind in ("measured", "estimated", "edited", "missing")}
    assert shares == {
        "measured": Decimal("98.44"),  # 189 of 192
        "estimated": Decimal("1.56"),
        "edited": Decimal("0.00"),
        "missing": Decimal("0.00"),
    }


def test_another_area_has_no_share_and_no_finding(world: MeterWorld) -> None:
    assert (value("metering.measured_share", area="2203"), value("metering.found", area="2203")) == (None, 0)


def test_findings_by_rule_add_up_to_all_findings(world: MeterWorld) -> None:
    by_rule = [value(f"metering.found_{rule}") or 0 for rule, _zh, _en in RULES]
    assert sum(by_rule) == value("metering.found") == Found.objects.count() == 1
    assert {rule for rule, _zh, _en in RULES} == set(CHECKS)


def test_a_figure_of_yesterday_s_ledger_stays_when_readings_come_late(world: MeterWorld) -> None:
    before = tree_size()
    world.keep(curve(world.terminal.meters.get(), DAY, usual_load))
    validate(world.lake, DAY, now=NOW + timedelta(hours=1))
    sequencer.sequence()
    assert (value("metering.measured_share"), value("metering.found")) == (Decimal("100.00"), 0)
    assert (value("metering.measured_share", size=before), value("metering.found", size=before)) == (
        Decimal("98.44"),
        1,
    )


def test_every_figure_counts_as_many_records_as_it_shows(world: MeterWorld) -> None:
    keys = [figure.key for figure in FIGURES]
    counted = {key: compute(key, area="22", **PERIOD).records for key in keys}
    assert counted == {key: len(evidence(ask(key, area="22", **PERIOD))) for key in keys}
    assert counted["metering.found_gap"] == 1


def test_every_figure_of_metering_can_be_published_and_counted_again(world: MeterWorld) -> None:
    made = [publish(figure.key, area="22", **PERIOD, by="user:7", at=NOW) for figure in FIGURES]
    assert made
    assert all(recheck(one).same for one in made)


def test_every_night_the_last_three_days_are_validated(world: MeterWorld) -> None:
    runs = validate_recent(world.lake, now=NOW)
    assert [run.day for run in runs] == [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]


def test_a_day_is_validated_from_the_shell(world: MeterWorld, settings: object) -> None:
    from yinghuo.cli.readings import readings

    settings.METERING_LAKE = world.lake.uri
    answer = CliRunner().invoke(readings, ["validate", DAY.isoformat()], catch_exceptions=False)
    assert answer.output.startswith("1 meters in")
    assert "0 new findings, 0 no longer seen, 0 gaps estimated" in answer.output
