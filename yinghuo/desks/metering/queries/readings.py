"""The register as analyses of the lake take it."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.db.models import F, QuerySet

from yinghuo.desks.metering.lake import analyses
from yinghuo.desks.metering.models import Meter


def registered(meters: QuerySet[Meter]) -> pa.Table:
    """Meters as analyses take them (schema `analyses.METERS`); whoever asks has scoped them to the user's areas."""
    rows = meters.order_by("id").values_list(
        "id",
        "address",
        "terminal_id",
        "transformer_id",
        "area_code",
        "customer_class",
        F("ct_ratio") * F("pt_ratio"),
        "rated_v",
    )
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in analyses.METERS]
    columns[-2:] = [[float(value) for value in column] for column in columns[-2:]]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, analyses.METERS, strict=True)], schema=analyses.METERS
    )


def span(first: date, last: date) -> list[date]:
    """Every day from the first to the last one.

    >>> len(span(date(2022, 5, 8), date(2022, 5, 10)))
    3
    """
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]
