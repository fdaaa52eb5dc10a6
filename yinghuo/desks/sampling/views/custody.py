"""Pages of custody: labels, boxes, reception, reconciliation, carriage."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
