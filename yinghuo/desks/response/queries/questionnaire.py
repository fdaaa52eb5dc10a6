"""Reading an investigation: each question with the answer that stands, its history, and what is left until when."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from yinghuo.console.pieces import Due
from yinghuo.console.who import names_of
from yinghuo.desks.response.models import Answer, Case
from yinghuo.desks.response.rules.clocks import due
from yinghuo.desks.response.rules.questionnaire import Question, Value, questions_on

BAR = "|"  # between the texts of one answer, in a page


class Clash(NamedTuple):
    """An answer that somebody typed at the same time: its id, in words, and its texts as a field holds them."""

    id: UUID
    words: str
    texts: str


class Asked(NamedTuple):
    """A question as the page shows it: words, the answer that stands, who said it, what clashes with it."""

    question: Question
    words: str
    unit: str
    choices: list[tuple[str, str]]
    answer: Answer | None
    by: str
    clashes: list[Clash]
    history: list[tuple[Answer, str, str]]

    @property
    def stands(self) -> str:
        """The texts of the answer that stands, joined by a bar."""
        return texts_of(self.answer.value if self.answer else None)

    @property
    def chosen(self) -> list[str]:
        """The codes or the text that stand."""
        return self.stands.split(BAR) if self.stands else []


class Part(NamedTuple):
    """Questions with one clock: how many are answered, until when."""

    clock: str
    asked: list[Asked]
    answered: int
    due: Due | None


def parts(case: Case, *, now: datetime) -> list[Part]:
    """The questionnaire of a case, core facts first."""
    answers = list(Answer.objects.filter(case=case).order_by("kept_at", "id"))
    who = names_of(answer.by for answer in answers)
    asked = [_asked(one, answers, who) for one in questions_on(timezone.localdate(case.reported_at))]
    return [_part(clock, asked, case, now=now) for clock in ("core_facts", "investigation")]


def asked_of(case: Case, code: str) -> Asked:
    """One question of a case."""
    answers = list(Answer.objects.filter(case=case, question=code).order_by("kept_at", "id"))
    one = next(row for row in questions_on(timezone.localdate(case.reported_at)) if row.code == code)
    return _asked(one, answers, names_of(answer.by for answer in answers))


def in_words(one: Question, value: Value) -> str:
    """An answer in the reader's language."""
    english = get_language() == "en"
    words = {code: en if english else zh for code, en, zh in one.choices}
    if value is None:
        return "–"
    if isinstance(value, list):
        return " · ".join(words.get(code, code) for code in value)
    unit = one.unit_en if english else one.unit_zh
    return words.get(str(value)) or f"{value} {unit}".strip()


def texts_of(value: Value) -> str:
    """The texts of a value as a field holds them, joined by a bar."""
    return BAR.join(value) if isinstance(value, list) else "" if value is None else str(value)


def _asked(one: Question, answers: list[Answer], who: dict[str, str]) -> Asked:
    english = get_language() == "en"
    own = [answer for answer in answers if answer.question == one.code]
    stands = next((answer for answer in own if answer.current), None)
    return Asked(
        question=one,
        words=one.en if english else one.zh,
        unit=one.unit_en if english else one.unit_zh,
        choices=[(code, en if english else zh) for code, en, zh in one.choices],
        answer=stands,
        by=who.get(stands.by, "") if stands else "",
        clashes=[Clash(row.id, in_words(one, row.value), texts_of(row.value)) for row in own if row.clash],
        history=[(answer, in_words(one, answer.value), who[answer.by]) for answer in own],
    )


def _part(clock: str, asked: list[Asked], case: Case, *, now: datetime) -> Part:
    rows = [one for one in asked if one.question.clock == clock]
    done = [one.answer for one in rows if one.answer and one.answer.value is not None]
    since = case.event.notified_at or case.reported_at
    stopped = max((answer.kept_at for answer in done), default=now) if len(done) == len(rows) else None
    return Part(clock, rows, len(done), Due(due(clock, since), since, stopped))
