"""What is typed in a report: the enterprise's few lines, and the operator's form beside the telephone."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.core.areas.models import Area
from yinghuo.core.ledger import new_id
from yinghuo.core.parties.models import Party
from yinghuo.core.parties.queries import parties
from yinghuo.core.people.access import covers, scope
from yinghuo.core.people.models import Role, User
from yinghuo.desks.response.actions.cases import NewReport, Who
from yinghuo.desks.response.models import ReportDoor
from yinghuo.desks.response.rules.symptoms import SYMPTOMS
from yinghuo.engines.identity import identity_number_error

LONGEST = 2_000
ISOLATED = [("", lazy("not known")), ("yes", lazy("yes")), ("no", lazy("no"))]


class Reporting(forms.Form):
    """What every report says of the person; everything but the name may be missing.

    report: the report's own id, made with the page, so that sending it twice is one report
    """

    report = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=lazy("Name of the person"), max_length=80)
    phone = forms.CharField(
        label=lazy("Telephone of the person"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    number = forms.CharField(label=lazy("Identity number"), max_length=24, required=False)
    symptoms = forms.MultipleChoiceField(
        label=lazy("Symptoms"),
        choices=[(one.code, one.words) for one in SYMPTOMS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    onset_on = forms.DateField(
        label=lazy("First symptoms on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    isolated = forms.ChoiceField(label=lazy("Apart from others already"), choices=ISOLATED, required=False)

    def __init__(self, user: User, data: Any = None, *, now: datetime) -> None:
        super().__init__(data, initial={"report": new_id()})
        self.user, self.now = user, now

    def clean_number(self) -> str:
        """An identity number that can be one; it may be left out."""
        number = "".join(str(self.cleaned_data["number"]).split()).upper()
        if number and len(number) == 18 and identity_number_error(number):
            raise forms.ValidationError(_("A digit of the identity number is wrong. Correct it, or leave it out."))
        return number

    def clean_onset_on(self) -> date | None:
        """Not in the future."""
        day: date | None = self.cleaned_data["onset_on"]
        if day and day > timezone.localdate(self.now):
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def told(self) -> dict[str, Any]:
        """What was typed, as a `NewReport` holds it, without door and place."""
        given = self.cleaned_data
        return {
            "id": given.get("report") or new_id(),
            "at": self.now,
            "who": Who(given["number"], given["name"], given["phone"], given.get("born")),
            "onset_on": given["onset_on"],
            "symptoms": given["symptoms"],
            "in_isolation": {"yes": True, "no": False}.get(given["isolated"]),
        }


class EnterpriseReport(Reporting):
    """The safety officer's: who, what, since when, where in the plant."""

    place = forms.CharField(label=lazy("Workshop, line or room where the person works"), max_length=120, required=False)
    field_order = ("report", "name", "phone", "symptoms", "onset_on", "place", "isolated", "number")

    def as_report(self, party: Party) -> NewReport:
        """The report of this enterprise."""
        place = self.cleaned_data["place"].strip()
        return NewReport(
            **self.told(),
            door=ReportDoor.ENTERPRISE,
            area_code=party.area_code,
            party_id=party.id,
            detail={"place": place} if place else {},
        )


class CallReport(Reporting):
    """The operator's: who calls, about whom, where, what, in the caller's words."""

    name = forms.CharField(label=lazy("Name of the person"), max_length=80, required=False)
    caller = forms.CharField(label=lazy("Caller"), max_length=80, required=False)
    callback = forms.CharField(
        label=lazy("Call back under"), max_length=24, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    born = forms.DateField(label=lazy("Born on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    area = forms.ChoiceField(label=lazy("Area"))
    party = forms.ChoiceField(label=lazy("Enterprise"), required=False)
    place = forms.CharField(label=lazy("Place: address, building, bus, shop"), max_length=120, required=False)
    words = forms.CharField(
        label=lazy("What the caller says"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Kept sealed; only the reader of this case opens it, and the ledger notes that."),
    )
    field_order = (
        "report", "callback", "caller", "words", "name", "phone", "number", "born",
        "area", "party", "place", "symptoms", "onset_on", "isolated",
    )  # fmt: skip

    def __init__(self, user: User, data: Any = None, *, now: datetime) -> None:
        super().__init__(user, data, now=now)
        self.fields["area"] = forms.ChoiceField(label=lazy("Area"), choices=areas_of(user))
        named = [(str(one.id), one.name) for one in parties(user, kind="enterprise", limit=500)]
        self.fields["party"] = forms.ChoiceField(label=lazy("Enterprise"), choices=[("", "–"), *named], required=False)
        self.order_fields(list(self.field_order))

    def clean_area(self) -> str:
        """An area within the user's own."""
        code = str(self.cleaned_data["area"])
        if not covers(self.user, code):
            raise forms.ValidationError(_("This area is not within yours."))
        return code

    def as_call(self) -> NewReport:
        """The report of this call; an enterprise's lies where the enterprise is."""
        given = self.cleaned_data
        party = given.get("party") or None
        place = given["place"].strip()
        return NewReport(
            **self.told(),
            door=ReportDoor.LABORATORY if self.user.role == Role.LABORATORY else ReportDoor.PHONE,
            area_code=given["area"],
            party_id=UUID(party) if party else None,
            caller=Who(name=given["caller"], phone=given["callback"]),
            words=given["words"],
            detail={"place": place} if place else {},
        )


def areas_of(user: User) -> list[tuple[str, str]]:
    """Areas of the user's own, each street behind its county, the user's own first."""
    rows = scope(user, Area.objects.defer("outline"), "code").exclude(level="cell").order_by("code")
    names = {area.code: area.name for area in rows}
    return [(code, _placed(code, names)) for code in names]


def _placed(code: str, names: dict[str, str]) -> str:
    around = names.get(code[:6]) if len(code) > 6 else None
    return f"{around} · {names[code]}" if around else names[code]
