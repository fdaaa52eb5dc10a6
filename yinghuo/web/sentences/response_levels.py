"""Sentences of refusals: the response desk, levels."""

from django.utils.functional import Promise

from yinghuo.desks.response.words.levels import REFUSALS

STATUSES: dict[str, int] = {
    "level.unknown": 404,
    "level.place_unknown": 422,
    "level.no_basis": 422,
    "level.basis_not_in_force": 422,
    "level.above_needs_reason": 422,
    "level.own": 403,
    "measure.ends_before": 422,
    "place.no_evidence": 422,
    "place.counts": 422,
    "place.later_than_now": 422,
}
SENTENCES: dict[str, Promise] = REFUSALS
