"""The timeline of an event or a case: reports, judgements, orders, results, stays, entries, the newest last."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Due, Moment, Tone
from yinghuo.console.who import names_of
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ACTIVE, State, kind_name
from yinghuo.desks.response.models import ReportDoor
from yinghuo.desks.response.models.tracks.stays import Stage
from yinghuo.desks.response.rules.symptoms import named
from yinghuo.desks.response.words.cases import CLASS, DETAILS, ENTRIES, RESULT, TONES

MOST_ENTRIES = 200  # the newest; the ledger's page has the others
# The questionnaire has its own page, with the history of every answer; results and judged orders have their lines.
SPOKEN_OF_APART = ["answers.kept", "case.result_kept"]
OF_A_PERSON = ("response.case_draft", "sampling.recollect")  # orders about a person that belong to the case's story
HAPPENED = """
    WITH told AS (
        SELECT r.*, s.words IS NOT NULL AS said FROM response_report r LEFT JOIN response_said s ON s.report_id = r.id
        WHERE r.event_id = ANY(%(events)s) OR r.case_id = ANY(%(cases)s)
    ), entered AS (
        SELECT * FROM ledger_entry
        WHERE (subject = ANY(%(subjects)s) OR id IN (SELECT entry_id FROM told)) AND kind <> ALL(%(apart)s)
        ORDER BY at DESC, id DESC LIMIT %(most)s
    )
    SELECT e.id, e.at, e.kind, e.by, e.body, t.id AS report, t.at AS told_at, t.door, t.symptoms, t.detail, t.onset_on,
           t.said, j.held_as, j.reason
    FROM entered e LEFT JOIN told t ON t.entry_id = e.id LEFT JOIN response_judgement j ON j.id = e.id
"""
LASTED = """
    SELECT 'result' AS what, l.id, l.sampled_at AS at, l.reported_at AS until, l.result AS word, l.kind, l.laboratory,
           l.message, l.ct, l.entry_id, c.number, 0 AS count
    FROM response_labresult l JOIN response_case c ON c.id = l.case_id WHERE l.case_id = ANY(%(cases)s)
    UNION ALL
    SELECT 'stay', s.id, s.started_at, s.ended_at, s.stage, '', '', '', '{}'::jsonb, s.entry_id, '', 0
    FROM response_stay s WHERE s.person = ANY(%(persons)s) AND s.started_at IS NOT NULL
    UNION ALL
    SELECT 'contacts', NULL, NULL, NULL, c.state, c.grade, '', '', '{}', NULL, '', count(*)
    FROM response_contact c WHERE c.event_id = ANY(%(events)s) GROUP BY c.state, c.grade
    UNION ALL
    SELECT 'stays', NULL, NULL, NULL, '', '', '', '', '{}', NULL, '', count(*)
    FROM response_stay s WHERE s.event_id = ANY(%(events)s) AND s.ended_at IS NULL
    UNION ALL
    SELECT 'answers', NULL, NULL, NULL, '', '', '', '', '{}', NULL, '', count(*)
    FROM response_answer a WHERE a.case_id = ANY(%(cases)s) AND a.current AND a.value IS NOT NULL
    ORDER BY 3
