"""Carriage: laboratories and vehicles as carriage sees them, and plans."""

from django.db import models
from django.utils.translation import get_language

from yinghuo.desks.sampling.models.campaigns import Campaign


class CarriageLaboratory(models.Model):
    """A laboratory as carriage sees it: where it stands, tubes it assays an hour, tubes waiting there already."""

    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    lat = models.FloatField()
    lon = models.FloatField()
    assays_per_h = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "name_zh"], name="one_laboratory_name"),
            models.CheckConstraint(condition=models.Q(assays_per_h__gte=1), name="laboratory_assays"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.name_zh)


class CarriageVehicle(models.Model):
    """A vehicle that carries boxes; it begins and ends at its laboratory."""

    plate = models.CharField(max_length=20, unique=True)
    area_code = models.CharField(max_length=12, db_index=True)
    laboratory = models.ForeignKey(CarriageLaboratory, on_delete=models.PROTECT, related_name="vehicles")
    boxes = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(boxes__gte=1), name="vehicle_carries")]


class CarriagePlan(models.Model):
    """A plan: which vehicle fetches which boxes when, for which laboratory; never changed, replaced by a later one."""

    id = models.UUIDField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=12, db_index=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    asked = models.JSONField()
    plan = models.JSONField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-made_at"], name="carriage_plan_list")]
