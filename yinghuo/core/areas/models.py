"""Areas and their codes; PostgreSQL holds code, level and parent together."""

from django.db import models
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE, CODE_DIGITS

__all__ = ["AREA_CODE", "Area", "Level"]


class Level(models.TextChoices):
    """Rank of an area, from the widest to the smallest."""

    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    STREET = "street", _("street or township")
    CELL = "cell", _("grid cell")


def _code_fits(level: Level, parent: Level | None) -> models.Q:
    code = models.Q(level=level.value, code__regex=f"^[0-9]{{{CODE_DIGITS[level]}}}$")
    if parent is None:
        return code & models.Q(parent__isnull=True)
    return code & models.Q(parent__isnull=False, parent=Left("code", CODE_DIGITS[parent]))


def _one_of_the_levels() -> models.Q:
    fits = models.Q()
    for level, parent in zip(Level, [None, *Level], strict=False):
        fits |= _code_fits(level, parent)
    return fits


class Area(models.Model):
    """A province, prefecture, county, street or grid cell; its subtree is every code that begins with its own.

    code: significant digits: GB/T 2260 for 2, 4 and 6, the statistics office's street code for 9, ours for 12
    population: residents at the census of `population_year`, without what `population_excludes` names
    reported: the bulletins give it a line of its own
    outline: GeoJSON geometry; lat, lon: the point for its label, degrees
    """

    code = models.CharField(max_length=12, primary_key=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    name_zh = models.TextField()
    name_en = models.TextField()
    short_zh = models.TextField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    population = models.PositiveIntegerField(null=True)
    population_year = models.PositiveSmallIntegerField(null=True)
    population_source = models.TextField(default="", blank=True)
    population_excludes = models.TextField(default="", blank=True)
    reported = models.BooleanField(default=False)
    outline = models.JSONField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=_one_of_the_levels(), name="area_code_level_parent_agree"),
            models.CheckConstraint(
                condition=~models.Q(name_zh="") & ~models.Q(name_en="") & ~models.Q(short_zh=""), name="area_is_named"
            ),
            models.CheckConstraint(
                condition=models.Q(population__isnull=True, population_year__isnull=True, population_source="")
                | models.Q(population__isnull=False, population_year__isnull=False) & ~models.Q(population_source=""),
                name="area_population_has_a_source",
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="area_point_on_earth",
            ),
            models.UniqueConstraint(
                fields=["parent", "name_zh"], condition=models.Q(level="cell"), name="one_cell_name_a_street"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.name_zh)

    @property
    def short(self) -> str:
        """The name as the bulletins write it, in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.short_zh)
