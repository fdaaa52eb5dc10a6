"""Messages of laboratories and health commissions: HL7 v2.5.1 and FHIR R4, bytes and dicts in, values out."""
