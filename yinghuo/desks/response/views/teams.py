"""Pages: teams."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
