"""Pages after the result: look-up for everybody, certificates, visits for re-collection."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
