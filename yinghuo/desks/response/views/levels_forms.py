"""Forms of levels: propose, decide, a result, a measure."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import within
from yinghuo.core.areas.rules import CODE_DIGITS
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import AreaLevel, Event, Extent, Rank, ResultOf, Venue
from yinghuo.desks.response.queries.risk import places_of
from yinghuo.desks.response.rules.levels_basis import bases_on
from yinghuo.desks.response.rules.measures import MeasureKind
from yinghuo.desks.response.views.levels_tables import rank_state

DAY = {"type": "date"}
COUNTY_DIGITS = CODE_DIGITS["county"]
OPEN_STATES = ("draft", "open", "contained")


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), help_text=help_text)


def offer(form: forms.Form, name: str, choices: list[tuple[Any, str]]) -> None:
    """Sets what a field can be."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ProposeForm(forms.Form):
    """A level for a place of an event, or for an area."""

    event = forms.TypedChoiceField(label=_("Event"), coerce=UUID)
    venue = forms.TypedChoiceField(
        label=_("Place"), coerce=UUID, required=False, empty_value=None,
        help_text=_("A place where somebody infectious was; leave it empty for a whole area."),
    )  # fmt: skip
    area_code = forms.ChoiceField(label=_("Area"), required=False, help_text=_("Only where no place is chosen."))
    extent = forms.ChoiceField(label=_("Extent"), choices=Extent.choices, initial=Extent.BUILDING)
    rank = forms.ChoiceField(label=_("Level"), choices=Rank.choices)
    starts_on = day_field(_("From"))
    name_en = forms.CharField(
        label=_("English name of the place"), required=False, max_length=200,
        help_text=_("Homes are published by their building, whatever is typed here."),
    )  # fmt: skip

    def __init__(self, user: User, today: date, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        events = list(scope(user, Event.objects.filter(state__in=OPEN_STATES)).order_by("-detected_at"))
        offer(self, "event", [(one.id, f"{one.number} · {one.name}") for one in events])
        chosen = str(self.data.get("event") or self.initial.get("event") or (events[0].id if events else ""))
        self.chosen = next((one for one in events if str(one.id) == chosen), None)
        self.places = places_of(self.chosen, on=today) if self.chosen else []
        offer(self, "venue", [("", "—"), *((one.venue.id, self._named(one)) for one in self.places)])
        county = self.chosen.area_code[:COUNTY_DIGITS] if self.chosen else ""
        near = Q(level="county") | Q(level__in=["street", "cell"], code__startswith=county or "-")
        areas = within(Area.objects.filter(near), user.area_code, "code").defer("outline")
        offer(self, "area_code", [("", "—"), *((one.code, one.name) for one in areas)])

    def clean(self) -> dict[str, Any]:
        """A place or an area must be chosen."""
        given = super().clean() or {}
        if not self.errors and not (given.get("venue") or given.get("area_code")):
            self.add_error("venue", _("Choose a place or an area."))
        return given

    def _named(self, place: Any) -> str:
        venue: Venue = place.venue
        name = (venue.name_en or venue.name_zh) if get_language() == "en" else venue.name_zh
        return f"{name} · {rank_state(place.suggestion.level)}"


class DecideForm(forms.Form):
    """Confirming; above the rule it needs a reason."""

    because_above = forms.CharField(
        label=_("Why it is confirmed although it is above the rule"), widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )  # fmt: skip

    def __init__(self, *args: Any, within_rule: Any = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if within_rule:
            del self.fields["because_above"]


class ReasonForm(forms.Form):
    """Turning down, or lifting."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class ResultForm(forms.Form):
    """Assays at a place, with their evidence."""

    of = forms.ChoiceField(label=_("What was swabbed"), choices=ResultOf.choices)
    on = day_field(_("Day"))
    expected = forms.IntegerField(
        label=_("Expected people"), min_value=1, help_text=_("Everybody who lives or works there.")
    )
    swabbed = forms.IntegerField(label=_("Swabbed"), min_value=0)
    positive = forms.IntegerField(label=_("Positive"), min_value=0)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, help_text=_("Campaign and round, or the laboratory's report.")
    )


class MeasureForm(forms.Form):
    """A measure under a level."""

    kind = forms.ChoiceField(label=_("Measure"), choices=MeasureKind.choices)
    extent = forms.ChoiceField(label=_("Extent"), choices=Extent.choices)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("Ends on"), _("A measure without a last day is above every ceiling."))
    basis = forms.MultipleChoiceField(label=_("Legal basis"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)

    def __init__(self, level: AreaLevel, today: date, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        english = get_language() == "en"
        self.fields["extent"].initial = level.extent
        self.fields["starts_on"].initial = today
        self.fields["ends_on"].initial = max(today, level.planned_end or today)
        named = [
            (one.key, f"{one.name_en}: {one.article_en}" if english else f"{one.name_zh}：{one.article_zh}")
            for one in bases_on(today)
        ]
        offer(self, "basis", named)
