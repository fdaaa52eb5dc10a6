"""After the result: one-time codes from slips, each bound to one swab."""

from django.db import models

from yinghuo.desks.sampling.models.facts import Fact

__all__ = ["LookupCode"]


class LookupCode(Fact):
    """A code given to a person at sampling, for this one swab; of the code itself only a keyed hash is kept."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    swab = models.UUIDField()
    code = models.UUIDField(db_index=True)
