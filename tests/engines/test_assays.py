"""The decision from Ct to result, and the controls of a plate: known answers, directions, a slow twin."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.assays import Kit, Target, decide, kit_error
from yinghuo.engines.plates import WELLS, ControlWell, control_faults, layout_error, well_name, well_number

KIT = Kit("K", (Target("ORF1ab", 38, 40), Target("N", 38, 40)), "IC", 35, 2, date(2022, 1, 1), "leaflet")
CTS = st.one_of(st.none(), st.floats(0, 50, allow_nan=False))
ORDER = ["negative", "grey", "positive"]


@pytest.mark.parametrize(
    ("orf1ab", "n", "control", "result"),
    [
        (25.0, 26.0, 28.0, "positive"),
        (25.0, 26.0, None, "positive"),
        (25.0, None, 28.0, "grey"),
        (25.0, None, None, "invalid"),
        (38.0, 38.0, 28.0, "grey"),
        (37.99, 37.99, 28.0, "positive"),
        (40.0, None, 28.0, "negative"),
        (None, None, 28.0, "negative"),
        (None, None, 35.0, "invalid"),
        (None, None, None, "invalid"),
    ],
)
def test_limits_are_kept_to_the_hundredth(
    orf1ab: float | None, n: float | None, control: float | None, result: str
) -> None:
    assert decide({"ORF1ab": orf1ab, "N": n, "IC": control}, kit=KIT).result == result


def test_a_target_that_was_not_measured_makes_no_negative() -> None:
    assert decide({"ORF1ab": None, "IC": 28}, kit=KIT) == ("invalid", "ORF1ab — · N ? · IC 28.00 < 35")


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_ct_that_is_no_number_is_an_error(wrong: float) -> None:
    with pytest.raises(ValueError, match="Ct of N"):
        decide({"N": wrong}, kit=KIT)


@given(CTS, CTS, st.floats(0, 34))
def test_a_lower_ct_never_makes_a_specimen_less_positive(orf1ab: float | None, n: float | None, control: float) -> None:
    def rank(one: float | None) -> int:
        return ORDER.index(decide({"ORF1ab": one, "N": n, "IC": control}, kit=KIT).result)

    assert rank(orf1ab) <= rank(None if orf1ab is None else orf1ab / 2)


@given(CTS, CTS, CTS)
def test_the_decision_is_that_of_a_slow_twin(orf1ab: float | None, n: float | None, control: float | None) -> None:
    present = sum(ct is not None and ct < 38 for ct in (orf1ab, n))
    unclear = sum(ct is not None and 38 <= ct < 40 for ct in (orf1ab, n))
    works = control is not None and control < 35
    if present == 2:
        twin = "positive"
    elif not works:
        twin = "invalid"
    else:
        twin = "grey" if present or unclear else "negative"
    assert decide({"ORF1ab": orf1ab, "N": n, "IC": control}, kit=KIT).result == twin


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"targets": ()}, "targets"),
        ({"targets": (Target("N", 38, 40), Target("N", 38, 40))}, "targets"),
        ({"targets": (Target("N", 40, 38),), "positive_needs": 1}, "limits"),
        ({"positive_needs": 3}, "needs"),
        ({"internal_control": "N"}, "control"),
    ],
)
def test_a_senseless_kit_is_named(change: dict[str, object], fault: str) -> None:
    assert kit_error(replace(KIT, **change)) == fault  # type: ignore[arg-type]


def test_every_well_has_one_name_and_is_found_by_it() -> None:
    names = [well_name(number) for number in range(1, WELLS + 1)]
    assert len(set(names)) == 96
    assert [well_number(name) for name in names] == list(range(1, WELLS + 1))


@pytest.mark.parametrize(
    ("controls", "fault"),
    [
        ({"A1": "positive", "B1": "negative"}, ""),
        ({"A1": "positive"}, "few"),
        ({"A1": "positive", "A01": "negative"}, "well"),
        ({"A13": "positive", "B1": "negative"}, "well"),
        ({"A1": "positive", "B1": "neg"}, "kind"),
    ],
)
def test_a_senseless_layout_is_named(controls: dict[str, str], fault: str) -> None:
    assert layout_error(controls) == fault


def test_a_control_that_was_not_read_is_wrong() -> None:
    assert [fault.well for fault in control_faults([ControlWell(96, "positive", None)], kit=KIT)] == ["H12"]


def test_a_negative_control_proves_nothing_by_its_internal_control() -> None:
    water = {"ORF1ab": None, "N": None, "IC": None}
    assert control_faults([ControlWell(1, "negative", water), ControlWell(2, "blank", water)], kit=KIT) == []
