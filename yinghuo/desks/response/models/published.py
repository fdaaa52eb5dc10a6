"""Tables of counts as they were published: once a week, small cells hidden before they are stored."""

from django.db import models

__all__ = ["PublishedTable"]


class PublishedTable(models.Model):
    """One table of one closed week; never changed, so that two readings cannot be held against each other.

    key:    which table (`queries.published.TABLES`)
    rows:   codes of the rows, columns: of the columns; the last of each is "" for the total
    cells:  counts by row and column; None where hidden. What was hidden is stored nowhere
    """

    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()
    rows = models.JSONField()
    columns = models.JSONField()
    cells = models.JSONField()
    made_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["-first_day", "key"], name="published_by_week")]
        constraints = [models.UniqueConstraint(fields=["key", "first_day"], name="a_table_once_a_week")]
