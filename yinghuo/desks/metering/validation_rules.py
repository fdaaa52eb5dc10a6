"""The standard rules of validation and estimation: dated, by customer class, each with its source."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from yinghuo.engines.meters.quantities import TARIFFS

NAMESPACE = UUID("9a7d3c0e-5d0b-4c53-9d0f-2f1b64f0a7e4")
SINCE = date(2020, 1, 1)
ESTIMATION = "estimation"  # the rule that says how, not what

CURVES = ["import_kwh", "power_kw"]
REGISTERS = ["import_kwh", *(f"import_{tariff}_kwh" for tariff in TARIFFS)]
VOLTAGES = ["voltage_a_v", "voltage_b_v", "voltage_c_v"]

CALIFORNIA = ("加利福尼亚州 DASMMD 附件 VEE", "California, DASMMD, Attachment VEE")
CALIFORNIA_KIND = (
    "加利福尼亚州 DASMMD 附件 VEE；点数由本系统设定",
    "California, DASMMD, Attachment VEE (the kind of rule); the number of points is this system’s choice",
)
CALIFORNIA_ESTIMATES = (
    "加利福尼亚州 DASMMD 附件 VEE：2 小时以内内插，超过取参考日均值；天数、回溯范围、起算电量由本系统设定",
    "California, DASMMD, Attachment VEE: a line up to 2 h, reference days beyond; how many days, how far back and from "
    "which energy on is this system’s choice",
)
FROM_MEMORY = (
    "加利福尼亚州 DASMMD 附件 VEE（凭记忆，未核对原文）",
    "California, DASMMD, Attachment VEE, from memory of the rule; not checked against its text",
)
ORACLE = ("Oracle 计量数据管理 VEE 规则说明", "Oracle Meter Data Management, configuring VEE rules")
ITRON = (
    "Itron IEE 验证规则说明；倍数由本系统设定",
    "Itron IEE, validation rules (the kind of rule); the factors are this system’s choice",
)
CLOCKS = ("国网〔营销/4〕384-2014（转引自题库）", "State Grid [marketing/4] 384-2014, as quoted in an exam bank")
TRUNCATED = (
    "电能表示数按位截尾：每个费率最多相差 0.01 kWh",
    "Registers cut off below 0.01 kWh: each tariff may differ by so much",
)
DIAGNOSIS = (
    "国家电网计量异常诊断说明；倍数由本系统设定，请按本单位规定修改",
    "State Grid’s description of metering diagnosis; the factor is this system’s choice, set your own",
)
CHOSEN = ("本系统设定，请按本单位规定修改", "Chosen by this system; set your own")


@dataclass(frozen=True)
class Standard:
    """A row of the standard rules; `source` in Chinese and English."""

    name: str
    parameters: Mapping[str, Any]
    source: tuple[str, str]
    effect: str = "doubt"
    customer_class: str = ""
    valid_from: date = SINCE

    @property
    def id(self) -> UUID:
        """The same on every installation."""
        return uuid5(NAMESPACE, f"{self.name}|{self.customer_class}|{self.valid_from}")

    def fields(self) -> dict[str, Any]:
        """As the model `ValidationRule` wants it."""
        given = asdict(self)
        source_zh, source_en = given.pop("source")
        return given | {"id": self.id, "source_zh": source_zh, "source_en": source_en}


STANDARD: tuple[Standard, ...] = (
    Standard("gap", {"quantities": CURVES}, CALIFORNIA),
    Standard("duplicate", {"quantities": CURVES}, ORACLE),
    Standard("spike", {"quantities": ["power_kw"], "factor": "1.8", "at_least": "0.05"}, FROM_MEMORY, "reject"),
    Standard("zero_run", {"quantities": ["power_kw"], "points": 96}, CALIFORNIA_KIND),
    Standard("zero_run", {"quantities": ["power_kw"], "points": 4}, CHOSEN, customer_class="hospital"),
    Standard("frozen_run", {"quantities": ["power_kw", *VOLTAGES], "points": 8}, CHOSEN),
    Standard("negative", {"quantities": [*REGISTERS, *VOLTAGES, "power_kw"], "below": 0}, ORACLE),
    Standard("falling", {"quantities": REGISTERS, "rollover": 1_000_000}, CHOSEN, "reject"),
    Standard("sum_of_tariffs", {"quantities": ["import_kwh"], "per_tariff": "0.01"}, TRUNCATED),
    Standard("energy_against_load", {"share": "0.1", "least_kwh": "0.2"}, CHOSEN),
    Standard("clock", {"set_s": 60, "field_s": 900, "faulty_s": 300, "sets": 2}, CLOCKS),
    Standard("contract", {"factor": "1.2"}, DIAGNOSIS),
    Standard("high_low", {"quantities": ["import_kwh"], "high": 3, "low": "0.2", "least_kwh": 1}, ITRON),
    Standard(
        "high_low",
        {"quantities": ["import_kwh"], "high": 5, "low": "0.1", "least_kwh": 1},
        CHOSEN,
        customer_class="residential",
    ),
    Standard(
        ESTIMATION,
        {"linear_min": 120, "days": 4, "least_days": 2, "least_kwh": "0.5", "lookback_days": 35},
        CALIFORNIA_ESTIMATES,
    ),
)
