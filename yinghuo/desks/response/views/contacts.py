"""Pages: contacts."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
