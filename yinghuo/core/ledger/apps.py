"""Registers the app `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yinghuo.core.ledger"
    label = "ledger"
