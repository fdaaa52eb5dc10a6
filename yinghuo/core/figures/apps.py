"""Registers the app `figures`."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "yinghuo.core.figures"
    label = "figures"
