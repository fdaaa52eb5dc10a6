"""Sentences of refusals: the response desk, visits, tracing, contests."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {"contact.unknown": 404, "contest.unknown": 404, "contest.own": 403, "venue.unknown": 404}
SENTENCES: dict[str, Promise] = {
    "contact.contested": lazy(
        "A contest of this contact waits for its decision. Nothing was changed; decide that first."
    ),
    "contact.dropped": lazy("This person is no contact any more. Nothing was changed; there is nothing to contest."),
    "contact.ground": lazy(
        "“%(ground)s” is no ground that is known here. Nothing was changed; choose one of the list."
    ),
    "contact.unknown": lazy("There is no such contact in your area. Nothing was changed."),
    "contest.decided": lazy(
        "This contest was decided otherwise already. Nothing was changed; look at the contact's page."
    ),
    "contest.outcome": lazy("“%(outcome)s” is no decision that is known here. Nothing was changed."),
    "contest.own": lazy("You took this contest down yourself. Nothing was changed; somebody else decides it."),
    "contest.unknown": lazy("There is no such contest in your area. Nothing was changed."),
    "trace.no_case": lazy(
        "No case of this event has a person yet. Nothing was changed; enter who the case is, then trace."
    ),
    "trace.no_second": lazy(
        "By the rule in force (%(rule)s) contacts of contacts are not determined. Nothing was changed."
    ),
    "venue.air": lazy("“%(air)s” is no class of ventilation that is known here. Nothing was changed."),
    "venue.kind": lazy("“%(kind)s” is no kind of place that is known here. Nothing was changed."),
    "venue.unknown": lazy("There is no such venue in your area. Nothing was changed; register it first."),
    "visit.columns": lazy("The file needs columns for %(fields)s. Nothing was kept; say which they are."),
    "visit.file": lazy("This is no CSV or XLSX file that can be read. Nothing was kept; save it anew and try again."),
    "visit.file_gone": lazy("This file has been taken in, or is too old. Nothing was changed; hand it in anew."),
    "visit.file_large": lazy("The file is larger than %(most)s MB. Nothing was kept; split it."),
    "visit.line": lazy(
        "The line needs a registered place, a day and a time of coming that can be read. It stays as typed."
    ),
    "visit.roster": lazy("A roster needs a group, and days from 1 to 31. Nothing was kept."),
}
