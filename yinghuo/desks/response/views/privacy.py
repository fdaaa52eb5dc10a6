"""Pages: privacy."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
