"""Sentences for what is refused about rosters."""

from django.utils.functional import Promise

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {}
