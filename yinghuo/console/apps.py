"""Registers the app `console`, for its template tags."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "yinghuo.console"
    label = "console"
