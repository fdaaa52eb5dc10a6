"""Forms of events and cases: a judgement, a merge, a step of an event, a decision on a likely duplicate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from yinghuo.desks.response.models import Case, Class
from yinghuo.desks.response.views.report_forms import ISOLATED


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label=lazy("Reason"), max_length=1000)


class Into(Reason):
    """The number of the event or case that stays, and why."""

    into = forms.CharField(label=lazy("Number of the one that stays"), max_length=24)
    field_order = ("into", "reason")


class Judging(Reason):
    """What the case is held to be, on which facts."""

    held_as = forms.ChoiceField(
        label=lazy("Held to be"),
        choices=[(held.value, held.label) for held in Class if held != Class.DRAFT],
        widget=forms.RadioSelect,
    )
    onset_on = forms.DateField(
        label=lazy("Onset of symptoms"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sampled_at = forms.DateTimeField(
        label=lazy("First positive sample"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    isolated = forms.ChoiceField(label=lazy("In isolation when found"), choices=ISOLATED, required=False)
    index_of_event = forms.BooleanField(label=lazy("First case of the event"), required=False)
    field_order = ("held_as", "onset_on", "sampled_at", "isolated", "index_of_event", "reason")

    def __init__(self, case: Case, data: Any = None) -> None:
        isolated = {True: "yes", False: "no", None: ""}[case.in_isolation]
        given = {name: getattr(case, name) for name in ("onset_on", "sampled_at", "index_of_event")}
        held = "" if case.held_as == Class.DRAFT else case.held_as
        super().__init__(data, initial=given | {"isolated": isolated, "held_as": held})

    def judged(self) -> dict[str, Any]:
        """What `judge_case` takes."""
        given = dict(self.cleaned_data)
        given["in_isolation"] = {"yes": True, "no": False}.get(given.pop("isolated"))
        return given
