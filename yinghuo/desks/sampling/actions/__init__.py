"""Every write of the sampling desk."""

from yinghuo.desks.sampling.actions.campaigns import add_site, issue_tubes, open_campaign
from yinghuo.desks.sampling.actions.corrections import keep_corrections, keep_voids
from yinghuo.desks.sampling.actions.facts import keep_boxes, keep_handovers, keep_results, keep_sealed, keep_swabs

__all__ = [
    "add_site",
    "issue_tubes",
    "keep_boxes",
    "keep_corrections",
    "keep_handovers",
    "keep_results",
    "keep_sealed",
    "keep_swabs",
    "keep_voids",
    "open_campaign",
]
