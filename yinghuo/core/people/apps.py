"""Registers the app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yinghuo.core.people"
    label = "people"
