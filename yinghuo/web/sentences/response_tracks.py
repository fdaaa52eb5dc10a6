"""Sentences of refusals: the response desk, tracks; its forms say the same words at the field."""

from django.utils.functional import Promise

from yinghuo.desks.response.words import tracks as track_words

STATUSES: dict[str, int] = track_words.STATUSES
SENTENCES: dict[str, Promise] = track_words.SENTENCES
