"""The scenario of reports and cases: a plant's safety officer reports, a positive comes, two more cases are found.

Everybody is invented; times are those of the story, from 7 May 2022 on.
"""

from datetime import datetime, timedelta
from uuid import UUID

from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.demo.response.scene import STREET, Scene, event_id
from yinghuo.demo.world import BY, LOGINS, named
from yinghuo.desks.response.actions.cases import Facts, NewReport, judge_case, keep_report, open_event
from yinghuo.desks.response.actions.questionnaire import Typed, keep_answer
from yinghuo.desks.response.actions.reports_laboratory import NewResult, keep_result
from yinghuo.desks.response.models import Report, ReportDoor
from yinghuo.desks.response.rules.cases import CHECK

FEVER = datetime.fromisoformat("2022-05-07T14:20:00+08:00")
SAMPLED = datetime.fromisoformat("2022-05-07T15:05:00+08:00")
POSITIVE = datetime.fromisoformat("2022-05-07T19:40:00+08:00")
OPENED = datetime.fromisoformat("2022-05-07T14:26:00+08:00")
FOUND = datetime.fromisoformat("2022-05-08T16:10:00+08:00")
ISOLATED = datetime.fromisoformat("2022-05-09T09:25:00+08:00")
NAME = "总装车间聚集性疫情（虚构）"
# Seat, when it was found, onset as days before, isolated already, held to be.
MORE = ((1, FOUND, 1, False, "confirmed"), (2, ISOLATED, None, True, "asymptomatic"))
ANSWERS = {
    "symptoms_now": ["yes"],
    "first_symptom_on": ["2022-05-05"],
    "lives_in": ["dormitory"],
    "household": ["5"],
    "last_worked_on": ["2022-05-07"],
    "near_at_work": ["12"],
    "transport": ["company_bus"],
    "places": ["workplace", "canteen", "dormitory", "bus"],
    "travelled": ["no"],
    "mask": ["mostly"],
    "doses": ["3"],
}


def case_id(seat: int) -> UUID:
    """The id of the case of a seat, the same in every run."""
    return named("response-case", str(seat))


def play(scene: Scene) -> None:
    """The report, its positive, the event opened, two more cases, core facts of the first."""
    _bind_safety_officer(scene)
    _first(scene)
    open_event(event_id(), by=BY, at=OPENED)
    for seat, found_at, days, isolated, held_as in MORE:
        _further(scene, seat, found_at, isolated=isolated)
        onset_on = (found_at - timedelta(days=days)).date() if days else None
        reason = "核酸阳性；密切接触者中检出（虚构）" if isolated else "核酸阳性，有症状（虚构）"
        at = found_at + timedelta(minutes=20)
        _look(case_id(seat), found_at + timedelta(minutes=6))
        facts = Facts(onset_on=onset_on, in_isolation=isolated)
        judge_case(case_id(seat), held_as=held_as, reason=reason, by=BY, at=at, **facts)
    for place, (question, given) in enumerate(ANSWERS.items()):
        at = OPENED + timedelta(minutes=20 + 6 * place)
        keep_answer(case_id(0), Typed(named("response-answer", question), question, given, at), by=BY, at=at)


def _bind_safety_officer(scene: Scene) -> None:
    """The scenario's safety officer is the plant's."""
    username = LOGINS[Role.SAFETY][0]
    if User.objects.filter(username=username).exists():
        people.set_party(username, party_id=scene.plant, by=BY, at=FEVER)


def _first(scene: Scene) -> None:
    report = NewReport(
        id=named("response-report", "0"),
        at=FEVER,
        door=ReportDoor.ENTERPRISE,
        area_code=STREET,
        party_id=scene.plant,
        person=scene.people[0],
        onset_on=datetime.fromisoformat("2022-05-05").date(),
        symptoms=["fever", "cough"],
        detail={"place": "总装车间二线（虚构）"},
        event_id=event_id(),
        case_id=case_id(0),
        name=NAME,
        in_isolation=False,
    )
    _keep(report, FEVER + timedelta(minutes=1))
    _look(case_id(0), FEVER + timedelta(minutes=3))
    _positive(0, SAMPLED, POSITIVE)
    reason = "发热、咳嗽，核酸阳性（虚构）"
    judge_case(case_id(0), held_as="confirmed", reason=reason, by=BY, at=POSITIVE + timedelta(minutes=4))


def _further(scene: Scene, seat: int, found_at: datetime, *, isolated: bool) -> None:
    report = NewReport(
        id=named("response-report", str(seat)),
        at=found_at,
        door=ReportDoor.LABORATORY,
        area_code=STREET,
        party_id=scene.plant,
        person=scene.people[seat],
        detail={"place": "隔离点（虚构）" if isolated else "职工宿舍（虚构）"},
        event_id=event_id(),
        case_id=case_id(seat),
        in_isolation=isolated,
        found_by="tracing",
    )
    _keep(report, found_at + timedelta(minutes=2))
    _positive(seat, found_at - timedelta(hours=5), found_at)


def _look(case: UUID, at: datetime) -> None:
    """The duty officer takes the order to check the case."""
    work.take(Order.objects.get(subject=f"case:{case}", kind=CHECK.key).id, by=BY, at=at)


def _keep(report: NewReport, at: datetime) -> Report:
    return keep_report(report, by=BY, at=at)


def _positive(seat: int, sampled_at: datetime, at: datetime) -> None:
    result = NewResult(
        id=named("response-result", str(seat)),
        sampled_at=sampled_at,
        reported_at=at,
        result="positive",
        laboratory="市疾控中心检验所（虚构）",
        message=f"R-DEMO-{seat + 1}",
        ct={"orf1ab": f"{24 + 2 * seat}.3", "n": f"{23 + 2 * seat}.1"},
    )
    keep_result(case_id(seat), result, by=BY, at=at)
