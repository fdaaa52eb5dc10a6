"""The forms of this part: a sender to be admitted, a code to be mapped, a reason."""

from ipaddress import ip_network
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Words
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Device, DeviceKind, User
from yinghuo.desks.sampling.actions.messages import senders
from yinghuo.desks.sampling.models import MessageSender, Outcome

MOST_DEVICES = 500
MEANINGS: dict[str, Words] = {
    "rna": lazy("SARS-CoV-2 RNA as a whole"),
    "orf1ab": lazy("gene ORF1ab"),
    "n": lazy("gene N"),
    "e": lazy("gene E"),
    "ic": lazy("internal control"),
    **{outcome.value: outcome.label for outcome in Outcome},
}


class NewSender(forms.Form):
    """A sending application as its messages name it, and the laboratory's device for which it speaks."""

    application = forms.CharField(
        label=lazy("Sending application"),
        help_text=lazy("As it stands in MSH-3."),
        max_length=180,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    facility = forms.CharField(
        label=lazy("Sending facility"), help_text=lazy("As it stands in MSH-4."), max_length=180, required=False
    )
    device_id = forms.TypedChoiceField(
        label=lazy("Speaks for"),
        help_text=lazy(
            "A laboratory’s device; its results are stored as this laboratory’s. Enrol one first if needed."
        ),
        coerce=UUID,
    )
    networks = forms.CharField(
        label=lazy("Addresses it may connect from"),
        help_text=lazy("For example 10.1.2.0/24, 10.1.9.7. Empty for any that reaches the port."),
        max_length=500,
        required=False,
    )

    def __init__(self, user: User, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        devices = scope(user, Device.objects.filter(kind=DeviceKind.LABORATORY, revoked_at__isnull=True))
        known = [(str(one.id), one.name) for one in devices.order_by("name", "id")[:MOST_DEVICES]]
        self.fields["device_id"].choices = [("", "–"), *known]  # type: ignore[attr-defined]

    def clean_networks(self) -> str:
        """Networks, with commas between them."""
        given: str = self.cleaned_data["networks"].replace("，", ",")
        for part in filter(None, (part.strip() for part in given.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError as error:
                raise forms.ValidationError(_("“%(part)s” is no address.") % {"part": part}) from error
        return given

    def clean(self) -> dict[str, Any]:
        """A name speaks for one laboratory only."""
        given = super().clean() or {}
        names = {key: str(given.get(key, "")).strip() for key in ("application", "facility")}
        if MessageSender.objects.filter(**names, ended_at__isnull=True).exists():
            self.add_error("application", _("This sender is admitted already. End it first to change it."))
        return given


class NewCode(forms.Form):
    """A code of the sender's own, and what it stands for."""

    of = forms.ChoiceField(
        label=lazy("Code of"),
        choices=[("value", lazy("value (OBX-5)")), ("observation", lazy("observation (OBX-3)"))],
    )
    code = forms.CharField(label=lazy("Its own code"), max_length=180)
    means = forms.ChoiceField(label=lazy("Means"), choices=list(MEANINGS.items()))

    def clean(self) -> dict[str, Any]:
        """An observation is a gene, a value an outcome."""
        given = super().clean() or {}
        if given.get("means") and given["means"] not in senders.MEANINGS.get(given.get("of", ""), ()):
            self.add_error("means", _("An observation stands for a gene, a value for an outcome."))
        return given


class Ending(forms.Form):
    """Why a sender is believed no longer."""

    reason = forms.CharField(label=lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
