"""Sentences for what is refused about plans of a round."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "campaign.differs": lazy(
        "This form was sent before for another campaign. Nothing was changed; start again from the planner."
    ),
    "sites.area": lazy(
        "Site “%(site)s” lies in %(area)s, outside the campaign’s area. Nothing was added; correct the area."
    ),
    "sites.repeated": lazy("Site “%(site)s” is listed twice. Nothing was added; give each site a name of its own."),
}
