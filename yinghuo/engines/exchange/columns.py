"""The columns of a line list: heads in Chinese and English, words of their values, from cells to records and back.

The Chinese heads are those of direct report cards and contact lists (病例编号, 病例分类, 发病日期 …), from memory of
such lists; not checked against a standard's text.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yinghuo.engines.exchange.records import KINDS, WORDS, PersonRecord
from yinghuo.engines.exchange.values import Fault, Reader, decimal_of, key_of, text_of, whole_of, yes_no

PERSON = ("person.key", "person.number", "person.name", "person.phone", "person.birth")


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, how its cells are read, its heads (the first of each language is written).

    reads: key, text, day, moment, yes, whole, decimal, list, ct, or a list of words (`WORDS`)
    """

    field: str
    reads: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


EVENT = Column("event", "text", ("事件编号", "疫情编号", "聚集性疫情编号"), ("event number", "event", "outbreak"))
AREA = Column(
    "area", "text", ("报告地区", "现住地区", "现住址", "地区", "区划代码", "街道"), ("area", "area code", "district")
)
CASE = Column(
    "case", "text", ("病例编号", "对应病例编号", "关联病例", "指示病例"), ("case number", "case", "index case")
)
CONTACT = Column("contact", "text", ("接触者编号", "密接编号"), ("contact number", "contact"))
IDENTITY = (
    Column("person.key", "text", ("人员代号", "代号"), ("pseudonym", "person")),
    Column(
        "person.number", "text", ("证件号码", "有效证件号", "身份证号", "身份证号码"), ("identity number", "id number")
    ),
    Column("person.name", "text", ("姓名", "患者姓名"), ("name", "full name")),
    Column("person.phone", "text", ("联系电话", "电话", "手机号"), ("telephone", "phone")),
    Column("person.birth", "day", ("出生日期",), ("birth date", "date of birth")),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "events": (
        Column("key", "key", ("事件编号", "疫情编号"), ("event number", "event")),
        Column("name", "text", ("事件名称", "疫情名称"), ("event name", "name")),
        AREA,
        Column("state", "event_state", ("事件状态",), ("event state", "state")),
        Column("emerged_on", "day", ("首发日期", "首例发病日期"), ("emerged on", "first onset")),
        Column("detected_at", "moment", ("发现时间",), ("detected at", "date detected")),
        Column("notified_at", "moment", ("事件报告时间",), ("notified at",)),
    ),
    "cases": (
        Column("key", "key", ("病例编号", "卡片编号", "卡片ID", "编号"), ("case number", "case id", "number")),
        EVENT,
        *IDENTITY,
        AREA,
        Column(
            "held_as",
            "held_as",
            ("病例分类", "临床分型", "诊断类型", "分类"),
            ("classification", "case classification"),
        ),
        Column("onset_on", "day", ("发病日期", "发病时间"), ("onset", "date of onset")),
        Column("sampled_at", "moment", ("首次阳性采样时间", "采样日期"), ("first positive sample", "sample date")),
        Column(
            "reported_at", "moment", ("报告时间", "报告日期", "诊断时间"), ("reported", "date of report", "report date")
        ),
        Column("in_isolation", "yes", ("发现时已隔离", "是否隔离中发现"), ("already isolated", "found in isolation")),
        Column("index_of_event", "yes", ("首发病例", "是否首发"), ("first case", "index case of event")),
    ),
    "contacts": (
        Column("key", "key", ("接触者编号", "密接编号"), ("contact number", "contact id")),
        EVENT,
        *IDENTITY,
        AREA,
        Column("grade", "grade", ("接触者类型", "密接类型", "类别"), ("kind of contact", "contact type", "grade")),
        Column(
            "last_on", "day", ("末次接触日期", "最后接触日期", "末次接触时间"), ("last contact", "date of last contact")
        ),
        Column("state", "contact_state", ("管理状态",), ("state", "contact state")),
        Column("found_at", "moment", ("判定时间", "登记时间"), ("found", "found at")),
        Column("until", "day", ("管理截止日期", "解除日期"), ("managed until", "until")),
    ),
    "exposures": (
        Column("key", "key", ("接触记录编号", "暴露编号"), ("exposure number", "exposure")),
        CONTACT,
        CASE,
        Column("via", "text", ("经由密接编号",), ("via contact",)),
        Column("day", "day", ("接触日期", "暴露日期"), ("contact date", "exposure date")),
        Column("minutes", "whole", ("接触时长", "接触分钟"), ("minutes", "duration")),
    ),
    "followups": (
        Column("key", "key", ("随访编号",), ("visit number", "follow-up number")),
        CONTACT,
        Column("at", "moment", ("随访时间",), ("visited at",)),
        Column("day", "day", ("随访日期", "应访日期"), ("due day", "follow-up date")),
        Column("day_number", "whole", ("医学观察天数", "第几天"), ("day of follow-up",)),
        Column("status", "status", ("随访结果", "随访情况"), ("follow-up result", "status")),
        Column("symptoms", "list", ("症状",), ("symptoms",)),
        Column("temperature_c", "decimal", ("体温",), ("temperature",)),
    ),
    "labs": (
        Column("key", "key", ("检测编号", "样本编号"), ("result number", "sample number")),
        CASE,
        Column("sampled_at", "moment", ("采样时间",), ("sampled",)),
        Column("reported_at", "moment", ("结果时间", "检测时间"), ("result time", "resulted")),
        Column("result", "result", ("检测结果", "结果"), ("result",)),
        Column("kind", "text", ("检测方法", "检测项目"), ("assay", "test")),
        Column("laboratory", "text", ("检测机构", "实验室"), ("laboratory", "lab")),
        Column("ct", "ct", ("Ct值", "CT值"), ("ct", "ct values")),
    ),
}
SHEETS = {
    "events": ("事件", "Events"),
    "cases": ("病例", "Cases"),
    "contacts": ("接触者", "Contacts"),
    "exposures": ("接触记录", "Exposures"),
    "followups": ("随访", "Follow-up visits"),
    "labs": ("检测结果", "Laboratory results"),
}
SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "held_as": {
        "draft": ("待核实", "draft", "not classified"),
        "suspected": ("疑似病例", "疑似", "suspected", "suspect", "probable"),
        "confirmed": ("确诊病例", "确诊", "实验室确诊", "轻型", "普通型", "重型", "危重型", "confirmed"),
        "asymptomatic": ("无症状感染者", "无症状", "无症状感染", "asymptomatic"),
        "discarded": ("排除", "已排除", "排除病例", "discarded", "ruled out"),
    },
    "grade": {
        "close": ("密接", "密切接触者", "close"),
        "second": ("次密接", "密接的密接", "second"),
        "general": ("一般接触者", "general"),
    },
    "contact_state": {
        "found": ("已判定", "found"),
        "managed": ("管理中", "集中隔离", "居家隔离", "managed"),
        "released": ("已解除", "解除", "released"),
        "case": ("转为病例", "case"),
        "dropped": ("已排除", "dropped"),
    },
    "event_state": {
        "draft": ("待核实", "draft"),
        "open": ("处置中", "open"),
        "contained": ("已控制", "contained"),
        "closed": ("已结束", "closed"),
    },
    "status": {
        "seen_well": ("正常", "无异常", "seen, well", "seen_well"),
        "seen_ill": ("异常", "有症状", "seen, unwell", "seen_ill"),
        "not_reached": ("未联系上", "失访", "not reached", "not_reached"),
        "refused": ("拒访", "refused"),
        "moved": ("已搬离", "迁出", "moved"),
    },
    "result": {
        "positive": ("阳性", "positive"),
        "negative": ("阴性", "negative"),
        "indeterminate": ("可疑", "不确定", "灰区", "indeterminate"),
        "pending": ("待出结果", "pending"),
    },
}
_CODES = {name: {word: code for code, said in words.items() for word in (*said, code)} for name, words in SAID.items()}


