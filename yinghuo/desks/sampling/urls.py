"""Addresses of the sampling desk."""

from django.urls import path

from yinghuo.desks.sampling import views
from yinghuo.desks.sampling.views import custody, laboratory, lookups, messages, phones, plans

urlpatterns = [
    *plans.addresses,
    *phones.addresses,
    *custody.addresses,
    *laboratory.addresses,
    *messages.addresses,
    *lookups.addresses,
    path("sampling", views.campaigns, name="campaigns"),
    path("sampling/<uuid:campaign_id>", views.campaign, name="campaign"),
    path("tubes/<str:code>", views.tube, name="tube"),
    path("persons/<uuid:person_id>", views.person, name="person"),
    path("search", views.search, name="search"),
]
