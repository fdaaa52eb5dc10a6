"""Messages of other systems: what came in by HL7 and FHIR, and what was answered."""

__all__: list[str] = []
