"""Reading the register for its pages: lists by key, one thing with what hangs on it, what the ledger tells of it."""

from yinghuo.desks.metering.queries.register.history import moments
from yinghuo.desks.metering.queries.register.meters import (
    ENERGY,
    MOST_COUNTED,
    SILENT_AFTER,
    MeterCounts,
    Standing,
    Wanted,
    asked_lately,
    classes,
    last_values,
    meter,
    meter_counts,
    meters,
)
from yinghuo.desks.metering.queries.register.terminals import (
    TerminalCounts,
    is_online,
    session_of,
    terminal,
    terminal_counts,
    terminals,
    transformer_count,
    transformers,
)

__all__ = [
    "ENERGY",
    "MOST_COUNTED",
    "SILENT_AFTER",
    "MeterCounts",
    "Standing",
    "TerminalCounts",
    "Wanted",
    "asked_lately",
    "classes",
    "is_online",
    "last_values",
    "meter",
    "meter_counts",
    "meters",
    "moments",
    "session_of",
    "terminal",
    "terminal_counts",
    "terminals",
    "transformer_count",
    "transformers",
]
