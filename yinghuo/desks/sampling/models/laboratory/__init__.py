"""The laboratory: plates, kits, instruments, files of results, entries typed twice, pools of kept tubes."""

from yinghuo.desks.sampling.models.laboratory.files import (
    FileState,
    Keyed,
    RejectedRow,
    ResultFile,
    ResultFilePart,
    StagedResult,
    Typing,
    TypingState,
)
from yinghuo.desks.sampling.models.laboratory.plates import (
    AssayKit,
    Bench,
    BenchState,
    Instrument,
    Plate,
    PlateState,
    Pool,
    Well,
    WellKind,
)

__all__ = [
    "AssayKit",
    "Bench",
    "BenchState",
    "FileState",
    "Instrument",
    "Keyed",
    "Plate",
    "PlateState",
    "Pool",
    "RejectedRow",
    "ResultFile",
    "ResultFilePart",
    "StagedResult",
    "Typing",
    "TypingState",
    "Well",
    "WellKind",
]
