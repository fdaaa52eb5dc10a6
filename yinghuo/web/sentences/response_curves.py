"""Sentences of refusals: the response desk, curves."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "curve.no_figures": lazy(
        "Nothing was published of area %(area)s yet. Nothing was counted; load the bulletins first."
    ),
}
