"""Registers the app `parties`."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "yinghuo.core.parties"
    label = "parties"
