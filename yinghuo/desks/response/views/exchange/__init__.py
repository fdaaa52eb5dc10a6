"""Pages: files of other systems taken in, and files given out to them."""

from django.urls import URLPattern, path

from yinghuo.desks.response.views.exchange import lists, one, out

addresses: list[URLPattern] = [
    path("response/exchange", lists.exchange, name="exchange"),
    path("response/exchange/new", lists.new_import, name="new_import"),
    path("response/exchange/out", out.give_out, name="give_out"),
    path("response/exchange/<uuid:import_id>", one.import_page, name="import"),
    path("response/exchange/<uuid:import_id>/faults", one.import_faults, name="import_faults"),
    path("response/exchange/<uuid:import_id>/<slug:step>", one.import_step, name="import_step"),
]
