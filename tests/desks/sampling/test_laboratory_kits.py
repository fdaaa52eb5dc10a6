"""Kits as dated rows: the limits in force on the day of the assay decide, and none is overwritten."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.desks.sampling.laboratory_world import CONTROLS, KIT, LaboratoryWorld, readings
from tests.desks.sampling.world import NOW, code
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.kits import add_kit, as_kit, need_kit, row_in_force
from yinghuo.desks.sampling.actions.laboratory.reading import read_plate
from yinghuo.desks.sampling.models import AssayKit
from yinghuo.engines.assays import Target

pytestmark = pytest.mark.django_db
STRICT = (Target("ORF1ab", 30, 30), Target("N", 30, 30))
AT_36 = {"ORF1ab": 36.0, "N": 36.0, "IC": 28.0}


@pytest.fixture
def world() -> LaboratoryWorld:
    world = LaboratoryWorld()
    world.received(1, 1)
    return world


@pytest.mark.parametrize(("begins_in_days", "result"), [(1, "positive"), (0, "negative")])
def test_the_limits_of_the_day_of_the_assay_decide(world: LaboratoryWorld, begins_in_days: int, result: str) -> None:
    day = (NOW + timedelta(days=begins_in_days)).date()
    add_kit(replace(KIT, targets=STRICT, valid_from=day, source="edition 2"), controls=CONTROLS, who=world.li)
    plate = world.plate()
    strong = {"positive": {"ORF1ab": 20.0, "N": 20.0, "IC": 28.0}}
    read_plate(plate.id, readings(plate, **strong, **{code(1): AT_36}), who=world.li)
    assert plate.wells.get(tube=code(1)).result == result


def test_the_same_row_again_is_the_same_row_and_a_correction_is_a_further_one(world: LaboratoryWorld) -> None:
    assert add_kit(KIT, controls=CONTROLS, who=world.li) == world.kit
    corrected = add_kit(replace(KIT, source="edition 1, corrected"), controls=CONTROLS, who=world.wang)
    assert AssayKit.objects.count() == 2
    assert row_in_force(KIT.name, date(2022, 5, 8)) == corrected


def test_a_row_that_was_added_cannot_be_changed_or_deleted(world: LaboratoryWorld) -> None:
    for statement in ("UPDATE sampling_assaykit SET positive_needs = 1", "DELETE FROM sampling_assaykit"):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_before_its_first_row_a_kit_is_not_known(world: LaboratoryWorld) -> None:
    with pytest.raises(Refused, match=r"kit.unknown"):
        need_kit(KIT.name, date(2021, 12, 31))


def test_a_row_is_read_back_as_it_was_given(world: LaboratoryWorld) -> None:
    assert as_kit(world.kit) == KIT


@pytest.mark.parametrize(
    ("change", "controls", "code_"),
    [
        ({"source": " "}, CONTROLS, "kit.source"),
        ({"name": ""}, CONTROLS, "kit.name"),
        ({"targets": ()}, CONTROLS, "kit.targets"),
        ({"positive_needs": 3}, CONTROLS, "kit.needs"),
        ({"internal_control": "N"}, CONTROLS, "kit.control"),
        ({"targets": (Target("ORF1ab", 40, 38), Target("N", 38, 40))}, CONTROLS, "kit.limits"),
        ({}, {"H12": "positive"}, "kit.layout_few"),
        ({}, {"H13": "positive", "A1": "negative"}, "kit.layout_well"),
        ({}, {"H12": "strong", "A1": "negative"}, "kit.layout_kind"),
    ],
)
def test_a_senseless_row_is_refused(
    world: LaboratoryWorld, change: dict[str, object], controls: dict[str, str], code_: str
) -> None:
    with pytest.raises(Refused, match=code_):
        add_kit(replace(KIT, **change), controls=controls, who=world.li)  # type: ignore[arg-type]
