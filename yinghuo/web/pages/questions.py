"""What a figure is asked for: area and days, from the address bar; the question and its answer in words."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yinghuo.console.templatetags.page import moment, thousands
from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import name_of
from yinghuo.core.areas.rules import ancestor_codes
from yinghuo.core.figures import queries
from yinghuo.core.figures.queries import Asked, Value
from yinghuo.core.figures.registry import Figure, all_figures
from yinghuo.core.people.access import covers, may
from yinghuo.core.people.models import User
from yinghuo.web import clock

INDENT = "\u2003"


@dataclass(frozen=True)
class Question:
    """An area and days, both ends in it."""

    area: str
    first_day: date
    last_day: date

    @property
    def first(self) -> datetime:
        """The midnight at which it begins, aware, local."""
        return midnight(self.first_day)

    @property
    def last(self) -> datetime:
        """The midnight before which it ends."""
        return midnight(self.last_day + timedelta(days=1))

    @property
    def address(self) -> str:
        """The question as it stands in the address bar."""
        return urlencode(self.values)

    @property
    def values(self) -> dict[str, str]:
        """The question as form values."""
        return {"area": self.area, "first": self.first_day.isoformat(), "last": self.last_day.isoformat()}

    def asked(self, key: str, *, size: int | None = None) -> Asked:
        """The question about one figure, as of a size of the ledger; None is the tree as it stands."""
        return queries.ask(key, area=self.area, first=self.first, last=self.last, size=size)


class Asking(forms.Form):
    """Area, first day, last day."""

    area = forms.ChoiceField()
    first = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, user: User, data: dict[str, Any]) -> None:
        super().__init__(data)
        words = {"area": _("Area"), "first": _("First day"), "last": _("Last day")}
        for name, label in words.items():
            self.fields[name].label = label
        self.fields["area"].choices = areas_around(user, data["area"])  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        if "first" in given and "last" in given and given["first"] > given["last"]:
            self.add_error("last", _("The last day is before the first day."))
        return given

    @property
    def question(self) -> Question | None:
        """What is asked; None while something is wrong with it."""
        if not self.is_valid():
            return None
        return Question(self.cleaned_data["area"], self.cleaned_data["first"], self.cleaned_data["last"])


def asking(request: HttpRequest, user: User) -> Asking:
    """The question of this address: by default the user's area, today. Http404 for an area outside the user's own."""
    given = request.POST if request.method == "POST" else request.GET
    today = timezone.localdate(clock.now()).isoformat()
    asked = {
        "area": given.get("area") or user.area_code,
        "first": given.get("first") or today,
        "last": given.get("last") or given.get("first") or today,
    }
    if not covers(user, asked["area"]):
        raise Http404("no such area for this user")
    return Asking(user, asked)


def size_asked(request: HttpRequest) -> int | None:
    """The size of the ledger in the address; None for the tree as it stands."""
    given = request.GET.get("size", "")
    return int(given) if given.isdecimal() else None


def areas_around(user: User, chosen: str) -> list[tuple[str, str]]:
    """The way from the user's area down to the chosen one, and the areas directly below it, as (code, name)."""
    way = [code for code in [*ancestor_codes(chosen), chosen] if covers(user, code)]
    found = Area.objects.defer("outline").filter(Q(code__in=way) | Q(parent=chosen)).order_by("code")
    names = {area.code: area.name for area in found} or {chosen: chosen}
    return [(code, INDENT * (min(len(way), _depth(code, way))) + name) for code, name in names.items()]


def period_in_words(first: datetime, last: datetime) -> str:
    """A period by its days, where it begins and ends at midnight; else by its moments."""
    begin, end = timezone.localtime(first), timezone.localtime(last)
    if begin.time() != time() or end.time() != time():
        return (
            f"{begin:%Y-%m-%d %H:%M} – {end:%H:%M}"
            if begin.date() == end.date()
            else f"{moment(first)} – {moment(last)}"
        )
    last_day = end.date() - timedelta(days=1)
    if begin.date() == last_day:
        return begin.date().isoformat()
    return _("%(first)s to %(last)s") % {"first": begin.date().isoformat(), "last": last_day.isoformat()}


def figures_for(user: User) -> list[Figure]:
    """The figures that this user may count, sorted by key."""
    return [one for one in all_figures() if not one.guard or may(user, one.guard)]


def get_figure(key: str, user: User) -> Figure:
    """The figure of this key; Http404 when there is none for this user."""
    for one in figures_for(user):
        if one.key == key:
            return one
    raise Http404("no such figure")


def sentence(one: Figure, value: Value) -> str:
    """Figure, area and period with the value, in one line."""
    words = {
        "figure": one.name,
        "area": name_of(value.area),
        "period": period_in_words(value.first, value.last),
        "value": thousands(value.value),
        "unit": one.unit,
    }
    if value.value is None:
        return _("%(figure)s · %(area)s · %(period)s: nothing to count from") % words
    return _("%(figure)s · %(area)s · %(period)s: %(value)s %(unit)s") % words


def shown(value: Decimal) -> Decimal:
    """A stored value without the zeros that only fill its column."""
    return Decimal(f"{value.normalize():f}")


def midnight(day: date) -> datetime:
    """The local midnight at which a day begins, aware."""
    return timezone.make_aware(datetime.combine(day, time()))


def _depth(code: str, way: list[str]) -> int:
    return way.index(code) if code in way else len(way)
