"""The addresses that `yinghuo look-ups` answers: those for everybody, and nothing else."""

from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from yinghuo.desks.sampling.api import lookups as doors
from yinghuo.desks.sampling.views.lookups import open_addresses
from yinghuo.web import views

urlpatterns: list[URLPattern] = [
    *open_addresses,
    path("api/v1/look-ups", csrf_exempt(doors.ask)),
    path("api/v1/look-ups/<str:token>", doors.look_up),
    path("healthz", views.healthz, name="healthz"),
]
