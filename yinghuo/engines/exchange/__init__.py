"""Records of an outbreak to and from other systems' files: bytes or dicts in, neutral records out, and back.

One module a format, each with `read(...) -> Records` and `write(...) -> Written`. What a row lacks is rejected with its
number and cause; what a file has and nobody reads is named in `Records.unread`; what a format cannot hold is named in
`Written.unsaid`. Nothing is dropped in silence.
"""

from yinghuo.engines.exchange.records import (
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    FollowUpRecord,
    LabRecord,
    PersonRecord,
    Records,
    Rejected,
    Unsaid,
    Written,
)

__all__ = [
    "CaseRecord",
    "ContactRecord",
    "EventRecord",
    "ExposureRecord",
    "FollowUpRecord",
    "LabRecord",
    "PersonRecord",
    "Records",
    "Rejected",
    "Unsaid",
    "Written",
]
