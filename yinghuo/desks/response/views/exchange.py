"""Pages: exchange."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
