"""Sentences for what is refused about looking results up."""

from django.utils.functional import Promise

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {}
