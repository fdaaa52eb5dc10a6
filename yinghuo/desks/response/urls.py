"""Addresses of the response desk."""

from yinghuo.desks.response.views import (
    cases,
    contacts,
    curves,
    events,
    exchange,
    followups,
    levels,
    privacy,
    reports,
    review,
    stays,
    teams,
    tracks,
    venues,
)

PARTS = (
    events,
    cases,
    reports,
    contacts,
    curves,
    exchange,
    followups,
    levels,
    venues,
    privacy,
    review,
    stays,
    teams,
    tracks,
)
urlpatterns = [address for part in PARTS for address in part.addresses]
