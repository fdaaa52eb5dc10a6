"""Timed jobs of the whole house; each is short, and safe to run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yinghuo.core.people import actions as people
from yinghuo.core.work import actions as work
from yinghuo.web import verification
from yinghuo.web.clock import now


@app.periodic(cron="* * * * *")
@app.task(name="escalate", queueing_lock="escalate")
def escalate(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every minute: orders whose clock ran out move up."""
    return work.escalate_due(now=now())


@app.periodic(cron="30 18 * * *")  # 02:30 in Asia/Shanghai; cron counts in UTC
@app.task(name="erase", queueing_lock="erase")
def erase(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: identities past their retention date are erased."""
    moment = now()
    return people.erase_due(today=timezone.localdate(moment), by="system:erase", at=moment)


@app.task(name=verification.TASK, queueing_lock=verification.TASK)
def verify_ledger(by: str) -> int:
    """On demand: every ledger row is checked against every signature; returns how many faults were found."""
    return len(verification.run(by=by, at=now()).faults)
