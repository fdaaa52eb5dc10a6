"""One derived row per tube."""

from django.db import models


class Tube(models.Model):
    """Where a tube stands: derived from the facts by the judge, and rebuilt from them at will."""

    tube = models.CharField(max_length=40, primary_key=True)
    campaign_id = models.UUIDField(null=True)
    site_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=12, default="", db_default="", db_index=True)
    swabs = models.IntegerField(default=0, db_default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    boxed_at = models.DateTimeField(null=True)
    box = models.CharField(max_length=40, default="", db_default="")
    collected_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    result = models.TextField(default="", db_default="")
    result_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "site_id"]),
            models.Index(fields=["campaign_id", "-first_at"], name="tube_latest"),
            models.Index(
                fields=["campaign_id", "result"], condition=~models.Q(result="negative"), name="tube_not_done"
            ),
            models.Index(
                fields=["tube"],
                condition=models.Q(swabs=0, sealed_at=None, boxed_at=None) & ~models.Q(result=""),
                name="tube_unknown",
            ),
        ]
