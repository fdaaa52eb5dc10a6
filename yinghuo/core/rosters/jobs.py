"""What the worker does with intakes: goes on with those that were begun, whoever was killed over them."""

from datetime import datetime
from uuid import UUID

from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions
from yinghuo.core.rosters.actions.running import is_worked_on
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.rules import RUNNING, Stage

BY = "system:rosters"
TASK = "roster"


def go_on(intake_id: UUID, *, at: datetime) -> Intake | None:
    """Reads an intake, or takes it in and looks for duplicates; None if another session does so or rows are lost."""
    try:
        intake = actions.read(intake_id, at=at)
        if intake.stage == Stage.APPLYING:
            intake = actions.apply(intake_id, at=at)
    except Refused as refused:
        if refused.code not in ("roster.busy", "roster.lost"):
            raise
        return None
    if intake.stage == Stage.DONE and intake.done_at:
        actions.propose(area_code=intake.area_code, since=intake.done_at, by=BY, at=at)
    return intake


def left_behind() -> list[UUID]:
    """Intakes that should be read or taken in, and that no session works on."""
    running = Intake.objects.filter(stage__in=RUNNING).values_list("id", flat=True)
    return [intake_id for intake_id in running if not is_worked_on(intake_id)]
