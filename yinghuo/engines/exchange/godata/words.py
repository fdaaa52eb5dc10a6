"""Go.Data's words: property names of its models, reference data, and what it cannot hold of ours.

Property names and reference values as in the public source of Go.Data (WorldHealthOrganization/GoDataSource-API,
common/models). Reference data is configurable there: an installation may lack or rename a value.
"""

from yinghuo.engines.exchange.holding import Holds

LNG = "LNG_REFERENCE_DATA_CATEGORY_"
PERSON_TYPE = f"{LNG}PERSON_TYPE_"
TYPES = {
    f"{PERSON_TYPE}CASE": "cases",
    f"{PERSON_TYPE}CONTACT": "contacts",
    f"{PERSON_TYPE}CONTACT_OF_CONTACT": "contactsOfContacts",
    f"{PERSON_TYPE}EVENT": "events",
}
CLASSIFICATION = f"{LNG}CASE_CLASSIFICATION_"
HELD_AS = {
    f"{CLASSIFICATION}CONFIRMED": "confirmed",
    f"{CLASSIFICATION}PROBABLE": "suspected",
    f"{CLASSIFICATION}SUSPECT": "suspected",
    f"{CLASSIFICATION}NOT_A_CASE_DISCARDED": "discarded",
}
CLASSIFIED = {
    "confirmed": f"{CLASSIFICATION}CONFIRMED",
    "asymptomatic": f"{CLASSIFICATION}CONFIRMED",
    "suspected": f"{CLASSIFICATION}SUSPECT",
    "draft": f"{CLASSIFICATION}SUSPECT",
    "discarded": f"{CLASSIFICATION}NOT_A_CASE_DISCARDED",
}
FOLLOW_UP = "LNG_REFERENCE_DATA_CONTACT_DAILY_FOLLOW_UP_STATUS_TYPE_"
SEEN = {
    f"{FOLLOW_UP}SEEN_OK": "seen_well",
    f"{FOLLOW_UP}SEEN_NOT_OK": "seen_ill",
    f"{FOLLOW_UP}MISSED": "not_reached",
}
NOT_DONE = frozenset({f"{FOLLOW_UP}NOT_PERFORMED", f"{FOLLOW_UP}NOT_ATTEMPTED"})
VISITED = {
    "seen_well": f"{FOLLOW_UP}SEEN_OK",
    "seen_ill": f"{FOLLOW_UP}SEEN_NOT_OK",
    "not_reached": f"{FOLLOW_UP}MISSED",
    "refused": f"{FOLLOW_UP}MISSED",
    "moved": f"{FOLLOW_UP}MISSED",
}
LAB = f"{LNG}LAB_TEST_RESULT_"
RESULTS = {f"{LAB}POSITIVE": "positive", f"{LAB}NEGATIVE": "negative", f"{LAB}INCONCLUSIVE": "indeterminate"}
RESULTED = {code: name for name, code in RESULTS.items()}
IN_PROGRESS, COMPLETED = f"{LAB}STATUS_IN_PROGRESS", f"{LAB}STATUS_COMPLETED"
TEST = f"{LNG}TYPE_OF_LAB_TEST_"
DOCUMENT = f"{LNG}DOCUMENT_TYPE_"
NUMBER_DOCUMENTS = (f"{DOCUMENT}NATIONAL_ID_CARD", f"{DOCUMENT}PASSPORT")
KEY_DOCUMENT = f"{DOCUMENT}OTHER"
RESIDENCE = f"{LNG}ADDRESS_TYPE_USUAL_PLACE_OF_RESIDENCE"
CERTAINTY = f"{LNG}CERTAINTY_LEVEL_1_LOW"  # required of a relationship; nothing is claimed beyond the least

FILES = {
    "events": "events",
    "cases": "cases",
    "contacts": "contacts",
    "contactsOfContacts": "contacts-of-contacts",
    "relationships": "relationships",
    "followUps": "follow-ups",
    "labResults": "lab-results",
}
_SERVER = "createdAt createdBy updatedAt updatedBy deleted dbUpdatedAt createdOn outbreakId type id visualId"
KNOWN = {
    "events": frozenset(f"{_SERVER} name date dateOfReporting address".split()),
    "cases": frozenset(
        f"{_SERVER} firstName lastName middleName dob documents addresses classification dateOfOnset "
        "dateOfReporting".split()
    ),
    "contacts": frozenset(
        f"{_SERVER} firstName lastName middleName dob documents addresses dateOfReporting dateOfLastContact "
        "followUp".split()
    ),
    "relationships": frozenset(f"{_SERVER} persons contactDate certaintyLevelId contactDateEstimated active".split()),
    "followUps": frozenset(f"{_SERVER} personId date statusId index".split()),
    "labResults": frozenset(
        f"{_SERVER} personId personType sampleIdentifier dateSampleTaken dateOfResult labName testType result status "
        "quantitativeResult".split()
    ),
}
KNOWN["contactsOfContacts"] = KNOWN["contacts"]

HOLDS = Holds(
    {
        "people": frozenset({"key", "number", "name", "phone", "birth"}),
        "events": frozenset({"key", "name", "area", "emerged_on", "detected_at:day"}),
        "cases": frozenset({"key", "event", "area", "held_as", "onset_on", "reported_at:day"}),
        "contacts": frozenset({"key", "event", "area", "grade", "last_on", "found_at:day", "until"}),
        "exposures": frozenset({"key", "contact", "case", "day", "via"}),
        "followups": frozenset({"key", "contact", "day", "status", "day_number"}),
        "labs": frozenset({"key", "case", "sampled_at:day", "reported_at:day", "result", "kind", "laboratory", "ct"}),
    },
    {
        ("cases", "held_as"): {"draft": "suspected", "asymptomatic": "confirmed"},
        ("followups", "status"): {"refused": "not_reached", "moved": "not_reached"},
    },
)
