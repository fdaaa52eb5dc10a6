"""FHIR's words: systems, codes, extensions.

LOINC and SNOMED CT codes and the identifier of Chinese identity numbers are from memory of the standards; not checked
against their text, except those that the laboratory's messages use, too (94309-2 and the four findings).
"""

from yinghuo.engines.exchange.holding import Holds, everything

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
STATUS_SYSTEM = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
OURS = "urn:yinghuo:"  # systems of our own keys and words
EXT = "urn:yinghuo:ext:"
NUMBER = "urn:oid:2.16.156.10011.1.3"  # identity number of residents of China
COVID = (SNOMED, "840539006", "COVID-19")
EXPOSED = (SNOMED, "840546002", "Exposure to SARS-CoV-2")
PCR, TEMPERATURE = (LOINC, "94309-2", "SARS-CoV-2 RNA"), (LOINC, "8310-5", "Body temperature")
VERIFIED = {
    "draft": "unconfirmed",
    "suspected": "provisional",
    "confirmed": "confirmed",
    "asymptomatic": "confirmed",
    "discarded": "refuted",
}
HELD_AS = {
    "unconfirmed": "draft",
    "provisional": "suspected",
    "differential": "suspected",
    "confirmed": "confirmed",
    "refuted": "discarded",
}
RESULTS = {
    "positive": ("260373001", "Detected"),
    "negative": ("260415000", "Not detected"),
    "indeterminate": ("42425007", "Equivocal"),
}
RESULT_OF = {code: name for name, (code, _) in RESULTS.items()}
USED = frozenset({"Bundle", "Patient", "Condition", "Observation", "Group"})
HOLDS: Holds = everything()
