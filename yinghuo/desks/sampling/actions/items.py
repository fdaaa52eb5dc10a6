"""The facts as they stand on the wire: fields, bounds, and nothing else."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Code = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{3,39}\Z", description="4 to 40 letters, digits, hyphens")]
CodeOrNone = Annotated[str, Meta(pattern=r"^([0-9A-Za-z][0-9A-Za-z-]{3,39})?\Z", description="a code, or nothing")]
Text = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00]*\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*\Z")]
Number = Annotated[int, Meta(ge=0, le=100_000)]
SiteId = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Moment = Annotated[datetime, Meta(tz=True, description="ISO 8601 with offset; the device's clock")]
Ct = Annotated[float, Meta(ge=0, le=99, description="cycle threshold")]
TargetName = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\x00]*\Z")]
Celsius = Annotated[float, Meta(ge=-99, le=99)]


class Identity(Struct, forbid_unknown_fields=True):
    """Who it is, for somebody who is on no roster."""

    number: Annotated[str, Meta(min_length=1, max_length=40, description="identity number (GB 11643)")]
    name: Text = ""


class SwabItem(Struct, forbid_unknown_fields=True):
    """One person into one tube: `person` from the roster, or `identity`; exactly one of the two."""

    id: UUID
    tube: Code
    at: Moment
    site: SiteId
    person: UUID | None = None
    identity: Identity | None = None
    doubt: Literal["", "identity"] = ""


class SealedItem(Struct, forbid_unknown_fields=True):
    """A tube closed, with the phone's own count."""

    id: UUID
    tube: Code
    at: Moment
    site: SiteId
    count: Number


class CorrectionItem(Struct, forbid_unknown_fields=True):
    """A swab undone, or moved: it belongs to `to_tube`. `tube` is the tube that it was scanned into."""

    id: UUID
    tube: Code
    at: Moment
    site: SiteId
    swab: UUID
    what: Literal["undone", "moved"]
    to_tube: CodeOrNone = ""


class VoidItem(Struct, forbid_unknown_fields=True):
    """A tube that does not count, and why."""

    id: UUID
    tube: Code
    at: Moment
    site: SiteId
    reason: Literal["leaked", "broken", "empty", "mislabelled", "other"]
    note: Text = ""


class BoxItem(Struct, forbid_unknown_fields=True):
    """Tubes packed into a box, with the packer's own count."""

    id: UUID
    box: Code
    at: Moment
    site: SiteId
    count: Number
    tubes: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    seal: Text = ""


class HandoverItem(Struct, forbid_unknown_fields=True):
    """A box collected by a courier, or received by a laboratory."""

    id: UUID
    box: Code
    at: Moment
    stage: Literal["collected", "received"]
    vehicle: Name
    count: Number
    temperature_c: Celsius | None = None
    seal: Text = ""


class ReceivedItem(Struct, forbid_unknown_fields=True):
    """A tube scanned at a laboratory's reception: the code as it was read, and the box that was open."""

    id: UUID
    tube: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[^\x00]*\Z")]
    at: Moment
    box: Annotated[str, Meta(max_length=40, pattern=r"^[^\x00]*\Z")] = ""


class ResultItem(Struct, forbid_unknown_fields=True):
    """A tube's result; the same laboratory and message again is the same fact."""

    id: UUID
    tube: Code
    message: Name
    at: Moment
    result: Literal["negative", "positive", "grey", "invalid"]
    technician: Name
    ct_orf1ab: Ct | None = None
    ct_n: Ct | None = None
    vehicle: Text = ""
    kit: Text = ""
    instrument: Text = ""
    ct: Annotated[dict[TargetName, Ct | None], Meta(max_length=20, description="target to Ct, null: none")] = {}
    because: Annotated[str, Meta(max_length=400, pattern=r"^[^\x00]*\Z")] = ""
    well: Text = ""
    pool: Text = ""
