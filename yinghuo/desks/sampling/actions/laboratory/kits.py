"""Assay kits as dated rows: adding one, and the row in force on a day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.models import AssayKit
from yinghuo.engines.assays import Kit, Target, kit_error
from yinghuo.engines.plates import layout_error


@transaction.atomic
def add_kit(kit: Kit, *, controls: Mapping[str, str], who: Technician) -> AssayKit:
    """Adds a row with the kit's limits from its day on; the same row again is the same row.

    controls: well to "positive", "negative" or "blank"
    Refused("kit.targets"), ("kit.limits"), ("kit.needs"), ("kit.control"), ("kit.source"), ("kit.name") when it makes
    no sense; ("kit.layout_well"), ("kit.layout_kind"), ("kit.layout_few"), ("kit.layout_full") for the controls
    """
    _refuse_senseless(kit, controls)
    row = AssayKit(
        name=kit.name,
        valid_from=kit.valid_from,
        targets=[_written(target) for target in kit.targets],
        internal_control=kit.internal_control or "",
        control_valid_below_ct=Decimal(str(kit.control_valid_below_ct)),
        positive_needs=kit.positive_needs,
        controls=dict(controls),
        source=kit.source,
        added_by=who.label,
        added_at=who.now,
    )
    standing = row_in_force(kit.name, kit.valid_from)
    if standing and standing.valid_from == kit.valid_from and _said(standing) == _said(row):
        return standing
    row.save(force_insert=True)
    ledger.enter("kit.added", f"kit:{row.pk}", by=who.label, at=who.now, body=_said(row))
    return row


def row_in_force(name: str, day: date) -> AssayKit | None:
    """The row of a kit that holds on a day; of two with one day the later added."""
    return AssayKit.objects.filter(name=name, valid_from__lte=day).order_by("-valid_from", "-id").first()


def need_kit(name: str, day: date) -> tuple[AssayKit, Kit]:
    """The row in force and the kit as the decision takes it; Refused("kit.unknown") when there is none that day."""
    row = row_in_force(name, day)
    if row is None:
        raise Refused("kit.unknown", kit=name, day=day)
    return row, as_kit(row)


def as_kit(row: AssayKit) -> Kit:
    """The row as the pure decision takes it."""
    return Kit(
        row.name,
        tuple(Target(one["name"], float(one["positive_below_ct"]), float(one["grey_below_ct"])) for one in row.targets),
        row.internal_control or None,
        float(row.control_valid_below_ct),
        row.positive_needs,
        row.valid_from,
        row.source,
    )


def _refuse_senseless(kit: Kit, controls: Mapping[str, str]) -> None:
    if not kit.name.strip():
        raise Refused("kit.name")
    if not kit.source.strip():
        raise Refused("kit.source")
    if fault := kit_error(kit):
        raise _of_limits(fault)
    if fault := layout_error(controls):
        raise _of_layout(fault)


def _of_limits(fault: str) -> Refused:
    return {
        "targets": Refused("kit.targets"),
        "limits": Refused("kit.limits"),
        "needs": Refused("kit.needs"),
        "control": Refused("kit.control"),
    }[fault]


def _of_layout(fault: str) -> Refused:
    return {
        "well": Refused("kit.layout_well"),
        "kind": Refused("kit.layout_kind"),
        "few": Refused("kit.layout_few"),
        "full": Refused("kit.layout_full"),
    }[fault]


def _written(target: Target) -> dict[str, str]:
    return {
        "name": target.name,
        "positive_below_ct": f"{target.positive_below_ct:g}",
        "grey_below_ct": f"{target.grey_below_ct:g}",
    }


def _said(row: AssayKit) -> dict[str, object]:
    return {
        "name": row.name,
        "valid_from": row.valid_from.isoformat(),
        "targets": row.targets,
        "internal_control": row.internal_control,
        "control_valid_below_ct": f"{float(row.control_valid_below_ct):g}",
        "positive_needs": row.positive_needs,
        "controls": dict(row.controls),
        "source": row.source,
    }
