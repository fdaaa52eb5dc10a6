"""Sentences of refusals: the response desk, follow-up and privacy."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {"reveal.": 403, "reveal.reason": 400, "reveal.too_many": 429, "round.unknown": 404}
SENTENCES: dict[str, Promise] = {
    "reveal.reason": lazy("This is no reason of the list. Nothing was shown; choose one, and add your own words."),
    "reveal.too_many": lazy(
        "You have looked at %(most)s identities within an hour. Nothing was shown; go on later, or ask a colleague."
    ),
    "reveal.unrelated": lazy(
        "This person is neither the case %(case)s nor one of its contacts. Nothing was shown; look from their own case."
    ),
    "round.taken": lazy(
        "Another team has this round. Nothing was changed; take another, or have the round freed at the console."
    ),
    "round.unknown": lazy("There is no such round today in your area. Nothing was changed; ask for the list anew."),
}
