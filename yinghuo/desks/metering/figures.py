"""The figures of the metering desk: how whole the readings are, what rules found, what was edited.

Each stands on rows that a ledger entry commits to: the counts of a day (the latest revision that the asked size of the
ledger knows), findings that no later run has said to be gone, edits. A row belongs to the period that holds its own
time `at`, and to its meter's area. The readings themselves stand in the lake, whose commits the ledger knows by digest.
"""

from yinghuo.core.figures.registry import Figure, register
from yinghuo.core.ledger.facts import FactTable
from yinghuo.desks.metering.actions.editing import EDITED
from yinghuo.desks.metering.actions.validation import COUNTED, FOUND

IN_TREE = "{0}entry_id IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)"
IN_PERIOD = "at >= %(first)s AND at < %(last)s AND starts_with(area_code, %(area)s)"
LATEST = f"""NOT EXISTS (
        SELECT FROM metering_daycount later
        WHERE later.area_code = metering_daycount.area_code AND later.day = metering_daycount.day
          AND later.customer_class = metering_daycount.customer_class
          AND later.revision > metering_daycount.revision AND {IN_TREE.format("later.")}
    )"""
STANDS = f"""NOT EXISTS (
        SELECT FROM metering_gone gone
        WHERE gone.meter_id = metering_found.meter_id AND gone.id = metering_found.id AND {IN_TREE.format("gone.")}
    )"""
SHARES = (
    ("measured", "实测数据占比", "Share of points measured"),
    ("estimated", "估算数据占比", "Share of points estimated"),
    ("edited", "人工修正数据占比", "Share of points edited"),
    ("rejected", "剔除数据占比", "Share of points rejected"),
    ("missing", "缺失数据占比", "Share of points missing"),
)
RULES = (
    ("gap", "数据缺失", "Gaps in readings found"),
    ("duplicate", "数据重复", "Points read more than once found"),
    ("spike", "数据突变", "Spikes found"),
    ("zero_run", "持续零值", "Long zeros found"),
    ("frozen_run", "数据不变", "Frozen values found"),
    ("negative", "负值", "Negative values found"),
    ("falling", "示数倒走", "Falling registers found"),
    ("sum_of_tariffs", "示值不平", "Tariffs that do not add up found"),
    ("energy_against_load", "电量与负荷不符", "Energies that differ from load found"),
    ("clock", "时钟超差", "Clocks off found"),
    ("contract", "超合同容量", "Loads above contract found"),
    ("high_low", "电量突变", "Days far from the day before found"),
)


def _evidence(table: FactTable, columns: str, *where: str) -> str:
    """The rows of a fact table in the period and area, as of the size."""
    conditions = " AND ".join([IN_PERIOD, IN_TREE.format(""), *where])
    return f"SELECT {table.line} AS line, entry_id, {columns} FROM {table.table} WHERE {conditions}"  # noqa: S608


def _share(kind: str, name_zh: str, name_en: str) -> Figure:
    value = f"100.0 * sum({kind}) / nullif(sum(points), 0)"
    counts = _evidence(COUNTED, f"points, {kind}", LATEST)
    return Figure(f"metering.{kind}_share", name_zh, name_en, "%", "%", 2, value, counts)


def _findings(rule: str, name_zh: str, name_en: str) -> Figure:
    found = _evidence(FOUND, "rule", STANDS, f"rule = '{rule}'")
    return Figure(f"metering.found_{rule}", name_zh, name_en, "处", "findings", 0, "count(*)", found)


FIGURES = (
    *(_share(*share) for share in SHARES),
    Figure(
        "metering.found", "数据异常", "Findings of validation", "处", "findings", 0, "count(*)",
        _evidence(FOUND, "rule", STANDS),
    ),
    *(_findings(*rule) for rule in RULES),
    Figure(
        "metering.edits", "人工修正数据", "Readings edited", "个", "readings", 0, "count(*)", _evidence(EDITED, "by")
    ),
)  # fmt: skip
for _figure in FIGURES:
    register(_figure)
