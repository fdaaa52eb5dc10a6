"""Days on the command line: `--from` and `--to`, days of Asia/Shanghai, both inclusive."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

ZONE = ZoneInfo("Asia/Shanghai")
AREA = click.option("--area", default="", help="Area code or the beginning of one, e.g. 2201; everything if left out.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FROM = click.option("--from", "first_day", type=_DAY, help="First day; if left out, the first day of any campaign.")
_TO = click.option("--to", "last_day", type=_DAY, help="Last day, included; today if left out.")


def days(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options --from and --to as `first_day` and `last_day`."""
    return _FROM(_TO(command))


def period(first_day: date | None, last_day: date | None) -> tuple[datetime, datetime]:
    """The half-open period of the days asked for, aware; a day left out is read from campaigns and clock."""
    last_day = last_day or _today()
    first_day = first_day or min(_first_campaign_day() or last_day, last_day)
    return _midnight(first_day), _midnight(last_day) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(date(day.year, day.month, day.day), time(), ZONE)


def _today() -> date:
    from yinghuo.web.clock import now

    return now().astimezone(ZONE).date()


def _first_campaign_day() -> date | None:
    from yinghuo.desks.sampling.models import Campaign

    first = Campaign.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    return first.astimezone(ZONE).date() if first else None
