"""What the sampling desk does behind the acknowledgement."""

from yinghuo.desks.sampling.jobs.judge import judge

__all__ = ["judge"]
