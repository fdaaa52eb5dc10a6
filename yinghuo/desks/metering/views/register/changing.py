"""Forms that change one meter or terminal of the register, for a reason; what was typed is never lost."""

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.areas.models import Area
from yinghuo.core.areas.rules import CODE_DIGITS
from yinghuo.core.people.access import covers, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.models import Meter, Terminal, Transformer
from yinghuo.desks.metering.queries import register as queries
from yinghuo.desks.metering.register_words import CLASSES, REFUSALS, class_in_words
from yinghuo.desks.metering.views.frame import metering_tabs
from yinghuo.desks.metering.views.register.deciding import Reason
from yinghuo.desks.metering.views.register.meters import found as found_meter
from yinghuo.desks.metering.views.register.terminals import found as found_terminal

METER_FIELDS = {
    "customer_class": lazy("Class"),
    "terminal_id": lazy("Terminal"),
    "point": lazy("Measuring point"),
    "transformer_id": lazy("Transformer"),
    "wiring": lazy("Wiring"),
    "rated_v": lazy("Rated voltage, V"),
    "rated_a": lazy("Rated current, A"),
    "max_a": lazy("Greatest current, A"),
    "ct_ratio": lazy("Ratio of current transformers"),
    "pt_ratio": lazy("Ratio of voltage transformers"),
    "contract_kw": lazy("Contract capacity, kW"),
    "tariffs": lazy("Tariffs"),
}
TERMINAL_FIELDS = {
    "name": lazy("Name"),
    "area_code": lazy("Area"),
    "host": lazy("Host to be dialled"),
    "port": lazy("Port to be dialled"),
}


class Change(Reason):
    """The fields of a row as its model has them; keys to other rows are typed."""

    fields_shown: dict[str, Any] = {}

    def __init__(self, user: User, row: Model, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in self.fields_shown})
        self.user = user
        for name, label in self.fields_shown.items():
            self.fields[name] = _field(row, name, label)
        self.order_fields([*self.fields_shown, "reason"])

    def changed(self) -> dict[str, Any]:
        """The values of the fields as typed; an empty number or key is none."""
        return {name: self.cleaned_data[name] for name in self.fields_shown}


class ChangeMeter(Change):
    """Of a meter: where it hangs and how it is wired. It stays in its area, and its address is its own."""

    fields_shown = METER_FIELDS

    def __init__(self, user: User, row: Meter, data: Any = None) -> None:
        super().__init__(user, row, data)
        classes = [(name, class_in_words(name)) for name in dict.fromkeys([*CLASSES, *queries.classes()])]
        self.fields["customer_class"] = forms.ChoiceField(label=lazy("Class"), choices=classes)

    def clean_terminal_id(self) -> str:
        """A terminal of the user's area."""
        address = str(self.cleaned_data["terminal_id"]).upper()
        if not scope(self.user, Terminal.objects.filter(address=address)).exists():
            raise forms.ValidationError(_("Your area has no terminal of this address."))
        return address

    def clean_transformer_id(self) -> str | None:
        """A transformer of the user's area, or none."""
        code = self.cleaned_data["transformer_id"] or None
        if code and not scope(self.user, Transformer.objects.filter(code=code)).exists():
            raise forms.ValidationError(_("Your area has no transformer of this code."))
        return code


class ChangeTerminal(Change):
    """Of a terminal: its name, its area, where it is dialled."""

    fields_shown = TERMINAL_FIELDS

    def __init__(self, user: User, row: Terminal, data: Any = None) -> None:
        super().__init__(user, row, data)
        self.fields["area_code"] = forms.ChoiceField(label=lazy("Area"), choices=_areas(user, row.area_code))

    def clean_area_code(self) -> str:
        """An area within the user's own."""
        code = str(self.cleaned_data["area_code"])
        if not covers(self.user, code):
            raise forms.ValidationError(_("This area is not within yours."))
        return code


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def change_meter(request: HttpRequest, address: str) -> HttpResponse:
    """The form of one meter."""
    user, one = signed_in(request), found_meter(request, address)
    require(user, "meter.manage", area_code=one.area_code)
    form = ChangeMeter(user, one, request.POST or None)
    if _done(request, form, lambda because: register.change_meter(address, form.changed(), because)):
        return redirect("meter", address)
    return _shown(request, form, _("Change meter %(address)s") % {"address": address}, "meters")


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def change_terminal(request: HttpRequest, address: str) -> HttpResponse:
    """The form of one terminal."""
    user, one = signed_in(request), found_terminal(request, address)
    require(user, "meter.manage", area_code=one.area_code)
    form = ChangeTerminal(user, one, request.POST or None)
    if _done(request, form, lambda because: register.change_terminal(address, form.changed(), because)):
        return redirect("terminal", address)
    return _shown(request, form, _("Change terminal %(address)s") % {"address": address}, "terminals")


def _done(request: HttpRequest, form: Change, act: Any) -> bool:
    """Whether it was changed; a refusal is written into the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(register.Because(form.cleaned_data["reason"], form.user.label, clock.now()))
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        field, words = REFUSALS[refused.code]
        form.add_error(field, str(words))
        return False
    notices.success(request, _("The register is changed."))
    return True


def _shown(request: HttpRequest, form: Change, title: str, here: str) -> HttpResponse:
    back = reverse(here.removesuffix("s"), args=[request.resolver_match.kwargs["address"]])  # type: ignore[union-attr]
    context = {"title": title, "form": form, "back": back, "tabs": metering_tabs(form.user, here)}
    return render(request, "metering/change.html", context, status=422 if form.errors else 200)


def _field(row: Model, name: str, label: Any) -> forms.Field:
    """The form field of a model's field; a text of its key for a reference."""
    field = next(one for one in row._meta.concrete_fields if one.attname == name)
    if field.is_relation:
        return forms.CharField(label=label, max_length=32, required=not field.null)
    found = field.formfield(label=label)
    assert found is not None
    found.required = not (field.null or field.blank)
    return found


def _areas(user: User, now: str) -> list[tuple[str, str]]:
    """Areas of the user's own down to counties, and the one that is set now."""
    within = scope(user, Area.objects.defer("outline"), "code").order_by("code")
    named = {area.code: area.name for area in within if len(area.code) <= CODE_DIGITS["county"] or area.code == now}
    return list(({now: now} | named).items())
