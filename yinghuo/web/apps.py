"""Registers the app `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yinghuo.web"
    label = "web"
