"""Counting the curve each night, once bulletins are there."""

from datetime import datetime

from yinghuo.core.areas.models import Area, Level
from yinghuo.core.bulletins.models import Bulletin
from yinghuo.desks.response.actions.curves import count_curve
from yinghuo.desks.response.models import CurveRun

BY = "system:curves"


def count_curves(now: datetime) -> list[CurveRun]:
    """Counts the curve of each province that bulletins speak of; figures counted before give their run."""
    provinces = Area.objects.filter(level=Level.PROVINCE, code__in=Bulletin.objects.values("area_code"))
    return [count_curve(code, by=BY, at=now) for code in provinces.values_list("code", flat=True)]
