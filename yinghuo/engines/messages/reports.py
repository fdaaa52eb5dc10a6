"""What a laboratory's message comes to, whatever its form: reports of tubes, and faults with their place."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Status = Literal["final", "corrected", "preliminary", "cannot"]
Gene = Literal["rna", "orf1ab", "n", "e", "ic"]
Outcome = Literal["negative", "positive", "grey", "invalid"]

LOINC: dict[str, Gene] = {"94309-2": "rna", "94639-2": "orf1ab", "94316-7": "n", "94315-9": "e"}
SNOMED: dict[str, Outcome] = {
    "260415000": "negative",
    "260373001": "positive",
    "42425007": "grey",
    "INVALID": "invalid",
}


class Fault(NamedTuple):
    """Why a message, or a part of it, cannot be taken.

    code:     stable: "field.missing", "value.unknown" …; `HL7_ERRORS` has each one's number
    segment:  where: "OBX"; sequence: which of that name, from 1; field: its number, 0 for the whole segment
    path:     where in a FHIR resource: "Bundle.entry[1].resource.status"
    detail:   what stood there, or what is needed
    """

    code: str
    segment: str = ""
    sequence: int = 1
    field: int = 0
    detail: str = ""
    path: str = ""

    @property
    def place(self) -> str:
        """Where, as people who read such messages write it.

        >>> Fault("value.unknown", "OBX", 3, 5).place
        'OBX[3]-5'
        """
        if self.path or not self.segment:
            return self.path
        return f"{self.segment}[{self.sequence}]" + (f"-{self.field}" if self.field else "")


@dataclass(frozen=True)
class Codes:
    """What codes stand for: the standard's, and beside them what a sender's own codes were mapped to."""

    observations: dict[str, Gene] = field(default_factory=lambda: dict(LOINC))
    values: dict[str, Outcome] = field(default_factory=lambda: dict(SNOMED))


@dataclass
class TubeReport:
    """What is said of one tube.

    outcome: "" where the message gives Ct values without an interpretation
    ct:      gene to cycle threshold; None where the gene was looked for and not found
    people:  grouped specimen count; reason: why there is no result
    """

    tube: str
    status: Status
    at: datetime
    outcome: Outcome | Literal[""] = ""
    ct: dict[Gene, float | None] = field(default_factory=dict)
    technician: str = ""
    kit: str = ""
    instrument: str = ""
    people: int | None = None
    collected_at: datetime | None = None
    received_at: datetime | None = None
    reason: str = ""


def together(found: dict[Gene, Outcome]) -> Outcome | Literal[""]:
    """The outcome of a tube from those of its genes; the message's word about the RNA as a whole counts first.

    All found: positive. None found: negative. Some found, or one unclear: grey, so that it is assayed again (this
    project's rule: one gene alone decides nothing). "" when nothing is said.

    >>> together({"orf1ab": "positive", "n": "negative"}), together({"rna": "negative", "n": "grey"}), together({})
    ('grey', 'negative', '')
    """
    if "rna" in found:
        return found["rna"]
    said = set(found.values())
    if not said:
        return ""
    if "invalid" in said:
        return "invalid"
    return said.pop() if len(said) == 1 else "grey"
