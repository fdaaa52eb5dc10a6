"""Pages about the phones: one-time enrolment codes, how each phone is doing, what needs help."""

from django.urls import URLPattern, path

from yinghuo.desks.sampling.views.phones import enrolling, loading, standing

addresses: list[URLPattern] = [
    path("people/phones/enrol", enrolling.enrol_phone, name="enrol_phone"),
    path("people/phones/files", loading.load_file, name="load_phone_file"),
    path("people/phones/files/<uuid:file_id>", loading.phone_file, name="phone_file"),
    path("people/phones/files/<uuid:file_id>/<int:place>", loading.file_item, name="phone_file_item"),
    path("sampling/<uuid:campaign_id>/phones", standing.campaign_phones, name="campaign_phones"),
]
