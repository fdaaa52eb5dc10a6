"""SORMAS's words: property paths, enumerations, and what its import files cannot hold of ours.

Paths and enumerations as in the public source of SORMAS (SORMAS-Foundation/SORMAS-Project: CaseDataDto, ContactDto,
PersonDto, EventDto, SampleDto, PathogenTestDto and the CSV files of its import tests). `labSampleID` and
`wasInQuarantineBeforeIsolation` are fields of these; an installation may hide some by country.
"""

from yinghuo.engines.exchange.holding import Holds

ENTITIES = frozenset(
    [
        "CaseData",
        "Case",
        "Person",
        "Location",
        "Sample",
        "PathogenTest",
        "Contact",
        "Event",
        "EventParticipant",
        "EpiData",
        "Symptoms",
        "Hospitalization",
        "HealthConditions",
        "ClinicalCourse",
        "Vaccination",
        "Immunization",
    ]
)
HELD_AS = {
    "NOT_CLASSIFIED": "draft",
    "SUSPECT": "suspected",
    "PROBABLE": "suspected",
    "CONFIRMED": "confirmed",
    "CONFIRMED_NO_SYMPTOMS": "asymptomatic",
    "CONFIRMED_UNKNOWN_SYMPTOMS": "confirmed",
    "NO_CASE": "discarded",
}
CLASSIFIED = {
    "draft": "NOT_CLASSIFIED",
    "suspected": "SUSPECT",
    "confirmed": "CONFIRMED",
    "asymptomatic": "CONFIRMED_NO_SYMPTOMS",
    "discarded": "NO_CASE",
}
CONTACT_STATES = {"ACTIVE": "found", "CONVERTED": "case", "DROPPED": "dropped"}
CONTACT_STATUS = {
    "found": "ACTIVE",
    "managed": "ACTIVE",
    "released": "ACTIVE",
    "case": "CONVERTED",
    "dropped": "DROPPED",
}
EVENT_STATES = {"SIGNAL": "draft", "EVENT": "open", "SCREENING": "draft", "CLUSTER": "open", "DROPPED": "closed"}
INVESTIGATED = {"PENDING": "open", "ONGOING": "open", "DONE": "closed", "DISCARDED": "closed"}
EVENT_SAID = {
    "draft": ("SIGNAL", "PENDING"),
    "open": ("EVENT", "ONGOING"),
    "contained": ("EVENT", "DONE"),
    "closed": ("EVENT", "DONE"),
}
RESULTS = {"POSITIVE": "positive", "NEGATIVE": "negative", "INDETERMINATE": "indeterminate", "PENDING": "pending"}
RESULTED = {ours: theirs for theirs, ours in RESULTS.items()}
TESTS = {"PCR_RT_PCR": "pcr", "ANTIGEN_DETECTION": "antigen", "SEQUENCING": "sequence"}
TESTED = {ours: theirs for theirs, ours in TESTS.items()}
DISEASE = "CORONAVIRUS"
SAMPLE_STARTS, TEST_STARTS = "sampleDateTime", "testDateTime"
SAMPLE_HEADS = ("sampleDateTime", "labSampleID", "samplePurpose", "lab")
TEST_HEADS = ("testDateTime", "testedDisease", "testType", "testResult", "testResultVerified")
OF_SAMPLE = frozenset((*SAMPLE_HEADS, "reportDateTime", "sampleMaterial", "sampleMaterialText", "fieldSampleID"))
OF_TEST = frozenset((*TEST_HEADS, "lab", "testResultText"))
PERSON_HEADS = (
    "person.firstName",
    "person.lastName",
    "person.sex",
    "person.birthdateDD",
    "person.birthdateMM",
    "person.birthdateYYYY",
    "person.nationalHealthId",
    "person.phone",
    "person.externalId",
)
CASE_HEADS = (
    "externalID",
    "disease",
    *PERSON_HEADS,
    "reportDate",
    "caseClassification",
    "investigationStatus",
    "responsibleRegion",
    "responsibleDistrict",
    "symptoms.onsetDate",
    "wasInQuarantineBeforeIsolation",
)
CONTACT_HEADS = (
    "externalID",
    "caseIdExternalSystem",
    "disease",
    "reportDateTime",
    "region",
    "district",
    "multiDayContact",
    "firstContactDate",
    "lastContactDate",
    "contactClassification",
    "contactStatus",
    "followUpUntil",
    *PERSON_HEADS,
)
EVENT_HEADS = (
    "externalId",
    "eventStatus",
    "eventInvestigationStatus",
    "eventTitle",
    "startDate",
    "reportDateTime",
    "eventLocation.region",
    "eventLocation.district",
    "disease",
)
KNOWN = {
    "cases": frozenset(
        (*CASE_HEADS, "epidNumber", "responsibleCommunity", "region", "district", "community", "person.passportNumber")
    ),
    "contacts": frozenset((*CONTACT_HEADS, "community", "person.passportNumber")),
    "events": frozenset((*EVENT_HEADS, "eventLocation.community", "externalID")),
}

HOLDS = Holds(
    {
        "people": frozenset({"key", "number", "name", "phone", "birth"}),
        "events": frozenset({"key", "name", "area", "state", "emerged_on", "detected_at:day"}),
        "cases": frozenset({"key", "person", "area", "held_as", "onset_on", "reported_at:day", "in_isolation"}),
        "contacts": frozenset({"key", "area", "grade", "last_on", "state", "found_at:day", "until"}),
        "exposures": frozenset({"key", "contact", "case", "day"}),
        "labs": frozenset({"key", "case", "sampled_at:day", "reported_at:day", "result", "kind", "laboratory"}),
    },
    {
        ("contacts", "state"): {"managed": "found", "released": "found"},
        ("events", "state"): {"contained": "closed"},
    },
)
