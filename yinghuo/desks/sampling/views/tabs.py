"""The pages of one campaign, as a line of links below its title."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yinghuo.console.tabs import Page, Tab, tabs
from yinghuo.core.people.models import User

# Every address takes the campaign's id.
CAMPAIGN: list[Page] = [
    ("campaign", "campaign.see", _("Progress")),
    ("campaign_phones", "campaign.see", _("Phones")),
    ("campaign_plan", "campaign.see", _("Plan")),
    ("custody", "campaign.see", _("Custody")),
    ("labels", "campaign.see", _("Labels")),
    ("carriage", "campaign.see", _("Carriage")),
    ("visits", "campaign.see", _("Visits")),
]


def campaign_tabs(user: User, here: str, campaign_id: UUID) -> list[Tab]:
    """The pages of a campaign that this user may see; `here` is the name of this one's address."""
    return tabs(CAMPAIGN, user, here, campaign_id)
