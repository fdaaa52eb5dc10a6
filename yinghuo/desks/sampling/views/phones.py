"""Pages about the phones: one-time enrolment codes, what needs help."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
