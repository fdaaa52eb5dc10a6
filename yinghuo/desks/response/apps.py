"""Registers the app `response`: its kinds of order, its figures, its doors."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    name = "yinghuo.desks.response"
    label = "response"

    def ready(self) -> None:
        """Makes known what this desk adds to the house."""
        import yinghuo.desks.response.figures  # noqa: F401 - registers on import
        from yinghuo.core.work.rules import register_kind
        from yinghuo.desks.response.rules import kinds

        for kind in kinds.ALL:
            register_kind(kind)
