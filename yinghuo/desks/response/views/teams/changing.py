"""The register of teams: one by form, many from a file."""

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.console.pieces import Words
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import covers, needs, require, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import teams as actions
from yinghuo.desks.response.actions import teams_files as files
from yinghuo.desks.response.models import Skill, Team
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.teams.one import found

MOST_SHOWN = 200
CAUSES: dict[str, Words] = {
    "missing": lazy("is missing"),
    "form": lazy("cannot be read"),
    "repeated": lazy("stands twice"),
    "outside": lazy("lies outside your area"),
    "unknown": lazy("is not known"),
}
TIME: dict[str, Any] = {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), "initial": "00:00"}


class TeamForm(forms.Form):
    """What is told of a team; skills are numbers of people."""

    code = forms.RegexField(files.CODE, label=lazy("Code of the team"), max_length=20)
    name_zh = forms.CharField(label=lazy("Name of the team in Chinese"), max_length=100)
    name_en = forms.CharField(label=lazy("Name of the team in English"), max_length=100, required=False)
    mobile = forms.BooleanField(label=lazy("Mobile team of the province"), required=False)
    area_code = forms.CharField(label=lazy("Code of its area"), max_length=12)
    members = forms.IntegerField(label=lazy("People"), min_value=1, max_value=200, initial=5)
    vehicles = forms.IntegerField(label=lazy("Vehicles of the team"), min_value=0, max_value=200, initial=1)
    lat = forms.FloatField(label=lazy("Latitude, degrees"), min_value=-90, max_value=90)
    lon = forms.FloatField(label=lazy("Longitude, degrees"), min_value=-180, max_value=180)
    shift_from = forms.TimeField(label=lazy("Shift begins"), **TIME)
    shift_to = forms.TimeField(label=lazy("Shift ends"), help_text=lazy("Equal: round the clock."), **TIME)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for skill in Skill:
            label = lazy("People for: %(skill)s") % {"skill": skill.label}
            self.fields[f"skill_{skill.value}"] = forms.IntegerField(
                label=label, min_value=0, max_value=200, required=False
            )

    def clean_area_code(self) -> str:
        """An area of the user's own."""
        code: str = self.cleaned_data["area_code"]
        if not covers(self.user, code) or not within(Area.objects.filter(code=code), self.user.area_code, "code"):
            raise forms.ValidationError(_("No area of yours has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """At least one skill, none with more people than there are."""
        given: dict[str, Any] = super().clean() or {}
        counts = [given.get(f"skill_{skill.value}") or 0 for skill in Skill]
        if not any(counts):
            self.add_error(None, _("A team needs at least one skill."))
        if max(counts) > (given.get("members") or 200):
            self.add_error("members", _("More people have a skill than the team has."))
        return given

    def new(self) -> actions.NewTeam:
        """What was typed."""
        given = dict(self.cleaned_data)
        skills = {skill.value: given.pop(f"skill_{skill.value}") or 0 for skill in Skill}
        return actions.NewTeam(**given, skills={skill: count for skill, count in skills.items() if count})


class File(forms.Form):
    """A file of teams."""

    file = forms.FileField(
        label=lazy("File"), help_text=lazy("CSV (UTF-8 or GB18030) or XLSX, heads in the first row.")
    )


@require_http_methods(["GET", "POST"])
@needs("team.manage")
def new_team(request: HttpRequest) -> HttpResponse:
    """Registers a team."""
    form = TeamForm(signed_in(request), request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_new(form):
        return _kept(request, form.new())
    return _form(request, form, _("Register a team"), reverse("teams"))


@require_http_methods(["GET", "POST"])
@needs("team.manage")
def change_team(request: HttpRequest, code: str) -> HttpResponse:
    """Changes what is told of a team; its code stays."""
    user, one = signed_in(request), found(request, code)
    require(user, "team.manage", area_code=one.area_code)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["code"] = code
    form = TeamForm(user, data, initial=_initial(one))
    form.fields["code"].disabled = True
    if data is not None and form.is_valid():
        return _kept(request, form.new())
    return _form(request, form, _("Change team %(code)s") % {"code": code}, reverse("team", args=[code]))


@require_http_methods(["GET", "POST"])
@needs("team.manage")
def load_teams(request: HttpRequest) -> HttpResponse:
    """Loads teams from a file; with a single fault nothing is loaded and every fault is told."""
    user, form = signed_in(request), File(request.POST or None, request.FILES or None)
    done = files.Loaded()
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["file"].read()
        done = files.load_teams(raw, area_code=user.area_code, by=user.label, at=clock.now())
        if not done.problems:
            told = {"rows": done.rows, "new": done.new, "changed": done.changed}
            notices.success(request, _("Rows read: %(rows)s, new teams: %(new)s, changed: %(changed)s.") % told)
            return redirect("teams")
    context = {
        "title": _("Load teams from a file"),
        "tabs": response_tabs(user, "teams"),
        "form": form,
        "problems": _problems(done.problems) if done.problems else None,
        "count": len(done.problems),
        "heads": [(name, words[0], name in files.NEEDED) for name, words in files.HEADS.items()],
    }
    return render(request, "response/team_load.html", context, status=422 if done.problems or form.errors else 200)


def _is_new(form: TeamForm) -> bool:
    if Team.objects.filter(code=form.cleaned_data["code"]).exists():
        form.add_error("code", _("Another team has this code."))
        return False
    return True


def _kept(request: HttpRequest, new: actions.NewTeam) -> HttpResponse:
    actions.keep_team(new, by=signed_in(request).label, at=clock.now())
    notices.success(request, _("The team is registered as you wrote it."))
    return redirect("team", new.code)


def _initial(one: Team) -> dict[str, Any]:
    named = ("code", "name_zh", "name_en", "mobile", "area_code", "members", "vehicles", "shift_from", "shift_to")
    told = {name: getattr(one, name) for name in named} | {"lat": one.home_lat, "lon": one.home_lon}
    return told | {f"skill_{skill}": count for skill, count in one.skills.items()}


def _form(request: HttpRequest, form: forms.Form, title: str, back: str) -> HttpResponse:
    tabs = response_tabs(signed_in(request), "teams")
    context = {"title": title, "form": form, "tabs": tabs, "verb": _("Keep the team"), "back": back}
    return render(request, "response/team_form.html", context, status=422 if form.errors else 200)


def _problems(problems: list[files.Problem]) -> Table:
    columns = [
        Column("row", lazy("Row"), kind="number"),
        Column("column", lazy("Column"), kind="code"),
        Column("cause", lazy("What is wrong")),
        Column("value", lazy("Value")),
    ]
    rows = [one._asdict() | {"id": number, "cause": CAUSES[one.cause]} for number, one in enumerate(problems)]
    return Table(name="faults", caption=lazy("Faults of the file"), columns=columns, rows=rows[:MOST_SHOWN])
