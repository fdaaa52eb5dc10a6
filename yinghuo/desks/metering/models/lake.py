"""What was committed to the readings lake: one row for each batch and day, to hold the table against."""

from django.db import models

__all__ = ["Committed"]


class Committed(models.Model):
    """The rows of one commit that are filed under one day.

    entry:   the ledger entry that speaks of the commit; each of its rows in the lake carries it
    lake:    id of the Delta table; `version` of it, which this commit made
    kind:    "measured" or "corrections"
    rows:    how many, of this day
    sha256:  over them (`lake.batches.digest`)
    """

    pk = models.CompositePrimaryKey("entry", "day")
    entry = models.UUIDField()
    day = models.DateField()
    lake = models.UUIDField()
    version = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    committed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["lake", "version"], name="committed_by_version"),
            models.Index(fields=["day", "entry"], name="committed_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["measured", "corrections"]), name="committed_kind_known"
            ),
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="committed_sha256_form"),
        ]
