"""Sentences for what is refused about looking results up; the pages for everybody show the same ones."""

from django.utils.functional import Promise

from yinghuo.desks.sampling.lookup_words import REFUSALS

STATUSES: dict[str, int] = {
    "look_up.code": 400,
    "look_up.missing": 400,
    "look_up.no_match": 404,
    "look_up.number": 400,
    "look_up.over": 410,
    "look_up.too_long": 400,
    "look_up.too_often": 429,
    "look_up.unreadable": 400,
}
SENTENCES: dict[str, Promise] = REFUSALS
