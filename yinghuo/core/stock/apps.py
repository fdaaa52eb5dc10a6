"""Registers the app `stock`."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "yinghuo.core.stock"
    label = "stock"
