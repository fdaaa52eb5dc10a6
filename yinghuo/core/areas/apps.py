"""Registers the app `areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "yinghuo.core.areas"
    label = "areas"
