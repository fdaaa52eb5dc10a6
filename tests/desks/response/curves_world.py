"""A small world for the curve: the areas of the province and its published figures, real ones."""

from datetime import UTC, datetime
from pathlib import Path

from yinghuo.core.areas.actions import load_region
from yinghuo.core.bulletins.actions import load_daily

DAILY = Path(__file__).resolve().parents[3] / "yinghuo" / "demo" / "data" / "jilin-2022" / "daily.csv"
AT = datetime(2022, 5, 10, tzinfo=UTC)
BY = "user:1"


def load(last: str = "9999", first: str = "") -> None:
    """The areas, and the bulletins of a period."""
    load_region(by=BY, at=AT)
    publish(last, first)


def publish(last: str = "9999", first: str = "") -> None:
    """Bulletins of a period; those known already change nothing."""
    head, *rows = DAILY.read_text().splitlines()
    load_daily("\n".join([head, *(row for row in rows if first <= row[:10] <= last)]) + "\n", by=BY, at=AT)
