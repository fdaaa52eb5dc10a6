"""The form that replaces a rule of validation from a day on: what will happen, its parameters, who says so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.people.access import needs, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.rules import Replacement, replace_rule
from yinghuo.desks.metering.models import Effect, ValidationRule
from yinghuo.desks.metering.validation_words import PARAMETERS, rule_in_words
from yinghuo.desks.metering.views.frame import metering_tabs


class RuleForm(forms.Form):
    """From when on, each number of the rule, its effect, its source."""

    valid_from = forms.DateField(label=lazy("Valid from"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, rule: ValidationRule, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rule = rule
        for name in self.numbers:
            label, now = str(PARAMETERS.get(name, name)), rule.parameters[name]
            self.fields[name] = forms.DecimalField(
                label=label, initial=now, min_value=0, max_digits=12, decimal_places=4
            )
        self.fields["effect"] = forms.ChoiceField(label=lazy("Effect"), choices=Effect.choices, initial=rule.effect)
        self.fields["source"] = forms.CharField(
            label=lazy("Source"), help_text=lazy("Who decided so, by which paper."), max_length=300
        )

    @property
    def numbers(self) -> list[str]:
        """The names of the parameters that are numbers."""
        return [name for name, value in self.rule.parameters.items() if not isinstance(value, list)]

    def wanted(self) -> Replacement:
        """What was typed, once the form is valid."""
        given = self.cleaned_data
        numbers = {name: format(given[name].normalize(), "f") for name in self.numbers}
        return Replacement(given["valid_from"], self.rule.parameters | numbers, given["effect"], given["source"])


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def replace_validation_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Says what replacing a rule means; does it."""
    user = signed_in(request)
    rule = get_object_or_404(ValidationRule, id=rule_id)
    tomorrow = timezone.localdate(clock.now()) + timedelta(days=1)
    form = RuleForm(rule, request.POST or None, initial={"valid_from": tomorrow.isoformat()})
    if request.method == "POST" and form.is_valid() and _replaced(request, form):
        return redirect("validation_rules")
    context = {
        "title": _("Replace the rule: %(rule)s") % {"rule": rule_in_words(rule.name)},
        "tabs": metering_tabs(user, "validation"),
        "form": form,
        "back": reverse("validation_rules"),
        "verb": _("Replace the rule"),
        "effects": [
            _("Days from then on are validated by the new row; the row of now ends the day before and stays."),
            _("What was found before stays as it was, unless those days are validated again."),
        ],
    }
    return render(request, "metering/weigh.html", context, status=422 if form.errors else 200)


def _replaced(request: HttpRequest, form: RuleForm) -> bool:
    """Replaces it; a refusal is written into the form, so that what was typed stays."""
    try:
        replace_rule(form.rule, form.wanted(), by=signed_in(request).label, at=clock.now())
    except Refused as refused:
        if refused.code != "rule.later_row":
            raise
        form.add_error("valid_from", _("A row of this rule begins on %(day)s; choose a later day.") % refused.facts)
        return False
    notices.success(request, _("The rule is replaced."))
    return True


addresses: list[URLPattern] = [
    path("metering/validation/rules/<uuid:rule_id>", replace_validation_rule, name="replace_validation_rule"),
]
