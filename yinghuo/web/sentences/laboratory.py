"""Sentences for what is refused about the laboratory's bench; its forms say the same ones at the field."""

from django.utils.functional import Promise

from yinghuo.desks.sampling.laboratory_words import REFUSALS

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = REFUSALS
