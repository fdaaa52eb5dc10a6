"""Sentences for what is refused about plans of a round."""

from django.utils.functional import Promise

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {}
