"""Pages after the result: look-up for everybody, certificates, visits for re-collection."""

from django.urls import URLPattern, path

from yinghuo.desks.sampling.views.lookups import certificates, codes, public, visits

# For everybody, without login, session or cookie; `yinghuo look-ups` serves these alone.
open_addresses: list[URLPattern] = [
    path("result", public.ask, name="result"),
    path("result/<lang:language>", public.ask, name="result_in"),
    path("result/<lang:language>/about", public.about, name="result_about"),
    path("r/<str:token>", public.answer, name="answer"),
    path("r/<str:token>/<lang:language>", public.answer, name="answer_in"),
    path("r/<str:token>/<lang:language>/certificate", certificates.certificate, name="certificate"),
    path("r/<str:token>/certificate.svg", certificates.picture, name="certificate_picture"),
    path("verify", certificates.verify, name="verify_certificate"),
    path("verify/<lang:language>", certificates.verify, name="verify_certificate_in"),
    path("verify-worker.js", certificates.worker, name="verify_worker"),
    path(".well-known/yinghuo-certificates.json", certificates.keys, name="certificate_keys"),
]
addresses: list[URLPattern] = [
    *open_addresses,
    path("persons/<uuid:person_id>/code", codes.give, name="give_code"),
    path("sampling/<uuid:campaign_id>/visits", visits.visits, name="visits"),
    path("sampling/<uuid:campaign_id>/visits/<uuid:place>", visits.visit, name="visit"),
    path("sampling/<uuid:campaign_id>/visits/<uuid:place>/list", visits.names, name="visit_list"),
]
