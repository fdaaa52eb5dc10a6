"""Registers the app `sampling`: its kind of order and its figures."""

from django.apps import AppConfig


class SamplingConfig(AppConfig):
    name = "yinghuo.desks.sampling"
    label = "sampling"

    def ready(self) -> None:
        """Makes known what this desk adds to the house."""
        import yinghuo.desks.sampling.figures  # noqa: F401 - registers on import
        from yinghuo.core.work.rules import register_kind
        from yinghuo.desks.sampling.custody_rules import CARRIAGE_RUN, SILENT_TUBE
        from yinghuo.desks.sampling.lookup_rules import CASE_DRAFT
        from yinghuo.desks.sampling.rules import RECOLLECTION

        register_kind(RECOLLECTION)
        register_kind(SILENT_TUBE)
        register_kind(CARRIAGE_RUN)
        register_kind(CASE_DRAFT)
