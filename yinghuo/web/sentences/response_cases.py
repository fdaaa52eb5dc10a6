"""Sentences of refusals: the response desk, reports, events, cases, answers."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {
    "answer.question": 422,
    "answer.unreadable": 400,
    "answer.value": 422,
    "case.unknown": 404,
    "event.unknown": 404,
    "merge.unknown": 404,
    "report.door": 422,
    "report.symptom": 422,
    "report.unknown": 404,
}
SENTENCES: dict[str, Promise] = {
    "answer.question": lazy("There is no question “%(question)s”. The other answers are kept; read the page again."),
    "answer.unreadable": lazy("The answer has no readable id or time. It was not stored; read the page again."),
    "answer.value": lazy("This is no possible answer to “%(question)s”. What was kept before stands."),
    "case.class": lazy("A case cannot be held to be “%(held_as)s”. Nothing was changed; choose from the list."),
    "case.draft_withdrawn": lazy(
        "The laboratory has withdrawn this positive, so no case was opened. The order says why."
    ),
    "case.itself": lazy("A case cannot be merged into itself. Nothing was changed."),
    "case.merged": lazy("One of these cases is part of another already. Take that merge back first."),
    "case.no_draft": lazy("This order is no case draft of a laboratory. Nothing was changed."),
    "case.onset_later": lazy("The onset, %(day)s, is still to come. Nothing was changed; correct the day."),
    "case.pair_decided": lazy("This pair was decided before, or the decision is neither one case nor two."),
    "case.pair_unknown": lazy("There is no such pair of cases. The list may have changed: open the case again."),
    "case.result": lazy("“%(result)s” is no result of a laboratory. It was not stored."),
    "case.unknown": lazy("There is no such case in your area. Nothing was changed."),
    "event.itself": lazy("An event cannot be merged into itself. Nothing was changed."),
    "event.merged": lazy("One of these events is part of another already. Work on that one, or take the merge back."),
    "event.not_contained": lazy(
        "It is not contained yet: %(cases)s cases are to be judged, %(contacts)s close contacts are not under "
        "management. Nothing was changed."
    ),
    "event.not_ended": lazy(
        "The event cannot end yet: %(cases)s cases to be judged, %(orders)s open orders, %(contacts)s contacts not "
        "released, %(stays)s people in isolation. Nothing was changed."
    ),
    "event.step": lazy("This step is not open to the event as it stands now. Nothing was changed; look at it again."),
    "event.unknown": lazy("There is no such event in your area. Nothing was changed."),
    "merge.later": lazy("What it was merged into became part of another later. Take that later merge back first."),
    "merge.unknown": lazy("There is no such merge in your area. Nothing was changed."),
    "report.door": lazy("“%(door)s” is no door for reports. Nothing was stored."),
    "report.no_party": lazy(
        "Your account belongs to no enterprise yet, so you cannot report for one. Call the duty officer now, and ask "
        "the administrator to enter your enterprise."
    ),
    "report.symptom": lazy("“%(symptom)s” is no symptom of the list. Nothing was stored; choose from the list."),
    "report.unknown": lazy("There is no such report in your area, or it has no words. Nothing was shown."),
    "report.words_erased": lazy("The words of this report are past their last day and were erased."),
}
