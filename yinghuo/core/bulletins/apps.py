"""Registers the app `bulletins`."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "yinghuo.core.bulletins"
    label = "bulletins"
