"""Sentences of refusals: on-demand reads, and terminals that log in unannounced."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "reading.day": lazy(
        "A curve or a daily freeze needs a day that is not in the future; other readings have none. Nothing was asked."
    ),
    "reading.meter": lazy("There is no such meter in service. Nothing was asked; open the list of meters again."),
    "reading.quantity": lazy(
        "Choose at least one quantity from the list; the clock is asked without one. Nothing was asked."
    ),
    "reading.what": lazy("“%(what)s” cannot be read on demand. Choose from the list."),
    "terminal.no_area": lazy("No area is known yet, so a terminal cannot be held. Load the areas first."),
    "terminal.too_many_held": lazy(
        "%(most)s unknown terminals are held already. No more are taken in until somebody decides on them."
    ),
}
