"""Pages: review."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
