"""Registers the app `work`."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "yinghuo.core.work"
    label = "work"
