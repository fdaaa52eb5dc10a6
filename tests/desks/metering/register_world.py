"""A small register in files: two cities, three terminals, five meters."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
CITY, NEXT_CITY = "2201", "2202"
TERMINALS = ("22010001", "22010002", "22020001")
Row = dict[str, Any]


def transformer(code: str = "T1", **more: object) -> Row:
    """A row of transformers.csv."""
    return {"code": code, "name": f"{code}台区", "area_code": "220106", "rated_kva": "400"} | more


def terminal(address: str = TERMINALS[0], **more: object) -> Row:
    """A row of terminals.csv."""
    return {"address": address, "protocol": "gdw376", "area_code": f"{address[:4]}", "name": "一号"} | more


def meter(number: int = 1, **more: object) -> Row:
    """A row of meters.csv: the meter 22000000000n at point n of the first terminal."""
    row = {
        "address": f"{220000000000 + number:012}",
        "protocol": "dlt645",
        "terminal": TERMINALS[0],
        "point": number,
        "transformer": "T1",
        "area_code": "220106",
        "customer_class": "residential",
        "wiring": "1p2w",
        "rated_v": "220",
        "rated_a": "5",
        "max_a": "60",
        "installed_on": "2020-06-01",
    }
    return row | more


def write(folder: Path, **files: list[Row]) -> Path:
    """The folder with these files, each with the columns of all its rows."""
    for name, rows in files.items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, heads)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def usual(folder: Path) -> Path:
    """Two terminals and four meters in the city, one of each in the next."""
    meters = [meter(n) for n in range(1, 4)]
    meters += [meter(4, terminal=TERMINALS[1], point=1, customer_class="hospital", wiring="3p4w", ct_ratio="120")]
    meters += [meter(5, terminal=TERMINALS[2], point=1, area_code="220202", transformer="")]
    terminals = [terminal(address) for address in TERMINALS]
    return write(folder, transformers=[transformer()], terminals=terminals, meters=meters)
