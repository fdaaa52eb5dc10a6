"""Custody behind the acknowledgement: where each tube is, what does not add up, which tubes are silent."""

from yinghuo.desks.sampling.jobs.custody.follower import follow_custody
from yinghuo.desks.sampling.jobs.custody.silence import raise_silent

__all__ = ["follow_custody", "raise_silent"]
