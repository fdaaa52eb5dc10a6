"""Corrections are further rows with lineage; the raw reading stays."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desks.metering.lake_world import NOON, curve, reading, register, spool_and_lake
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.correcting import correct
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Committed, LastValue

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Spool, Lake]]:
    """A lake with sixteen readings."""
    spool, lake = spool_and_lake(tmp_path)
    register()
    spool.append(curve())
    drain(spool, lake, now=NOON)
    yield spool, lake
    spool.close()


def correction(minute: int = 45, value: str = "7", **more: object) -> Correction:
    """Meter 1's import register, edited."""
    usual = {"quality": "edited", "reason": "跳变", "because": "user:7"} | more
    return Correction(1, 1, NOON + timedelta(minutes=minute), Decimal(value), **usual)  # type: ignore[arg-type]


def of_one_key(lake: Lake, minute: int = 45) -> list[dict[str, object]]:
    """Every revision of the reading that `correction` speaks of."""
    rows = lake.rows().sort_by("revision").to_pylist()
    return [
        row for row in rows if (row["meter"], row["quantity"], row["at"]) == (1, 1, NOON + timedelta(minutes=minute))
    ]


def test_a_correction_is_a_further_row_that_names_what_it_replaces(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    assert correct(lake, [correction()], by="user:7", now=LATER) == 1
    assert correct(lake, [correction(value="8")], by="user:7", now=LATER) == 1

    raw, first, second = of_one_key(lake)
    assert [row["value"] for row in (raw, first, second)] == [103, 7, 8]
    assert [row["revision"] for row in (raw, first, second)] == [0, 1, 2]
    assert [row["replaces"] for row in (raw, first, second)] == [None, 0, 1]
    assert (second["because"], second["quality"], second["frame"]) == ("user:7", "edited", raw["frame"])


def test_the_same_correction_again_is_none(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    correct(lake, [correction()], by="user:7", now=LATER)
    assert correct(lake, [correction()], by="user:7", now=LATER) == 0
    assert len(of_one_key(lake)) == 2


def test_a_correction_is_in_the_ledger_and_becomes_the_last_value(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    correct(lake, [correction()], by="user:7", now=LATER)

    kept = Committed.objects.get(kind="corrections")
    assert Entry.objects.get(id=kept.entry).by == "user:7"
    assert LastValue.objects.get(meter_id=1, quantity=1).value == 7


def test_a_filled_gap_replaces_nothing_and_what_is_measured_later_still_enters(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    correct(lake, [correction(minute=60, quality="estimated")], by="system:vee", now=LATER)
    spool.append([reading(minute=60)])
    assert drain(spool, lake, now=LATER).readings == 1
    assert [(row["revision"], row["replaces"]) for row in of_one_key(lake, 60)] == [(0, None), (1, None)]


@pytest.mark.parametrize(
    ("corrections", "code"),
    [([correction(), correction()], "correction.twice"), ([correction(because=" ")], "correction.no_because")],
)
def test_what_has_no_ground_or_contradicts_itself_is_refused(
    both: tuple[Spool, Lake], corrections: list[Correction], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        correct(both[1], corrections, by="user:7", now=LATER)
    assert len(both[1].rows()) == 16
