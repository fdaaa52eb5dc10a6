"""The daily flow of a real curve played through the teams: what was assumed, and what came of it."""

from django.db import models
from django.db.models import Q

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.curves import CurveRun

__all__ = ["FlowRun"]


class FlowRun(models.Model):
    """A simulation: orders in proportion to a real curve, teams as they are registered; the same again is the same run.

    curve:   the run whose new infections give the orders of each day
    assumed: numbers that were invented for it, by name (`rules.flow.Assumed`); seed: of the dice
    days:    [[day, infections, orders, served, left, mean wait in minutes, 90 % wait in minutes], …]; None: no bulletin
    loads:   [[team's code, orders, hours], …], the most hours first; teams: how many took part
    """

    id = models.UUIDField(primary_key=True)
    area_code = models.CharField(max_length=12)
    curve = models.ForeignKey(CurveRun, on_delete=models.CASCADE, related_name="flows")
    teams = models.PositiveIntegerField()
    assumed = models.JSONField()
    seed = models.BigIntegerField()
    days = models.JSONField()
    loads = models.JSONField()
    played_at = models.DateTimeField()
    by = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="flow_area_code_form")]

    def __str__(self) -> str:
        return f"flow:{self.pk}"
