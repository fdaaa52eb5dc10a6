"""The kind of order that a contact's contest is."""

from datetime import timedelta

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind

HOUR = timedelta(hours=1)
CONTEST = "response.contest"

# This project's choice: who is held by mistake loses days, so a contest is answered within a day.
CONTEST_KIND = Kind(
    CONTEST,
    "密接申诉",
    "Contest of a contact",
    Role.RESPONSE.value,
    accept=4 * HOUR,
    finish=24 * HOUR,
    verify=48 * HOUR,
)
