"""The facts that devices send: each a row that is only ever added, with the ledger entry of its batch."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What the laboratory reports of a tube."""

    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")
    GREY = "grey", _("grey zone")
    INVALID = "invalid", _("invalid")


class Stage(models.TextChoices):
    """The two ends of a carriage."""

    COLLECTED = "collected", _("collected by courier")
    RECEIVED = "received", _("received by laboratory")


class Fact(models.Model):
    """What a device saw: its own id and time, the device, and the ledger entry of its batch."""

    id = models.UUIDField()
    at = models.DateTimeField()
    device = models.UUIDField()
    entry_id = models.UUIDField(db_index=True)

    class Meta:
        abstract = True


class Swab(Fact):
    """One person swabbed into one tube. `doubt` holds what the door noticed about the identity."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    person = models.UUIDField()
    site = models.BigIntegerField()
    doubt = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="swab_person_at")]


class Sealed(Fact):
    """A tube was closed; `count` is what the phone counted."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    site = models.BigIntegerField()
    count = models.IntegerField()


class Boxed(Fact):
    """A tube was packed; one row a tube, `count` is what the packer counted in the whole box."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    box = models.CharField(max_length=40, db_index=True)
    site = models.BigIntegerField()
    count = models.IntegerField()
    seal = models.TextField(default="", db_default="")


class Handover(Fact):
    """A box changed hands."""

    pk = models.CompositePrimaryKey("box", "id")
    box = models.CharField(max_length=40)
    stage = models.TextField(choices=Stage.choices)
    vehicle = models.TextField()
    count = models.IntegerField()
    temperature_c = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    seal = models.TextField(default="", db_default="")


class Result(Fact):
    """What a laboratory reported of a tube; a correction is a further row with its own message.

    ct:      cycle threshold by target, null where nothing was amplified
    because: the readings beside the limits of the kit
    well:    plate and well, "PL220508001 A1"
    pool:    the pool (混样) whose negative result speaks for this tube
    """

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    laboratory = models.UUIDField()
    message = models.TextField()
    result = models.TextField(choices=Outcome.choices)
    ct_orf1ab = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    ct_n = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    technician = models.TextField()
    vehicle = models.TextField(default="", db_default="")
    kit = models.TextField(default="", db_default="")
    instrument = models.TextField(default="", db_default="")
    ct = models.JSONField(default=dict, db_default={})
    because = models.TextField(default="", db_default="")
    well = models.TextField(default="", db_default="")
    pool = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tube", "laboratory", "message"], name="one_result_a_message"),
            models.CheckConstraint(condition=models.Q(result__in=Outcome.values), name="result_known"),
        ]
