"""The form that opens a campaign as planned: names, times, mode, sites generated or listed, tube codes."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from yinghuo.console.pieces import Words
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.ledger.actions import new_id
from yinghuo.desks.sampling.actions.planned_sites import Fault, read_list, spread
from yinghuo.desks.sampling.actions.plans import NewSite, Opening
from yinghuo.desks.sampling.models import Campaign, Mode, Plan, TubeRange
from yinghuo.desks.sampling.planning_rules import in_force, used
from yinghuo.desks.sampling.queries.plans import Reckoned, counted, parts_of, saved_numbers

MOMENT = "%Y-%m-%dT%H:%M"
RANGE = re.compile(r"^([A-Z]{0,8}\d{3,30})\s*(?:-|–|—|~|,|\s)\s*([A-Z]{0,8}\d{3,30})$")
MOST_FAULTS, MOST_BYTES = 5, 4_000_000
FAULTS: dict[str, Words] = {
    "columns": lazy("Line %(line)s has more than 4 columns: %(said)s"),
    "name": lazy("Line %(line)s has no Chinese name: %(said)s"),
    "area": lazy("Line %(line)s names an area outside the campaign’s: %(said)s"),
    "repeated": lazy("Line %(line)s repeats a name: %(said)s"),
    "most": lazy("The list is too long (%(line)s sites). Open the campaign with fewer, then add the rest."),
}


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M"])


class OpenForm(forms.Form):
    """A campaign to be opened from a plan."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name_zh = forms.CharField(
        label=lazy("Campaign’s name in Chinese"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True})
    )
    name_en = forms.CharField(label=lazy("Campaign’s name in English"), max_length=80)
    starts_at = _moment(lazy("From"))
    ends_at = _moment(lazy("To"))
    mode = forms.TypedChoiceField(label=lazy("People per tube"), choices=Mode.choices, coerce=int)
    round_h = forms.IntegerField(
        label=lazy("Hours of one round"), min_value=1, max_value=240,
        help_text=lazy("Nobody is sampled twice in a round."),
    )  # fmt: skip
    recollect_h = forms.IntegerField(label=lazy("Hours to collect again"), min_value=1, max_value=240)
    listed = forms.CharField(
        label=lazy("Sites"), required=False, max_length=MOST_BYTES, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=lazy(
            "One a line: Chinese name, English name, area code, team. "
            "Empty: as many as planned, spread over the area by its people."
        ),
    )  # fmt: skip
    file = forms.FileField(
        label=lazy("Sites as a CSV file"), required=False, help_text=lazy("UTF-8, the same columns.")
    )
    ranges = forms.CharField(
        label=lazy("Tube codes issued"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("One range a line: JL0001000001 - JL0001002000. Empty: issue them later."),
    )  # fmt: skip

    def __init__(self, plan: Reckoned, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=_usual(plan))
        self.plan = plan
        self.sites: list[NewSite] = []

    def clean_ends_at(self) -> datetime:
        """A campaign ends after it starts."""
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data["ends_at"]
        if starts_at and ends_at <= starts_at:
            raise forms.ValidationError(_("A campaign must end after it starts. Correct the times and save again."))
        return ends_at

    def clean_mode(self) -> int:
        """Only what the rule of the plan's day allows."""
        rule, mode = in_force("modes", self.plan.asked.day), self.cleaned_data["mode"]
        if rule and mode not in rule.value:
            raise forms.ValidationError(
                _("On %(day)s the rule does not allow %(mode)s:1.") % {"day": self.plan.asked.day, "mode": mode}
            )
        return int(mode)

    def clean_listed(self) -> str:
        """Every line is a site of the campaign's area."""
        text = str(self.cleaned_data["listed"])
        self.sites = self._read(text)
        return text

    def clean_file(self) -> Any:
        """A file is read like the list; only one of the two is given."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if self.sites:
            raise forms.ValidationError(_("Give the sites as a list or as a file, not both."))
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large to be a list of sites."))
        try:
            self.sites = self._read(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8. Save it as CSV UTF-8 and choose it again.")) from None
        return file

    def clean_ranges(self) -> list[tuple[str, str]]:
        """Each line is a range of codes of one length that nobody has."""
        lines = [line.strip() for line in self.cleaned_data["ranges"].upper().splitlines() if line.strip()]
        found = [_range(line) for line in lines]
        for number, (first, last) in enumerate(found):
            if any(first <= other[1] and last >= other[0] for other in found[:number]):
                raise forms.ValidationError(
                    _("%(first)s to %(last)s is listed twice.") % {"first": first, "last": last}
                )
            _free(first, last, UUID(str(self.cleaned_data.get("id") or new_id())))
        return found

    def opening(self) -> Opening:
        """What is opened together, once the form is valid."""
        given, asked = self.cleaned_data, self.plan.asked
        sites = self.sites or self._generated()
        names = {name: given[name] for name in ("id", "name_zh", "name_en", "starts_at", "ends_at")}
        campaign = Campaign(
            **names,
            area_code=asked.area_code,
            mode=given["mode"],
            round_h=given["round_h"],
            recollect_h=given["recollect_h"],
            planned_sites=len(sites),
            planned_teams=len(sites),
            planned_people=asked.population,
        )
        return Opening(campaign, sites, given["ranges"], plan_row(self.plan, campaign, UUID(int=given["id"].int ^ 1)))

    def _generated(self) -> list[NewSite]:
        area = counted(self.plan.asked.area_code)
        return spread(area, parts_of(area.code), self.plan.sites) if area else []

    def _read(self, text: str) -> list[NewSite]:
        sites, faults = read_list(text, self.plan.asked.area_code)
        if faults:
            raise forms.ValidationError([_said(fault) for fault in faults[:MOST_FAULTS]])
        return sites


def plan_row(plan: Reckoned, campaign: Campaign, plan_id: UUID) -> Plan:
    """A reckoned plan as it is saved with a campaign."""
    return Plan(
        id=plan_id,
        campaign=campaign,
        area_code=campaign.area_code,
        day=plan.asked.day,
        asked=plan.asked.written(),
        says=saved_numbers(plan),
    )


def effects(plan: Reckoned) -> list[str]:
    """What opening will do, in sentences."""
    count = ngettext("%(count)s site is added", "%(count)s sites are added", plan.sites)
    tubes = {"tubes": thousands(plan.round.tubes)}
    return [
        _("The campaign is open at once: phones enrolled for its sites can send swabs."),
        _("%(sites)s unless you list others.") % {"sites": count % {"count": thousands(plan.sites)}},
        _("The tube codes are issued to it; the plan needs %(tubes)s tubes a round.") % tubes,
        _("The plan is saved with it and can be held against what happens."),
        _("Each of these is an entry of the ledger. None can be taken back; sites and plans can be added."),
    ]


def _usual(plan: Reckoned) -> dict[str, Any]:
    asked = plan.asked
    starts_at = datetime.combine(asked.day, datetime.min.time()) + timedelta(hours=asked.opens)
    return {
        "id": new_id(),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=asked.hours),
        "mode": asked.mode,
        "round_h": max(asked.hours, 1),
        "recollect_h": used("recollect_h", asked.day).value[0],
    }


def _range(line: str) -> tuple[str, str]:
    found = RANGE.match(line)
    if not found or len(found[1]) != len(found[2]) or found[1] > found[2]:
        raise forms.ValidationError(
            _("“%(line)s” is no range: write two codes of one length, the smaller first.") % {"line": line[:80]}
        )
    return found[1], found[2]


def _free(first: str, last: str, campaign_id: UUID) -> None:
    clash = TubeRange.objects.filter(first__lte=last, last__gte=first).exclude(campaign_id=campaign_id).first()
    if clash:
        words = {"first": clash.first, "last": clash.last}
        raise forms.ValidationError(
            _("Tubes %(first)s to %(last)s have been issued before. Choose another range.") % words
        )


def _said(fault: Fault) -> str:
    return str(FAULTS[fault.code]) % {"line": fault.line, "said": fault.said}
