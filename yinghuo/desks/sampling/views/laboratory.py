"""Pages of the laboratory: worklist, plates, kits, instruments, typing twice."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
