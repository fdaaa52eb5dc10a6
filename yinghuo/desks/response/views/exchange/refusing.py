"""A refusal of the exchange at the field that it is about, in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Words
from yinghuo.core.refusal import Refused

UNREADABLE: dict[str, Words] = {
    "encoding": lazy("The text is neither UTF-8 nor GB18030. Save it as CSV UTF-8 and send it again."),
    "workbook": lazy("The workbook cannot be opened. Save it as XLSX again, or send CSV."),
    "archive": lazy("The archive cannot be opened. Pack the files again as ZIP, without a password."),
    "too_large": lazy("The file, or what is packed in it, is too large. Send it in parts."),
    "empty": lazy("The file is empty."),
    "json": lazy("This is no JSON. Is it the form that you chose?"),
    "form": lazy("The file is well written, but not in the form that you chose."),
    "heads": lazy("No head row is known here: a line list needs its numbers, SORMAS its property names. See the docs."),
    "mapping": lazy("The mapping is not complete, or one of its UIDs is none (11 letters and digits, a letter first)."),
}
FIELD_OF = {
    "exchange.form": "form",
    "exchange.policy": "policy",
    "exchange.source": "source",
    "exchange.too_large": "file",
    "area.unknown": "area_code",
    "event.unknown": "event",
    "exchange.too_many": "event",
    "exchange.too_many_names": "reveal",
    "reveal.too_many": "reveal",
    "access.reason": "words",
}


def into(form: forms.Form, refused: Refused) -> None:
    """Writes a refusal into a form; what belongs to none of its fields goes on as it is."""
    field: str | None = FIELD_OF.get(refused.code)
    if refused.code == "exchange.unreadable":
        cause = str(refused.facts.get("cause", ""))
        field = "mapping" if cause == "mapping" else "file"
        form.add_error(field if field in form.fields else None, str(UNREADABLE.get(cause, cause)))
    elif field in form.fields:
        form.add_error(field, said(refused.code, refused.facts))
    else:
        raise refused


def said(code: str, facts: dict[str, Any]) -> str:
    """The words at the field; the page of a refusal says more."""
    words = {
        "exchange.too_large": _("The file is too large. Send it in parts."),
        "exchange.too_many": _("That would be %(records)s records; one file holds at most %(most)s. Choose an event."),
        "exchange.too_many_names": _(
            "That would be %(people)s people with names; at most %(most)s are given out at once. Nothing was looked at."
        ),
        "reveal.too_many": _("You have looked at %(most)s identities within an hour. Go on later, or without names."),
        "event.unknown": _("This event is not in the area that you chose."),
    }
    return words.get(code, _("This cannot be used.")) % facts
