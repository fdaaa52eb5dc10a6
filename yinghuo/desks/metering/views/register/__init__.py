"""Pages: meters, terminals, transformers."""

from django.urls import URLPattern, path

from yinghuo.desks.metering.views.register.changing import change_meter, change_terminal
from yinghuo.desks.metering.views.register.deciding import admit_terminal, block_terminal, retire
from yinghuo.desks.metering.views.register.meters import meter, meters, read_now
from yinghuo.desks.metering.views.register.terminals import terminal, terminals, transformers

addresses: list[URLPattern] = [
    path("metering", meters, name="meters"),
    path("metering/meters/<str:address>", meter, name="meter"),
    path("metering/meters/<str:address>/read", read_now, name="read_now"),
    path("metering/meters/<str:address>/change", change_meter, name="change_meter"),
    path("metering/meters/<str:address>/retire", retire, name="retire_meter"),
    path("metering/terminals", terminals, name="terminals"),
    path("metering/terminals/<str:address>", terminal, name="terminal"),
    path("metering/terminals/<str:address>/change", change_terminal, name="change_terminal"),
    path("metering/terminals/<str:address>/admit", admit_terminal, name="admit_terminal"),
    path("metering/terminals/<str:address>/block", block_terminal, name="block_terminal"),
    path("metering/transformers", transformers, name="transformers"),
]
