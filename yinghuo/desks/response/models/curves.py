"""The epidemic curve as it was counted: runs, with the figures they used, and what they said of each area."""

from django.db import models
from django.db.models import Q

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["CurveArea", "CurveRun"]


class CurveRun(models.Model):
    """One counting of a region's curve from the figures published by then; the same figures are the same run.

    area_code:   the region; first, last: the days it speaks of
    codes:       the region, then the parts that bulletins name
    figures:     what was used: [area, day, confirmed, converted, asymptomatic], by area and day; records: how many
    root:        RFC 6962 root (hexadecimal) over them, each a line of JSON
    interval:    key of the serial interval assumed; method: `rules.curves.METHOD` at the time; seed: of the dice
    digest:      SHA-256 (hexadecimal) of what the run said, so that counting again can be compared
    """

    id = models.UUIDField(primary_key=True)
    area_code = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()
    root = models.CharField(max_length=64)
    records = models.PositiveIntegerField()
    codes = models.JSONField()
    figures = models.JSONField()
    interval = models.CharField(max_length=20)
    method = models.TextField()
    seed = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    counted_at = models.DateTimeField()
    by = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "-counted_at"], name="curve_run_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="curve_run_area_code_form"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="curve_run_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.first} {self.last}"


class CurveArea(models.Model):
    """What a run said of one area; lists hold a value for each day from the run's first to its last, None for no value.

    said: {"low", "high", "likely": new infections; "r": {"mean", "sd", "q025", "q25", "q50", "q75", "q975"};
           "falling": probability that R is below 1; "known": share of the infectious past that was reported;
           "ahead": {"q025", "q25", "q50", "q75", "q975"} of the days after the last;
           "scored": [[day of origin, days ahead, came, ours and flat: WIS, log WIS, in 50 %, in 95 %], …]}
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CurveRun, on_delete=models.CASCADE, related_name="areas")
    area_code = models.CharField(max_length=12)
    said = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "area_code"], name="an_area_once_a_run")]

    def __str__(self) -> str:
        return self.area_code
