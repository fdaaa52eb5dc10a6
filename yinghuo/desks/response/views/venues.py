"""Pages: places."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
