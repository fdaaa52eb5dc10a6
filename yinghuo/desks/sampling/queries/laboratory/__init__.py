"""Every read of the laboratory over more than one row: what waits, plates, files, entries typed twice."""

from yinghuo.desks.sampling.queries.laboratory.worklist import Load, load, waiting

__all__ = ["Load", "load", "waiting"]