def plain_head(text: str) -> str:
    """A head as it is compared: no remark in brackets, no marks, small letters.

    >>> plain_head("*发病日期（必填）"), plain_head("Date of  Onset:")
    ('发病日期', 'date of onset')
    """
    plain = unicodedata.normalize("NFKC", text).partition("(")[0]
    return " ".join(plain.replace("*", "").replace(":", "").lower().split())


def mapping_of(heads: Sequence[str], kind: str) -> dict[str, int]:
    """Field to column, counted from 0; the first column that fits counts.

    >>> mapping_of(["序号", "病例编号", "发病日期"], "cases")
    {'key': 1, 'onset_on': 2}
    """
    plain = [plain_head(head) for head in heads]
    found: dict[str, int] = {}
    for column in COLUMNS[kind]:
        named = [plain.index(plain_head(head)) for head in (*column.zh, *column.en) if plain_head(head) in plain]
        found |= {column.field: named[0]} if named else {}
    return found


def needed(kind: str) -> list[str]:
    """The fields without which a row of this kind says nothing."""
    always = {"contacts": ["last_on"], "exposures": ["contact", "case", "day"], "events": [], "cases": []}
    always |= {"followups": ["contact", "day", "status"], "labs": ["case", "sampled_at", "result"]}
    return ["key", *always[kind]]


