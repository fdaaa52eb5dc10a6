"""Sentences of refusals: metering, readings."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATUSES: dict[str, int] = {"spool.in_use": 503, "spool.full": 503}
SENTENCES: dict[str, Promise] = {
    "spool.in_use": _(
        "Another process holds the spool of readings in %(folder)s. Nothing was changed. Stop it first, or wait."
    ),
    "spool.full": _(
        "The disk takes no more readings in %(folder)s. What was acknowledged is safe; the rest is read again later. "
        "Make room, then start the head-end again."
    ),
    "correction.twice": _("One reading is corrected twice at once. Nothing was changed. Send one correction of it."),
    "correction.no_because": _("A correction says on what ground it is made. Nothing was changed. Add the ground."),
    "correction.too_many": _("This reading was corrected %(revisions)s times, the most there can be."),
    "analysis.unknown": _("There is no analysis “%(name)s”. `yinghuo readings analyse --help` lists them."),
    "analysis.engine": _("“%(engine)s” is no engine. Choose duckdb or spark."),
    "analysis.no_spark": _("Spark is not installed here. Install yinghuo[spark] and Java 17, or use duckdb."),
    "export.form": _("“%(file)s” ends neither in .csv nor in .parquet, so nothing was written."),
}
