"""How people and rules are named on the pages: people never by name, by the beginning of their pseudonym."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RULES: dict[str, Promise] = {
    "8th edition": _("8th edition"),
    "9th edition": _("9th edition"),
    "20 measures": _("Twenty measures"),
}


def rule_name(name: str) -> str:
    """The name of a version of the rules in the reader's language; as it is where there are no words."""
    return str(RULES.get(name, name))


def who(person: UUID) -> str:
    """The first eight characters of a pseudonym, enough to tell people of one event apart.

    >>> who(UUID(int=0xabcdef01 << 96))
    'ABCDEF01'
    """
    return person.hex[:8].upper()
