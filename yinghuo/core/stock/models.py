"""Items, places, moves of two or more lines that sum to zero, and the balances that PostgreSQL derives from them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE


class PlaceKind(models.TextChoices):
    """What a place is; `OUTSIDE` is the world beyond the books, and may go below zero."""

    STORE = "store", _("store")
    SITE = "site", _("site")
    LABORATORY = "laboratory", _("laboratory")
    OUTSIDE = "outside", _("outside")


class Named(models.Model):
    """Something with a name in two languages."""

    name_zh = models.TextField()
    name_en = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.name_en if get_language() == "en" else self.name_zh)


class Item(Named):
    """What is kept and counted, in whole units; a serialised item is known piece by piece."""

    key = models.CharField(max_length=60, primary_key=True)
    unit_zh = models.TextField()
    unit_en = models.TextField()
    serialised = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(key__regex="^[a-z0-9][a-z0-9.-]*$"), name="item_key_form"),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en="") & ~Q(unit_zh="") & ~Q(unit_en=""), name="item_is_named"
            ),
        ]

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return str(self.unit_en if get_language() == "en" else self.unit_zh)


class Place(Named):
    """Where items are. Outside places (supplier, used, lost, difference) belong to no area."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    area_code = models.CharField(max_length=12, default="", blank=True, db_index=True)
    party_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlaceKind.values), name="place_kind_known"),
            models.CheckConstraint(condition=~Q(name_zh="") & ~Q(name_en=""), name="place_is_named"),
            models.CheckConstraint(
                condition=Q(kind=PlaceKind.OUTSIDE, area_code="")
                | (~Q(kind=PlaceKind.OUTSIDE) & Q(area_code__regex=AREA_CODE)),
                name="place_area_code_form",
            ),
        ]


class Move(models.Model):
    """Why and when quantities changed place; a stock-take that found no difference is a move without lines."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField()
    reason = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(by="") & ~Q(reason=""), name="move_says_who_and_why")]
        indexes = [models.Index(fields=["at", "id"], name="move_at")]

    def __str__(self) -> str:
        return f"move:{self.pk}"


class MoveLine(models.Model):
    """A quantity that came to a place, or left it (below zero); per move, item and serial they sum to zero."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    serial = models.TextField(default="", blank=True)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "item", "serial", "place"], name="one_line_a_place"),
            models.CheckConstraint(condition=~Q(quantity=0), name="line_moves_something"),
            models.CheckConstraint(condition=Q(serial="") | Q(quantity__in=[-1, 1]), name="line_serial_is_one_piece"),
        ]
        indexes = [models.Index(fields=["place", "item", "serial"], name="line_place")]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.item_id} {self.serial}".strip()


class Balance(models.Model):
    """What is at a place now; only PostgreSQL writes it, from lines. `outside` repeats the place's kind."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="balances", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    serial = models.TextField(default="", blank=True)
    quantity = models.BigIntegerField()
    outside = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "item", "serial"], name="one_balance"),
            models.CheckConstraint(condition=Q(quantity__gte=0) | Q(outside=True), name="balance_not_negative"),
            models.CheckConstraint(
                condition=Q(serial="") | Q(outside=True) | Q(quantity__lte=1), name="a_piece_is_there_once"
            ),
            models.UniqueConstraint(
                fields=["item", "serial"],
                condition=Q(outside=False) & Q(quantity__gt=0) & ~Q(serial=""),
                name="a_piece_is_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.item_id} {self.serial}".strip()
