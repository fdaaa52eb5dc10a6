"""From the bytes of a file to neutral records, whichever form it has."""

from typing import Any

from django.utils import timezone

from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Form
from yinghuo.desks.response.rules.exchange import LARGEST_BYTES
from yinghuo.engines.exchange import archives, dhis2, fhir, godata, line_list, sormas
from yinghuo.engines.exchange.records import Records
from yinghuo.engines.exchange.sheets import UnreadableError
from yinghuo.engines.exchange.values import Reader


def records_of(data: bytes, form: str, mapping: dict[str, Any]) -> Records:
    """All records of a file, an archive's parts read as one. Refused("exchange.unreadable").

    mapping: {"columns": field to column} of a line list, {"dhis2": a mapping}; empty: guessed, and the example
    """
    reader = Reader(timezone.get_default_timezone())
    found = Records()
    try:
        for part in archives.parts(data, most_bytes=LARGEST_BYTES):
            found.add(_read(part, form, mapping, reader))
    except UnreadableError as error:
        raise Refused("exchange.unreadable", cause=error.cause) from error
    found.unread = list(dict.fromkeys(found.unread))
    return found


def uids_of(mapping: dict[str, Any]) -> dhis2.Mapping:
    """The mapping of a DHIS2 installation, or the invented example."""
    return dhis2.Mapping(**mapping["dhis2"]) if mapping.get("dhis2") else dhis2.EXAMPLE


def _read(data: bytes, form: str, mapping: dict[str, Any], reader: Reader) -> Records:
    match form:
        case Form.LINE_LIST:
            return line_list.read(data, reader=reader, mapping=mapping.get("columns"))
        case Form.GODATA:
            return godata.read(data, reader=reader)
        case Form.SORMAS:
            return sormas.read(data, reader=reader)
        case Form.DHIS2:
            return dhis2.read(data, reader=reader, mapping=uids_of(mapping))
        case Form.FHIR:
            return fhir.read(data, reader=reader)
    raise Refused("exchange.form", form=form)