def kind_of(heads: Sequence[str]) -> str | None:
    """The kind of record whose needed columns all stand in the heads, the one with most columns; None for none."""
    fits = {kind: len(mapping) for kind in COLUMNS if set(needed(kind)) <= set(mapping := mapping_of(heads, kind))}
    return max(fits, key=lambda kind: fits[kind], default=None)


def record_of(kind: str, cells: Mapping[str, str], *, reader: Reader, row: int) -> Any:
    """The record of a row. Fault for what cannot be read.

    cells: text by field
    """
    given: dict[str, Any] = {}
    for column in COLUMNS[kind]:
        if text := cells.get(column.field, ""):
            given[column.field] = read_cell(column, text, reader)
    for name in needed(kind):
        if given.get(name) in (None, ""):
            raise Fault(name, "missing")
    person = {name.removeprefix("person."): given.pop(name) for name in PERSON if name in given}
    if person:
        given["person"] = PersonRecord(**person)
    return KINDS[kind](**given, row=row)


def read_cell(column: Column, text: str, reader: Reader) -> Any:
    """A cell's value. Fault."""
    reads: dict[str, Callable[[], Any]] = {
        "key": lambda: key_of(text, column.field),
        "text": lambda: text_of(text),
        "day": lambda: reader.day(text, column.field),
        "moment": lambda: reader.moment(text, column.field),
        "yes": lambda: yes_no(text, column.field),
        "whole": lambda: whole_of(text, column.field),
        "decimal": lambda: decimal_of(text, column.field),
        "list": lambda: tuple(part for part in text.replace("、", ";").replace("，", ";").split(";") if part),
        "ct": lambda: _ct(text, column.field),
    }
    return reads[column.reads]() if column.reads in reads else _word(column, text)


def write_cell(column: Column, value: Any, *, chinese: int) -> str:
    """A value as a cell; `chinese` 0 or 1: which of the two languages its words are in."""
    match value:
        case None:
            return ""
        case bool():
            return (("no", "yes"), ("否", "是"))[chinese][value]
        case datetime():
            return value.isoformat(timespec="microseconds" if value.microsecond else "seconds")
        case date() | int() | Decimal():
            return str(value)
        case tuple():
            return ";".join(f"{one[0]}={one[1]}" if isinstance(one, tuple) else one for one in value)
        case _ if column.reads in SAID:
            return SAID[column.reads][value][0] if chinese else SAID[column.reads][value][-1]
    return str(value)


def _word(column: Column, text: str) -> str:
    code = _CODES[column.reads].get(text) or _CODES[column.reads].get(text.lower())
    if code is None or code not in WORDS[column.reads]:
        raise Fault(column.field, "word", text)
    return code


def _ct(text: str, field: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in text.replace("；", ";").split(";") if part]
    if any(decimal_of(value, field) is None for _, _, value in pairs):
        raise Fault(field, "number", text)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)
