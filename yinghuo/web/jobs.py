"""Timed jobs of the whole house; each is short, and safe to run twice."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from yinghuo.core.people import actions as people
from yinghuo.core.rosters import actions as rosters
from yinghuo.core.rosters import jobs as rosters_jobs
from yinghuo.core.work import actions as work
from yinghuo.desks.metering.jobs import tending
from yinghuo.desks.metering.jobs.validating import validate_recent
from yinghuo.desks.metering.queries.course import the_lake
from yinghuo.desks.response.actions import dispatch_ends
from yinghuo.desks.response.actions.words import erase_words
from yinghuo.desks.response.jobs import assays, erasing, followups, publishing
from yinghuo.desks.response.jobs import exchange as response_exchange
from yinghuo.desks.response.jobs.case_drafts import take_up_waiting
from yinghuo.desks.response.jobs.curves import count_curves
from yinghuo.desks.response.jobs.levels import judge_levels
from yinghuo.desks.response.rules.followups import day_of
from yinghuo.desks.sampling.actions import phones
from yinghuo.desks.sampling.actions.custody.labels import draw_run
from yinghuo.desks.sampling.actions.messages import forget_messages
from yinghuo.desks.sampling.jobs.custody import raise_silent
from yinghuo.desks.sampling.jobs.result_files import work_off
from yinghuo.desks.sampling.jobs.unknown_results import raise_unknown
from yinghuo.web import verification
from yinghuo.web.clock import now


@app.periodic(cron="* * * * *")
@app.task(name="escalate", queueing_lock="escalate")
def escalate(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every minute: orders whose clock ran out move up."""
    return work.escalate_due(now=now())


