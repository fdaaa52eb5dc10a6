"""Sentences of refusals, each part of the house its own file; `yinghuo/web/refusals.py` puts them together."""

from django.utils.functional import Promise

from yinghuo.web.sentences import (
    custody,
    laboratory,
    lookups,
    messages,
    metering_head_end,
    metering_readings,
    metering_register,
    metering_validation,
    phones,
    plans,
    response_cases,
    response_curves,
    response_exchange,
    response_followups,
    response_levels,
    response_review,
    response_teams,
    response_tracing,
    response_tracks,
    rosters,
)

METERING = (metering_head_end, metering_readings, metering_register, metering_validation)
RESPONSE = (
    response_cases,
    response_curves,
    response_exchange,
    response_followups,
    response_levels,
    response_review,
    response_teams,
    response_tracing,
    response_tracks,
)
PARTS = (custody, laboratory, lookups, messages, phones, plans, rosters, *METERING, *RESPONSE)
STATUSES: dict[str, int] = {code: status for part in PARTS for code, status in part.STATUSES.items()}
SENTENCES: dict[str, Promise] = {code: words for part in PARTS for code, words in part.SENTENCES.items()}
