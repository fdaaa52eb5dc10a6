"""Sentences of refusals: metering, register."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {"meter.unknown": 404, "terminal.unknown": 404, "register.": 400}
SENTENCES: dict[str, Promise] = {
    "meter.point_taken": lazy(
        "Another meter hangs at this measuring point. Nothing was changed; retire that one first, or choose another."
    ),
    "meter.ratings": lazy(
        "Rated values and ratios must be above zero, the greatest current not below the rated one. Nothing was changed."
    ),
    "meter.retired_before": lazy(
        "This meter was installed on %(installed)s; it cannot have been taken down before. Nothing was changed."
    ),
    "meter.unknown": lazy("The register has no meter %(meter)s. Nothing was changed; check the address."),
    "register.columns": lazy("The head of %(file)s lacks: %(needed)s. Nothing was loaded; add the columns."),
    "register.empty": lazy(
        "%(folder)s holds none of transformers.csv, terminals.csv and meters.csv. Nothing was loaded."
    ),
    "register.unreadable": lazy(
        "%(file)s is no CSV file in UTF-8 or GB18030: %(detail)s. Nothing was loaded; save it as CSV UTF-8."
    ),
    "register.value": lazy("“%(field)s” cannot have this value. Nothing was changed; correct it."),
    "terminal.dialled": lazy("A terminal that is dialled needs both host and port. Nothing was changed."),
    "terminal.unknown": lazy("The register has no terminal %(terminal)s. Nothing was changed; check the address."),
}
