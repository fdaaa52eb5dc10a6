"""Answers of an investigation, kept one by one as they are typed; nothing is overwritten, nobody's is lost silently."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Answer, Case
from yinghuo.desks.response.rules.questionnaire import Value, read


@dataclass(frozen=True)
class Typed:
    """One answer as it was typed: id and time are made where it was typed, perhaps without a network.

    given: the texts of the field; none takes the answer back
    over:  the answer that stood on the screen; None where none did
    """

    id: UUID
    question: str
    given: list[str]
    said_at: datetime
    over: UUID | None = None


@transaction.atomic
def keep_answer(case_id: UUID, typed: Typed, *, by: str, at: datetime) -> Answer:
    """Keeps one answer. Typed over the one that stands, it stands; else both are kept, and a person settles it.

    The same id again is the same answer. Somebody who answers again over what stands settles the clash.
    Refused: "case.unknown", "answer.question", "answer.value"
    """
    if not Case.objects.select_for_update().filter(id=case_id).exists():
        raise Refused("case.unknown")
    if known := Answer.objects.filter(id=typed.id, case_id=case_id).first():
        return known
    value = read(typed.question, typed.given)
    stands = Answer.objects.filter(case_id=case_id, question=typed.question, current=True).first()
    clash = _clashes(stands, typed, value)
    if not clash:
        _step_back(case_id, typed.question)
    entry_id = ledger.new_id()
    body = {"question": typed.question, "answer": str(typed.id), "clash": clash}
    ledger.enter("answers.kept", f"case:{case_id}", by=by, at=at, body=body, entry_id=entry_id)
    return Answer.objects.create(
        id=typed.id,
        case_id=case_id,
        question=typed.question,
        value=value,
        over=typed.over,
        said_at=typed.said_at,
        kept_at=at,
        by=by,
        current=not clash,
        clash=clash,
        entry_id=entry_id,
    )


def _clashes(stands: Answer | None, typed: Typed, value: Value) -> bool:
    """Whether somebody else answered otherwise since the typist read the page."""
    return stands is not None and stands.id != typed.over and stands.value != value


def _step_back(case_id: UUID, question: str) -> None:
    """What stood until now is history, and so is what clashed with it."""
    rows = Answer.objects.filter(case_id=case_id, question=question)
    rows.filter(current=True).update(current=False)
    rows.filter(clash=True).update(clash=False)
