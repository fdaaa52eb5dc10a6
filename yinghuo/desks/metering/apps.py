"""Registers the app `metering`: its figures."""

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "yinghuo.desks.metering"
    label = "metering"

    def ready(self) -> None:
        """Makes known what this desk adds to the house."""
        import yinghuo.desks.metering.figures  # noqa: F401 - registers on import
