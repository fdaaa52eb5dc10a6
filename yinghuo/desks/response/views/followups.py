"""Pages: followups."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
