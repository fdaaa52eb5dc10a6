"""Tables of decisions of the exchange: what becomes of a record under each policy, limits, how long things are kept."""

from datetime import date, timedelta
from typing import Literal

from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import ImportPolicy, ImportStage

Found = Literal["new", "same", "differs"]
Result = Literal["new", "merged", "skipped", "rejected"]
RESULTS: tuple[Result, ...] = ("new", "merged", "skipped", "rejected")

# A record that nobody knows; one that is known and says the same; one that is known and says something else.
OUTCOMES: dict[ImportPolicy, dict[Found, Result]] = {
    ImportPolicy.SKIP: {"new": "new", "same": "skipped", "differs": "skipped"},
    ImportPolicy.MERGE: {"new": "new", "same": "skipped", "differs": "merged"},
    ImportPolicy.NEW: {"new": "new", "same": "rejected", "differs": "rejected"},
}
NEXT: dict[ImportStage, frozenset[ImportStage]] = {
    ImportStage.READY: frozenset({ImportStage.APPLYING, ImportStage.WITHDRAWN, ImportStage.READY}),
    ImportStage.APPLYING: frozenset({ImportStage.DONE}),
    ImportStage.DONE: frozenset(),
    ImportStage.WITHDRAWN: frozenset(),
}
LARGEST_BYTES = 200 << 20  # of a file, unpacked
IN_REQUEST_BYTES = 1 << 20  # larger files are taken in by the worker
FILE_KEPT = timedelta(days=7)
FAULTS_KEPT = timedelta(days=30)
MOST_FAULTS = 10_000  # are listed; all are counted
MOST_GIVEN_OUT = 20_000  # records in one file that is made in the request
COMPARED = 50  # new cases of a file up to which likely duplicates are looked for; each is compared with thousands


def step(stage: ImportStage | str, to: ImportStage) -> ImportStage:
    """The stage `to`; Refused("exchange.stage") where it may not follow."""
    if to not in NEXT[ImportStage(stage)]:
        raise Refused("exchange.stage", stage=str(stage), to=str(to))
    return to


def faults_until(day: date) -> date:
    """The last day on which the faults of an import that began on `day` are kept."""
    return day + FAULTS_KEPT
