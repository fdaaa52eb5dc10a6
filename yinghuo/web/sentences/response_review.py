"""Sentences of refusals: the response desk, review."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "review.no_teams": lazy("No team is registered in area %(area)s. Nothing was played; register the teams first."),
}
