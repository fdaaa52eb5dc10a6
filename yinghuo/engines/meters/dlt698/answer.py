"""Frames that a server (meter or terminal) sends: its answers, its reports, and its login with the head-end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698 import apdu as services
from yinghuo.engines.meters.dlt698 import dars
from yinghuo.engines.meters.dlt698.apdu import REPLY, Apdu
from yinghuo.engines.meters.dlt698.ask import answering
from yinghuo.engines.meters.dlt698.bodies import Acted, Block, ConnectReply, Done, Link, Query, Record, Result
from yinghuo.engines.meters.dlt698.data import Data
from yinghuo.engines.meters.dlt698.frame import Frame, made
from yinghuo.engines.meters.dlt698.records import Columns, columns_of, parameter, query, record
from yinghuo.engines.meters.dlt698.values import long_moment, meter_of, typed
from yinghuo.engines.meters.frames import Value

LINKING, REPORTING = 0x81, 0x83
LOGIN, HEARTBEAT, LOGOUT = range(3)


class Dar(NamedTuple):
    """Why there is no value."""

    code: int


Answers = Mapping[str, Value | Data | Dar]
Rows = Sequence[Sequence[Value | Data]]


def _link(address: str, kind: int, at: datetime, timing: tuple[int, int]) -> Frame:
    heartbeat_s, piid = timing
    return made(address, LINKING, Apdu(services.LINK, 0, piid, Link(kind, heartbeat_s, long_moment(at))))


def login(address: str, *, at: datetime, heartbeat_s: int = 180, piid: int = 0) -> Frame:
    """A terminal says that it is there; at: its own clock."""
    return _link(address, LOGIN, at, (heartbeat_s, piid))


def heartbeat(address: str, *, at: datetime, heartbeat_s: int = 180, piid: int = 0) -> Frame:
    """A terminal says that it is still there."""
    return _link(address, HEARTBEAT, at, (heartbeat_s, piid))


def logout(address: str, *, at: datetime, heartbeat_s: int = 180, piid: int = 0) -> Frame:
    """A terminal says that it goes."""
    return _link(address, LOGOUT, at, (heartbeat_s, piid))


def _body(request: Frame) -> Any:
    if request.apdu is None:
        raise ValueError("a frame without an APDU cannot be answered")
    return request.apdu.body


def _form(request: Frame) -> int:
    return request.apdu.form if request.apdu else 0


def result(oad: str, answers: Answers) -> Result:
    """What one attribute says; an attribute that is not among the answers is not defined."""
    value = answers.get(oad, Dar(dars.UNDEFINED))
    return Result(oad, (0, value.code) if isinstance(value, Dar) else (1, typed(oad, value)))


def get_reply(request: Frame, answers: Answers) -> Frame:
    """Answers GET normal or list in its order."""
    wanted = _body(request)
    body = result(wanted, answers) if isinstance(wanted, str) else [result(oad, answers) for oad in wanted]
    return answering(request, services.GET | REPLY, _form(request), body)


def record_reply(request: Frame, *answers: Rows | Dar, columns: Columns = ()) -> Frame:
    """Answers GET record, or record list with as many answers: rows under the wanted columns, or why there are none.

    columns: those of the rows where the query names none
    """
    wanted = _body(request) if _form(request) == 4 else [_body(request)]
    asked = [one if one.columns else one._replace(columns=columns_of(columns)) for one in wanted]
    body = [_record(one, rows) for one, rows in zip(asked, answers, strict=True)]
    return answering(request, services.GET | REPLY, _form(request), body if _form(request) == 4 else body[0])


def _record(asked: Query, rows: Rows | Dar) -> Record:
    return Record(asked.oad, asked.columns, (0, rows.code)) if isinstance(rows, Dar) else record(asked, rows)


def block_reply(request: Frame, content: Sequence[Result] | Sequence[Record], *, number: int, last: int) -> Frame:
    """Answers with one block of what is too long for one APDU; last: 1 for the last block, else 0."""
    kind = 2 if content and isinstance(content[0], Record) else 1
    return answering(request, services.GET | REPLY, 5, Block(last, number, (kind, list(content))))


def set_reply(request: Frame, outcomes: Mapping[str, int] | None = None) -> Frame:
    """Answers SET normal or list; what the outcomes do not name went well."""
    done = [Done(one.oad, (outcomes or {}).get(one.oad, dars.DONE)) for one in _several(request)]
    return answering(request, services.SET | REPLY, _form(request), done if _form(request) == 2 else done[0])


def set_then_get_reply(request: Frame, outcomes: Mapping[str, int], answers: Answers) -> Frame:
    """Answers SET-then-GET: how each write went and what was read after it."""
    body = [(Done(one.oad, outcomes.get(one.oad, dars.DONE)), result(one.read, answers)) for one in _several(request)]
    return answering(request, services.SET | REPLY, 3, body)


def action_reply(
    request: Frame, outcomes: Mapping[str, int] | None = None, given: Mapping[str, Value] | None = None
) -> Frame:
    """Answers ACTION normal or list; `given` is what a method gives back."""
    acted = [_acted(one.oad, outcomes or {}, given or {}) for one in _several(request)]
    return answering(request, services.ACTION | REPLY, _form(request), acted if _form(request) == 2 else acted[0])


def _acted(omd: str, outcomes: Mapping[str, int], given: Mapping[str, Value]) -> Acted:
    return Acted(omd, outcomes.get(omd, dars.DONE), parameter(given[omd]) if omd in given else None)


def _several(request: Frame) -> list[Any]:
    return [_body(request)] if _form(request) == 1 else list(_body(request))


def connect_reply(request: Frame, *, factory: bytes, result: int = 0) -> Frame:
    """Answers CONNECT with the terms that were asked for; factory: 32 bytes of maker and versions."""
    body = ConnectReply._make((factory.ljust(32, b"\0"), *_body(request)[:8], result, None))
    return answering(request, services.CONNECT | REPLY, 0, body)


def release_reply(request: Frame) -> Frame:
    """Answers RELEASE."""
    return answering(request, services.RELEASE | REPLY, 0, 0)


def error_reply(request: Frame, reason: int = 255) -> Frame:
    """Says that a request cannot be served: 1 not understood, 2 no such service, 255 other."""
    return answering(request, 0xEE, 0, reason)


def proxy_reply(request: Frame, answers: Mapping[str, Answers | Dar]) -> Frame:
    """Answers PROXY lists by the meters' printed addresses; a meter that did not answer has one code for all.

    Without an answer that code is 33 (time-out).
    """
    form = _form(request)
    body = []
    for through in _body(request).meters:
        mine = answers.get(meter_of(through.meter), Dar(33))
        body.append((through.meter, [_proxied(form, one, mine) for one in through.wanted]))
    return answering(request, services.PROXY | REPLY, form, body)


def _proxied(form: int, wanted: Any, mine: Answers | Dar) -> Any:
    oad = wanted if isinstance(wanted, str) else wanted.oad
    if form == 1:
        return Result(oad, (0, mine.code)) if isinstance(mine, Dar) else result(oad, mine)
    outcome = mine if isinstance(mine, Dar) else mine.get(oad, Dar(dars.DONE))
    code = outcome.code if isinstance(outcome, Dar) else dars.DONE
    return Done(oad, code) if form == 3 else Acted(oad, code, None)


def proxy_record_reply(request: Frame, rows: Rows | Dar) -> Frame:
    """Answers PROXY record."""
    found = _record(_body(request).query, rows)
    return answering(request, services.PROXY | REPLY, 2, (_body(request).meter, found))


def forward_reply(request: Frame, answer: bytes | Dar) -> Frame:
    """Answers the forwarding of a foreign frame with the foreign answer."""
    outcome = (0, answer.code) if isinstance(answer, Dar) else (1, answer)
    return answering(request, services.PROXY | REPLY, 7, Result(_body(request).port, outcome))


def report(address: str, answers: Answers, *, piid: int = 0, client: int = 0) -> Frame:
    """Reports attributes unasked."""
    body = [result(oad, answers) for oad in answers]
    return made(address, REPORTING, Apdu(services.REPORT | REPLY, 1, piid, body), client=client)


def report_record(address: str, oad: str, columns: Columns, rows: Rows, *, piid: int = 0, client: int = 0) -> Frame:
    """Reports rows of a record object unasked (an event, or a terminal's collection)."""
    body = [record(query(oad, columns), rows)]
    return made(address, REPORTING, Apdu(services.REPORT | REPLY, 2, piid, body), client=client)
