"""From the Ct of each target to a result, by the limits of the assay kit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal, NamedTuple

Result = Literal["negative", "positive", "grey", "invalid"]
Reading = Literal["present", "grey", "absent", "unread"]


class Target(NamedTuple):
    """A gene the kit looks for: present below `positive_below_ct`, unclear from there to below `grey_below_ct`.

    Both limits are cycle thresholds; equal limits mean that the kit knows no grey zone for this target.
    """

    name: str
    positive_below_ct: float
    grey_below_ct: float


@dataclass(frozen=True)
class Kit:
    """The limits of an assay kit, as its maker's instructions state them from a day on.

    internal_control:       the target that proves that the specimen was assayable; None if the kit has none
    control_valid_below_ct: the control must come up below this Ct, unless the specimen is positive anyway
    positive_needs:         how many targets must be present for a positive result
    source:                 where the limits are written
    """

    name: str
    targets: tuple[Target, ...]
    internal_control: str | None
    control_valid_below_ct: float
    positive_needs: int
    valid_from: date
    source: str

    @property
    def target_names(self) -> tuple[str, ...]:
        """All that the kit measures, the internal control last."""
        return tuple(target.name for target in self.targets) + (
            (self.internal_control,) if self.internal_control else ()
        )


class Decision(NamedTuple):
    """A result, and the readings behind it in signs that need no language: `ORF1ab 25.10 < 38 · N — · IC 27.00 < 35`.

    "—" stands for no amplification, "?" for a target that was not measured.
    """

    result: Result
    because: str


def decide(ct: Mapping[str, float | None], *, kit: Kit) -> Decision:
    """The result of one well or specimen.

    ct: target to cycle threshold, None where nothing was amplified; a target of the kit that is not in it was not
        measured; what the kit does not know decides nothing. ValueError for a Ct that is negative or not a number.

    Positive when `positive_needs` targets are present, whatever the internal control (a strong target can suppress
    it). Otherwise invalid when a target was not measured or the control did not come up; grey when any target is
    present or unclear; negative else.

    >>> kit = Kit("K", (Target("ORF1ab", 38, 40), Target("N", 38, 40)), "IC", 35, 2, date(2022, 1, 1), "leaflet")
    >>> decide({"ORF1ab": 25.1, "N": 26, "IC": None}, kit=kit)
    Decision(result='positive', because='ORF1ab 25.10 < 38 · N 26.00 < 38 · IC —')
    >>> decide({"ORF1ab": None, "N": 39.2, "IC": 27}, kit=kit)
    Decision(result='grey', because='ORF1ab — · N 38 ≤ 39.20 < 40 · IC 27.00 < 35')
    >>> decide({"ORF1ab": None, "N": None, "IC": 36}, kit=kit).result
    'invalid'
    """
    for name, value in ct.items():
        if value is not None and not (isfinite(value) and value >= 0):
            raise ValueError(f"Ct of {name} is {value}")
    readings = [_reading(target, ct) for target in kit.targets]
    control_works = _control_works(ct, kit)
    because = " · ".join([_told(target, ct) for target in kit.targets] + _control_told(ct, kit))
    return Decision(_result(readings, kit.positive_needs, control_works=control_works), because)


def kit_error(kit: Kit) -> str:
    """What makes a kit senseless, in one word; "" when nothing does.

    targets (none, or two of one name), limits (grey below positive, outside 0..99), needs (none, or more than targets),
    control (named like a target, or no limit)
    """
    names = [target.name for target in kit.targets]
    if not names or "" in names or len(set(names)) < len(names):
        return "targets"
    if any(not 0 < target.positive_below_ct <= target.grey_below_ct <= 99 for target in kit.targets):
        return "limits"
    if not 1 <= kit.positive_needs <= len(names):
        return "needs"
    if kit.internal_control and (kit.internal_control in names or not 0 < kit.control_valid_below_ct <= 99):
        return "control"
    return ""


def _reading(target: Target, ct: Mapping[str, float | None]) -> Reading:
    if target.name not in ct:
        return "unread"
    value = ct[target.name]
    if value is None or value >= target.grey_below_ct:
        return "absent"
    return "present" if value < target.positive_below_ct else "grey"


def _control_works(ct: Mapping[str, float | None], kit: Kit) -> bool:
    if kit.internal_control is None:
        return True
    value = ct.get(kit.internal_control)
    return value is not None and value < kit.control_valid_below_ct


def _result(readings: list[Reading], needed: int, *, control_works: bool) -> Result:
    if readings.count("present") >= needed:
        return "positive"
    if "unread" in readings or not control_works:
        return "invalid"
    return "grey" if {"present", "grey"} & set(readings) else "negative"


def _told(target: Target, ct: Mapping[str, float | None]) -> str:
    reading, value = _reading(target, ct), ct.get(target.name)
    if value is None:
        return f"{target.name} {'?' if reading == 'unread' else '—'}"
    if reading == "present":
        return f"{target.name} {value:.2f} < {target.positive_below_ct:g}"
    if reading == "grey":
        return f"{target.name} {target.positive_below_ct:g} ≤ {value:.2f} < {target.grey_below_ct:g}"
    return f"{target.name} {value:.2f} ≥ {target.grey_below_ct:g}"


def _control_told(ct: Mapping[str, float | None], kit: Kit) -> list[str]:
    name = kit.internal_control
    if name is None:
        return []
    value = ct.get(name)
    if value is None:
        return [f"{name} {'—' if name in ct else '?'}"]
    return [f"{name} {value:.2f} {'<' if value < kit.control_valid_below_ct else '≥'} {kit.control_valid_below_ct:g}"]
