"""Pages: events."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
