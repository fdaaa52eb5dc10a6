"""Symptoms that a report can name, in the order in which an operator asks for them."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Symptom(NamedTuple):
    """A symptom: its code in reports, its words, and the digit that ticks it on the operator's keyboard."""

    code: str
    words: Promise
    key: str


# Which symptoms are asked for is from memory of the protocols; not checked against their text.
SYMPTOMS = (
    Symptom("fever", _("fever"), "1"),
    Symptom("cough", _("cough"), "2"),
    Symptom("sore_throat", _("sore throat"), "3"),
    Symptom("runny_nose", _("stuffed or runny nose"), "4"),
    Symptom("fatigue", _("fatigue"), "5"),
    Symptom("taste_smell", _("loss of taste or smell"), "6"),
    Symptom("muscle_pain", _("muscle pain"), "7"),
    Symptom("diarrhoea", _("diarrhoea"), "8"),
    Symptom("breathless", _("short of breath"), "9"),
)
CODES = frozenset(symptom.code for symptom in SYMPTOMS)


def named(codes: list[str]) -> list[Promise]:
    """The words of codes, in the order of the table; codes that are not known are left out."""
    return [symptom.words for symptom in SYMPTOMS if symptom.code in codes]
