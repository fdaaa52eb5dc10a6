"""Weighty acts on the register: admitting and blocking a terminal, retiring a meter, each said before it is done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.views.register.meters import found as found_meter
from yinghuo.desks.metering.views.register.terminals import found as found_terminal


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label=lazy("Reason"), max_length=1000)


class Retiring(Reason):
    """Why, and on which day it was taken down."""

    on = forms.DateField(label=lazy("Taken down on"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("on", "reason")


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def admit_terminal(request: HttpRequest, address: str) -> HttpResponse:
    """Says what admitting a terminal means; does it, for a reason."""
    effects = [
        _("The head-end talks to it from now on and stores what it delivers."),
        _("Whoever holds this address on the network is believed: check that it is the terminal you hung up."),
    ]
    words = {"title": _("Admit terminal %(address)s"), "verb": _("Admit"), "done": _("%(address)s is admitted.")}
    return _decided(request, address, register.admit, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def block_terminal(request: HttpRequest, address: str) -> HttpResponse:
    """Says what blocking a terminal means; does it, for a reason."""
    effects = [
        _("The head-end closes its connection and takes nothing from it any more."),
        _("Its meters are no longer read. Readings that are stored stay; it can be admitted again."),
    ]
    words = {"title": _("Block terminal %(address)s"), "verb": _("Block"), "done": _("%(address)s is blocked.")}
    return _decided(request, address, register.block, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
@needs("meter.manage")
def retire(request: HttpRequest, address: str) -> HttpResponse:
    """Says what retiring a meter means; does it, for a reason."""
    user, one = signed_in(request), found_meter(request, address)
    require(user, "meter.manage", area_code=one.area_code)
    form = Retiring(request.POST or None, initial={"on": timezone.localdate(clock.now())})
    if request.method == "POST" and form.is_valid():
        because = register.Because(form.cleaned_data["reason"], user.label, clock.now())
        try:
            register.retire_meter(address, on=form.cleaned_data["on"], because=because)
            notices.success(request, _("%(address)s is retired.") % {"address": address})
            return redirect("meter", address)
        except Refused as refused:
            form.add_error("on", _("It was installed on %(installed)s, later than this.") % refused.facts)
    effects = [
        _("It is no longer read, and its measuring point is free for another meter."),
        _("Its readings stay. It cannot be put back into use here."),
    ]
    words = {"title": _("Retire meter %(address)s") % {"address": address}, "verb": _("Retire"), "effects": effects}
    return _weighed(request, form, words | {"back": reverse("meter", args=[address])})


def _decided(request: HttpRequest, address: str, act: Callable[..., object], words: dict[str, Any]) -> HttpResponse:
    user, one = signed_in(request), found_terminal(request, address)
    require(user, "meter.manage", area_code=one.area_code)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(address, **form.cleaned_data, by=user.label, at=clock.now())
        notices.success(request, words["done"] % {"address": address})
        return redirect("terminal", address)
    words["title"] = words["title"] % {"address": address}
    return _weighed(request, form, words | {"back": reverse("terminal", args=[address])})


def _weighed(request: HttpRequest, form: forms.Form, words: dict[str, Any]) -> HttpResponse:
    context = words | {"form": form}
    return render(request, "metering/weigh.html", context, status=422 if form.errors else 200)
