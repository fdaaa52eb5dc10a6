"""Pages about messages of other systems."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
