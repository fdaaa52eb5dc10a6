"""Figures as they were published; PostgreSQL refuses to change or delete them."""

from django.db import models
from django.db.models import F, Q


class Publication(models.Model):
    """A figure published: its value, and what shows that it was counted from these records and no others.

    The value holds for ever as of `size`; a figure that moved on is published again, as a further row.
    """

    id = models.UUIDField(primary_key=True)
    key = models.TextField()
    area_code = models.CharField(max_length=12, blank=True, db_index=True)
    first = models.DateTimeField()
    last = models.DateTimeField(help_text="not in the period")
    value = models.DecimalField(max_digits=24, decimal_places=6)
    records = models.BigIntegerField()
    entries = models.BigIntegerField()
    as_of = models.DateTimeField()
    size = models.BigIntegerField(help_text="size of the signed checkpoint that it was counted at")
    query_version = models.TextField()
    evidence_root = models.TextField(help_text="hexadecimal")
    entry_id = models.UUIDField(unique=True)
    by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "area_code", "first", "last", "as_of"], name="published_once_at_a_moment"
            ),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="published_period_has_length"),
            models.CheckConstraint(condition=Q(records__gte=0, entries__gte=0, size__gte=0), name="published_counts"),
        ]
        indexes = [models.Index(fields=["key", "-as_of"])]

    def __str__(self) -> str:
        return f"{self.key} {self.area_code} {self.value_text}"

    @property
    def value_text(self) -> str:
        """The value as the ledger has it: plain digits without trailing zeros."""
        return f"{self.value.normalize():f}"
