"""Registers the app `rosters`."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "yinghuo.core.rosters"
    label = "rosters"
