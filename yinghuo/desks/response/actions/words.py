"""The sealed words of reports: opened by one person, for which the ledger has an entry; erased in time."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.people.access import require, scope
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Report, Said


@transaction.atomic
def open_words(report_id: UUID, *, user: User, at: datetime) -> str:
    """What was said with a report of the user's area; that it was opened is entered.

    Refused: "access.role", "access.area", "report.unknown", "report.words_erased"
    """
    report = scope(user, Report.objects.filter(id=report_id)).select_related("said").first()
    if report is None or not hasattr(report, "said"):
        raise Refused("report.unknown")
    require(user, "event.manage", area_code=report.area_code)
    if report.said.words is None:
        raise Refused("report.words_erased")
    ledger.enter("words.opened", f"event:{report.event_id}", by=user.label, at=at, body={"report": str(report.id)})
    return identity.unseal(report.id, report.said.words)["words"]


@transaction.atomic
def erase_words(*, today: date, by: str, at: datetime) -> int:
    """Empties the words of reports that are past their last day; returns how many. A second call finds none."""
    due = Said.objects.filter(keep_until__lt=today, erased_at=None)
    erased = due.update(words=None, erased_at=at)
    if erased:
        ledger.enter("words.erased", "response_said", by=by, at=at, body={"count": erased})
    return erased
