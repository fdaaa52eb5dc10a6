"""FHIR R4: a Bundle of Patient, Condition, Observation and Group, checked with the R4B models of fhir.resources.

A person is a Patient; a case is a Condition (COVID-19), being a contact a Condition (exposure); exposures, follow-up
visits and results are Observations with `focus` on these; an event is a Group. What FHIR has no element for stands in
extensions under urn:yinghuo:ext:, which other systems may ignore.
"""

from yinghuo.engines.exchange.fhir.reading import read
from yinghuo.engines.exchange.fhir.words import HOLDS
from yinghuo.engines.exchange.fhir.writing import write

__all__ = ["HOLDS", "read", "write"]