@app.periodic(cron="* * * * *")
@app.task(name="silent_tubes", queueing_lock="silent_tubes")
def silent_tubes(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every minute: tubes that are silent beyond their clock become orders."""
    return raise_silent(now())


@app.periodic(cron="* * * * *")
@app.task(name="free_teams", queueing_lock="free_teams")
def free_teams(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every minute: teams follow orders that moved without them; who has nothing left to do is free."""
    return dispatch_ends.free(now=now())


@app.periodic(cron="7 * * * *")
@app.task(name="unknown_results", queueing_lock="unknown_results")
def unknown_results(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every hour: results whose tube nobody has told of for a day become doubts."""
    return raise_unknown(now())


@app.task(name="draw_labels")
def draw_labels(run_id: str) -> str:
    """On demand: draws a print of many labels; returns the name of its file."""
    return draw_run(UUID(run_id)).name


@app.periodic(cron="30 18 * * *")  # 02:30 in Asia/Shanghai; cron counts in UTC
@app.task(name="erase", queueing_lock="erase")
def erase(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: identities past their retention date are erased."""
    moment = now()
    phones.forget_files(today=timezone.localdate(moment), by="system:erase", at=moment)
    erased = people.erase_due(today=timezone.localdate(moment), by="system:erase", at=moment)
    rosters.erase_old(today=timezone.localdate(moment), by="system:erase", at=moment)
    return erased


@app.periodic(cron="45 18 * * *")  # 02:45 in Asia/Shanghai
@app.task(name="forget_messages", queueing_lock="forget_messages")
def forget_texts(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: the text of messages past their last day is emptied."""
    return forget_messages(today=timezone.localdate(now()))


@app.task(name=rosters_jobs.TASK)
def roster(intake_id: str) -> None:
    """On demand: a roster is read, or taken in."""
    rosters_jobs.go_on(UUID(intake_id), at=now())


@app.periodic(cron="* * * * *")
@app.task(name="rosters_left", queueing_lock="rosters_left")
def rosters_left(timestamp: int) -> None:  # noqa: ARG001 - the tick that called it
    """Every minute: rosters whose worker was killed are gone on with."""
    for intake_id in rosters_jobs.left_behind():
        rosters_jobs.go_on(intake_id, at=now())


@app.task(name=verification.TASK, queueing_lock=verification.TASK)
def verify_ledger(by: str) -> int:
    """On demand: every ledger row is checked against every signature; returns how many faults were found."""
    return len(verification.run(by=by, at=now()).faults)


@app.periodic(cron="* * * * *")
@app.task(name="laboratory_files", queueing_lock="laboratory_files")
def laboratory_files(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """On demand, and every minute for what a killed worker left: files of results are read and released."""
    return work_off(now())


@app.periodic(cron="7 * * * *")
@app.task(name="compact_readings", queueing_lock="compact_readings")
def compact_readings(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every hour: small files of the readings lake become few sorted ones; returns how many they were."""
    return tending.compact(the_lake(), today=timezone.localdate(now())).files_before


@app.periodic(cron="15 19 * * *")  # 03:15 in Asia/Shanghai
@app.task(name="vacuum_readings", queueing_lock="vacuum_readings")
def vacuum_readings(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: files that compaction replaced a week ago are deleted; returns how many."""
    return len(tending.vacuum(the_lake()))


@app.periodic(cron="30 19 * * *")  # 03:30 in Asia/Shanghai
@app.task(name="validate_readings", queueing_lock="validate_readings")
def validate_readings(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: the days before are validated, what is missing estimated; returns how many findings are new."""
    return sum(run.found for run in validate_recent(the_lake(), now=now()))


@app.periodic(cron="30 21 * * *")  # 05:30 in Asia/Shanghai
@app.task(name="follow_up_list", queueing_lock="follow_up_list")
def follow_up_list(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Early each morning: the follow-up list of the day; returns how many contacts are due that were not listed."""
    return sum(listed.visits for listed in followups.generate_missing(day_of(now()), now=now()))


@app.periodic(cron="45 18 * * *")  # 02:45 in Asia/Shanghai
@app.task(name="erase_visits", queueing_lock="erase_visits")
def erase_visits(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: who was where is deleted after 21 days; returns how many visits went."""
    return erasing.erase_visits(day_of(now()), at=now()).visits


@app.periodic(cron="20 20 * * *")  # 04:20 in Asia/Shanghai
@app.task(name="publish_tables", queueing_lock="publish_tables")
def publish_tables(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: the tables of a week that is over are published, once; returns how many are new."""
    return publishing.publish_week(day_of(now()), at=now())


@app.periodic(cron="20 22 * * *")  # 06:20 in Asia/Shanghai
@app.task(name="judge_levels", queueing_lock="judge_levels")
def judge_area_levels(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every morning: steps of area levels are proposed, what is overdue or above the rule is flagged."""
    moment = now()
    return sum(judge_levels(timezone.localdate(moment), at=moment))


@app.periodic(cron="5 21 * * *")  # 05:05 in Asia/Shanghai
@app.task(name="isolation_day", queueing_lock="isolation_day")
def isolation_day(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Early each morning: stays judged by the rule in force, ends that passed told, the day's assays opened."""
    moment = now()
    return assays.daily(timezone.localdate(moment), at=moment)


@app.periodic(cron="*/10 * * * *")
@app.task(name="lost_rides", queueing_lock="lost_rides")
def lost_rides(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every ten minutes: people who left and did not arrive become doubts."""
    return assays.raise_lost(now())


@app.periodic(cron="* * * * *")
@app.task(name=response_exchange.TASK, queueing_lock=response_exchange.TASK)
def exchange_files(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """On demand, and every minute for what a killed worker left: confirmed files of other systems are taken in."""
    return response_exchange.work_off(now())


@app.periodic(cron="50 18 * * *")  # 02:50 in Asia/Shanghai
@app.task(name="forget_imports", queueing_lock="forget_imports")
def forget_imports(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: files of other systems that nobody confirmed in a week are erased; returns how many."""
    moment = now()
    return response_exchange.forget(timezone.localdate(moment), at=moment)


@app.periodic(cron="* * * * *")
@app.task(name="case_drafts", queueing_lock="case_drafts")
def case_drafts(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every minute: positives of the sampling desk become draft events and cases; returns how many."""
    return take_up_waiting(now())


@app.periodic(cron="35 18 * * *")  # 02:35 in Asia/Shanghai
@app.task(name="erase_words", queueing_lock="erase_words")
def erase_reported_words(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: the words of reports that are past their last day are emptied."""
    return erase_words(today=timezone.localdate(now()), by="system:erase", at=now())


@app.periodic(cron="20 19 * * *")  # 03:20 in Asia/Shanghai
@app.task(name="count_curves", queueing_lock="count_curves")
def count_published_curves(timestamp: int) -> int:  # noqa: ARG001 - the tick that called it
    """Every night: the epidemic curve is counted from what is published; returns how many regions have one."""
    return len(count_curves(now()))
