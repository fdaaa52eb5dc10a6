"""The FHIR R4 door under /api/v1/fhir/: results in by DiagnosticReport or Bundle, results out by search and read."""

from yinghuo.desks.sampling.api.fhir import reading, taking
from yinghuo.desks.sampling.api.fhir.telling import router

public = reading.public

__all__ = ["public", "reading", "router", "taking"]
