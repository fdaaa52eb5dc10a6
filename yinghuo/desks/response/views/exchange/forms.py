"""The forms of the exchange: a file to be taken in, the columns of a line list, what is to be given out."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions.exchange.intake import LONGEST_SOURCE
from yinghuo.desks.response.models import Event, Form, ImportPolicy, RevealReason
from yinghuo.desks.response.queries.exchange import events_to_choose
from yinghuo.engines.exchange.columns import COLUMNS

MOST_AREAS = 600
MAPPING_HELP = lazy(
    "JSON that names this installation's UIDs; without it the example is used, which no installation has."
)


class NewImport(forms.Form):
    """A file of another system."""

    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy("One file, or several packed as ZIP. It is kept sealed, and erased once it is taken in."),
    )
    form = forms.ChoiceField(label=lazy("Form of the file"), choices=Form.choices)
    source = forms.CharField(
        label=lazy("Source"),
        help_text=lazy(
            "Which system or unit its numbers are of. The same number of the same source is the same record."
        ),
        max_length=LONGEST_SOURCE,
    )
    area_code = forms.ChoiceField(
        label=lazy("Area"), help_text=lazy("Records may only lie in it; those that name no area are placed there.")
    )
    event = forms.ChoiceField(label=lazy("Event for records that name none"), choices=[], required=False)
    policy = forms.ChoiceField(
        label=lazy("Records that are known already"), choices=ImportPolicy.choices, widget=forms.RadioSelect
    )
    mapping = forms.FileField(label=lazy("DHIS2 mapping"), help_text=MAPPING_HELP, required=False)

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.fields["policy"].initial = ImportPolicy.SKIP
        areas = within(Area.objects.defer("outline"), user.area_code, "code").exclude(level="cell").order_by("code")
        named = [(one.code, f"{one.code} {one.name}") for one in areas[:MOST_AREAS]]
        self.fields["area_code"].choices = named or [(user.area_code, user.area_code)]  # type: ignore[attr-defined]
        self.fields["event"].choices = [("", _("a new draft event")), *_events(user)]  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """Which column of a line list holds what; guessed from the heads, to be corrected."""

    def __init__(self, kind: str, heads: list[str], mapping: dict[str, int], data: Any = None) -> None:
        super().__init__(data)
        chosen = [("", _("not in this file")), *((str(at), head or "–") for at, head in enumerate(heads))]
        chinese = get_language() != "en"
        for column in COLUMNS[kind]:
            self.fields[column.field] = forms.ChoiceField(
                label=(column.zh if chinese else column.en)[0],
                choices=chosen,
                required=column.field == "key",
                initial=str(mapping.get(column.field, "")),
            )

    def columns(self) -> dict[str, int]:
        """Field to column."""
        return {field: int(at) for field, at in self.cleaned_data.items() if at}


class GiveOut(forms.Form):
    """What is to be given out, in which form, with names or without."""

    event = forms.ChoiceField(label=lazy("Event"), choices=[], required=False)
    form = forms.ChoiceField(label=lazy("Form of the file"), choices=Form.choices)
    variant = forms.ChoiceField(
        label=lazy("As"),
        help_text=lazy("Line list: CSV or XLSX. Go.Data: JSON or CSV. The others have one form."),
        choices=[("xlsx", "XLSX"), ("csv", "CSV"), ("json", "JSON")],
    )
    source = forms.CharField(
        label=lazy("Under the numbers of this source"),
        help_text=lazy("Records that came from there go back under the numbers they had."),
        max_length=LONGEST_SOURCE,
        required=False,
    )
    mapping = forms.FileField(label=lazy("DHIS2 mapping"), help_text=MAPPING_HELP, required=False)
    reveal = forms.ChoiceField(
        label=lazy("Names, numbers, telephones"),
        help_text=lazy("Each person looked at is an entry of its own, which the auditor reads."),
        choices=[],
        required=False,
    )
    words = forms.CharField(
        label=lazy("What the names are needed for"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        required=False,
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.fields["event"].choices = [("", _("all of my area")), *_events(user)]  # type: ignore[attr-defined]
        reasons = [(one.value, _("with names: %(why)s") % {"why": one.label}) for one in RevealReason]
        allowed = reasons if may(user, "identity.reveal") else []
        self.fields["reveal"].choices = [("", _("without: pseudonyms only")), *allowed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Names need words."""
        given = super().clean() or {}
        if given.get("reveal") and not str(given.get("words", "")).strip():
            self.add_error("words", _("Say what the names are needed for."))
        return given


def _events(user: User) -> list[tuple[str, str]]:
    return [(str(one.id), _label(one)) for one in events_to_choose(user)]


def _label(one: Event) -> str:
    return f"{one.number} {one.name}".strip()
