"""Sentences for what is refused about labels, boxes and carriage."""

from django.utils.functional import Promise

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {}
