"""Sentences of refusals: metering, validation."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {
    "reading.no_reason": 422,
    "reading.later_than_now": 422,
    "reading.quantity_unknown": 422,
    "rule.no_source": 422,
    "rule.parameters": 422,
}
SENTENCES: dict[str, Promise] = {
    "rule.no_source": lazy("A rule needs its source. Nothing was changed; say who decided so, by which paper."),
    "rule.parameters": lazy("These parameters are missing, unknown or no numbers: %(names)s. Nothing was changed."),
    "rule.later_row": lazy("A row of this rule begins on %(day)s already. Nothing was changed; choose a later day."),
    "reading.no_reason": lazy("An edit needs its reason. Nothing was changed; say what shows that the value is right."),
    "reading.later_than_now": lazy("The moment %(at)s has not come yet. Nothing was changed."),
    "reading.quantity_unknown": lazy("Quantity %(quantity)s is not known here. Nothing was changed."),
}
