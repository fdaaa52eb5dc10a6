"""Sentences for what is refused about messages of other systems (HL7, FHIR)."""

from django.utils.functional import Promise

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {}
