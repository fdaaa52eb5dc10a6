"""Plans of a round, saved with their campaign; a new plan is a new row, the latest counts."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from yinghuo.desks.sampling.models.campaigns import Campaign

__all__ = ["Plan"]


class Plan(models.Model):
    """What was asked and what came out, as it stood when it was saved.

    day:   the day whose rules it counts by
    asked: population, hours, mode, share and the rest, as `queries.plans.Asked` writes it
    says:  sites, samplers, tubes, people an hour and the rest, as `queries.plans.saved_numbers` writes it
    """

    id = models.UUIDField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans")
    area_code = models.CharField(max_length=12, db_index=True)
    day = models.DateField()
    asked = models.JSONField(encoder=DjangoJSONEncoder)
    says = models.JSONField(encoder=DjangoJSONEncoder)
    saved_at = models.DateTimeField()
    saved_by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "-saved_at"], name="plan_latest")]
