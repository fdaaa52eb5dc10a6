"""Pages: levels."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
