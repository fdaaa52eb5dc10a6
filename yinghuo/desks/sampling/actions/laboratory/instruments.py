"""Instruments and how their files are read: a sample shows the columns, the mapping names them once."""

from collections.abc import Mapping
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.sheets import opened
from yinghuo.desks.sampling.actions.laboratory.who import Technician
from yinghuo.desks.sampling.models import Instrument
from yinghuo.engines.instrument_files import SAMPLE_LINES, Columns, head_of

SHOWN_ROWS = 5


@transaction.atomic
def save_instrument(instrument_id: UUID, name: str, sample: IO[bytes] | None, *, who: Technician) -> Instrument:
    """Adds an instrument, or takes a new sample of its files; Refused("instrument.name") when the name is taken."""
    clash = Instrument.objects.filter(party_id=who.party_id, name=name).exclude(id=instrument_id)
    if not name.strip() or clash.exists():
        raise Refused("instrument.name", name=name)
    found = who.seen(Instrument.objects.select_for_update()).filter(id=instrument_id).first()
    one = found or Instrument(id=instrument_id, party_id=who.party_id, area_code=who.area_code)
    one.name = name.strip()
    if sample is not None:
        one.sample = looked_at(sample)
    one.save()
    ledger.enter("instrument.saved", f"instrument:{one.id}", by=who.label, at=who.now, body={"name": one.name})
    return one


@transaction.atomic
def map_columns(instrument_id: UUID, columns: Columns, *, who: Technician) -> Instrument:
    """Keeps which column of the instrument's files holds what; Refused("instrument.columns") when one is not named."""
    one = who.seen(Instrument.objects.select_for_update()).filter(id=instrument_id).first()
    if one is None:
        raise Refused("instrument.unknown")
    if not all(columns.needed) or len(set(columns.needed)) < len(columns.needed):
        raise Refused("instrument.columns")
    mapping = written(columns)
    if one.mapping != mapping:
        one.mapping = mapping
        one.save(update_fields=["mapping"])
        body = {"columns": columns.needed, "name": one.name}
        ledger.enter("instrument.mapped", f"instrument:{one.id}", by=who.label, at=who.now, body=body)
    return one


def looked_at(sample: IO[bytes]) -> dict[str, Any]:
    """What the page shows of a sample: its head line, the first rows below, how it is written."""
    sheet = opened(sample)
    rows = [list(cells) for _number, cells in islice(sheet.rows(sheet.names[0]), SAMPLE_LINES)]
    head = head_of(rows)
    return {
        "head": [cell.strip() for cell in rows[head]] if rows else [],
        "rows": rows[head + 1 : head + 1 + SHOWN_ROWS],
        "encoding": sheet.form.encoding if sheet.form else "",
        "separator": sheet.form.separator if sheet.form else "",
    }


def columns_of(instrument: Instrument) -> Columns:
    """The mapping of an instrument; Refused("instrument.unmapped") while there is none."""
    if not instrument.mapping:
        raise Refused("instrument.unmapped", name=instrument.name)
    return Columns(**instrument.mapping)


def written(columns: Columns) -> dict[str, str | Mapping[str, str]]:
    """The mapping as it is kept."""
    return {
        "by": columns.by,
        "key": columns.key,
        "target": columns.target,
        "ct": columns.ct,
        "targets": dict(columns.targets),
        "names": dict(columns.names),
    }
