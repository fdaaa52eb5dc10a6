"""Statements of authorities, as they were published."""

from django.db import models


class Bulletin(models.Model):
    """One area, one day from 0 to 24 h; NULL is "not stated", never zero."""

    day = models.DateField()
    area_code = models.CharField(max_length=12)
    confirmed_new = models.PositiveIntegerField(null=True)
    of_which_converted = models.PositiveIntegerField(null=True)
    asymptomatic_new = models.PositiveIntegerField(null=True)
    discharged = models.PositiveIntegerField(null=True)
    released_from_observation = models.PositiveIntegerField(null=True)
    sources = models.JSONField(default=list, help_text="addresses it was read at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "day"], name="one_bulletin_an_area_and_day"),
            models.CheckConstraint(
                condition=models.Q(of_which_converted__isnull=True)
                | models.Q(of_which_converted__lte=models.F("confirmed_new")),
                name="converted_are_among_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_code}"


class StatedFact(models.Model):
    """Another figure as its source states it: testing rounds, capacities, beds, restart rates."""

    first_day = models.DateField()
    last_day = models.DateField()
    what = models.TextField()
    value = models.DecimalField(max_digits=16, decimal_places=4)
    unit = models.TextField()
    source = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first_day", "what"], name="one_fact_a_day")]

    def __str__(self) -> str:
        return self.what