"""


class About(NamedTuple):
    """What a timeline is about: ids of events and cases, and pseudonyms of the persons of these cases."""

    events: list[UUID]
    cases: list[UUID]
    persons: list[UUID]

    @property
    def subjects(self) -> list[str]:
        """Subjects of entries and orders."""
        return [*(f"event:{one}" for one in self.events), *(f"case:{one}" for one in self.cases)]


class Task(NamedTuple):
    """An order that is not ended: what it is, where it leads, its running clock, who has it."""

    what: str
    href: str
    due: Due | None
    crew: str


class Words(NamedTuple):
    """Sealed words of a report: its id, and when it was made."""

    report: UUID
    at: datetime


class Story:
    """All of an event or a case, read in four queries, whatever is asked of it."""

    def __init__(self, about: About) -> None:
        params = about._asdict() | {"subjects": about.subjects, "apart": SPOKEN_OF_APART, "most": MOST_ENTRIES}
        self.happened = _rows(HAPPENED, params)
        self.lasted = _rows(LASTED, params)
        self.orders = list(Order.objects.filter(_ordered(about)))

    @cached_property
    def who(self) -> dict[str, str]:
        """Names by label of all who did something."""
        done = [order.done_by for order in self.orders if order.done_by]
        return names_of([*(row["by"] for row in self.happened), *done, *(one.crew for one in self.orders if one.crew)])

    @property
    def open_orders(self) -> list[Order]:
        """Orders that are not ended."""
        return [order for order in self.orders if order.state in ACTIVE]

    @property
    def tasks(self) -> list[Task]:
        """What is due, the most urgent first."""
        rows = sorted(self.open_orders, key=lambda row: (row.due_at is None, row.due_at, str(row.id)))
        return [self._task(row) for row in rows]

    @property
    def results(self) -> list[dict[str, Any]]:
        """Results of laboratories, by the time of the sample."""
        return [row for row in self.lasted if row["what"] == "result"]

    def count(self, what: str, *, state: str = "", grade: str = "") -> int:
        """Contacts of the event in a state and grade ("" for any), people in isolation ("stays"), answers."""
        rows = [row for row in self.lasted if row["what"] == what and state in ("", row["word"])]
        return sum(row["count"] for row in rows if grade in ("", row["kind"]))

    @property
    def words(self) -> list[Words]:
        """Reports that came with words."""
        return [Words(row["report"], row["told_at"]) for row in self.happened if row["said"]]

    @property
    def moments(self) -> list[Moment]:
        """All that is known to have happened, the newest last."""
        lines = [self._line(row) for row in self.happened]
        lines += [line for order in self.orders for line in self._of_order(order)]
        lines += [line for row in self.lasted if row["what"] in _LINES for line in _LINES[row["what"]](row)]
        return sorted(lines, key=lambda line: line.at)

    def _task(self, row: Order) -> Task:
        return Task(kind_name(row.kind), reverse("order", args=[row.id]), _due(row), self.who.get(row.crew, ""))

    def _line(self, row: dict[str, Any]) -> Moment:
        detail = _told(row) if row["report"] else _judged(row) if row["held_as"] else _of_body(json.loads(row["body"]))
        href, by = reverse("entry", args=[row["id"]]), self.who[row["by"]]
        return Moment(
            row["at"], ENTRIES.get(row["kind"], row["kind"]), by, detail, href, TONES.get(row["kind"], "done")
        )

    def _of_order(self, order: Order) -> Iterator[Moment]:
        href, what = reverse("order", args=[order.id]), kind_name(order.kind)
        yield Moment(order.opened_at, _("Order opened: %(order)s") % {"order": what}, href=href, tone="waiting")
        if order.taken_at:
            taken = _("Order taken: %(order)s") % {"order": what}
            yield Moment(order.taken_at, taken, self.who.get(order.crew, ""), href=href, tone="running")
        if order.done_at:
            late: Tone = "late" if order.finish_by and order.done_at > order.finish_by else "done"
            done = _("Order done: %(order)s") % {"order": what}
            yield Moment(order.done_at, done, self.who.get(order.done_by, ""), href=href, tone=late)
        if order.state == State.CANCELLED and order.closed_at:
            cancelled = _("Order cancelled: %(order)s") % {"order": what}
            yield Moment(order.closed_at, cancelled, detail=order.reason, href=href, tone="off")


def _ordered(about: About) -> Q:
    """Orders about the event or its cases; about a person only what belongs to the case's own story."""
    persons = [f"person:{person}" for person in about.persons]
    return Q(subject__in=about.subjects) | Q(subject__in=persons, kind__in=OF_A_PERSON)


def _told(row: dict[str, Any]) -> str:
    symptoms, detail = json.loads(row["symptoms"]), json.loads(row["detail"])
    parts = [str(ReportDoor(row["door"]).label), *(str(words) for words in named(symptoms))]
    parts += [str(detail[key]) for key in ("place", "tube") if detail.get(key)]
    if row["onset_on"]:
        parts.append(_("since %(day)s") % {"day": row["onset_on"].isoformat()})
    return capfirst(" · ".join(parts))


def _judged(row: dict[str, Any]) -> str:
    return f"{CLASS[row['held_as']]} · {row['reason']}"


def _of_body(body: dict[str, Any]) -> str:
    return " · ".join(str(body[key]) for key in DETAILS if isinstance(body.get(key), str | int))


def _of_result(row: dict[str, Any]) -> Iterator[Moment]:
    words, href = {"result": RESULT[row["word"]], "number": row["number"]}, reverse("entry", args=[row["entry_id"]])
    detail = " · ".join(part for part in (row["kind"].upper(), row["laboratory"], row["message"]) if part)
    yield Moment(row["at"], _("Sample taken: %(number)s") % words, detail=detail, href=href)
    reported = _("Result: %(result)s, %(number)s") % words
    yield Moment(row["until"], reported, detail=detail, href=href, tone=RESULT[row["word"]].tone)


def _of_stay(row: dict[str, Any]) -> Iterator[Moment]:
    """Stays of the persons of the cases; those of contacts are counted on the event's page, not listed."""
    stage, href = capfirst(Stage(row["word"]).label), reverse("entry", args=[row["entry_id"]])
    yield Moment(row["at"], _("Isolation begun"), detail=stage, href=href, tone="running")
    if row["until"]:
        yield Moment(row["until"], _("Isolation ended"), detail=stage, href=href)


_LINES = {"result": _of_result, "stay": _of_stay}


def _due(order: Order) -> Due | None:
    return Due(order.due_at, order.clocks_from) if order.due_at else None


def _rows(query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names: Sequence[str] = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
