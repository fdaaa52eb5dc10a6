"""The questions of an investigation as dated rows in both languages: core facts first (4 hours), the rest in 24 hours.

Which facts are core is from memory of the protocols; not checked against their text. The hours are rows of
`rules.clocks`. Contacts and places are not asked for in words: they are visits, on their own page.
"""

from datetime import date
from typing import Literal, NamedTuple

from yinghuo.core.refusal import Refused

Kind = Literal["yes_no", "one", "many", "number", "day", "text"]
Value = str | int | list[str] | None
FIRST = date(2021, 5, 14)
LONGEST_TEXT = 500
YES_NO = (("yes", "yes", "是"), ("no", "no", "否"), ("unknown", "not known", "不清楚"))


class Question(NamedTuple):
    """A question: its code, kind, words, choices as (code, English, Chinese), bounds of a number.

    clock: "core_facts" or "investigation" of `rules.clocks`
    valid_from, valid_to: the days on which it is asked; None: still
    """

    code: str
    clock: str
    kind: Kind
    en: str
    zh: str
    choices: tuple[tuple[str, str, str], ...] = ()
    most: int = 0
    unit_en: str = ""
    unit_zh: str = ""
    valid_from: date = FIRST
    valid_to: date | None = None


CORE, REST = "core_facts", "investigation"
PLACES = (
    ("workplace", "workshop or office", "车间或办公场所"),
    ("canteen", "canteen", "食堂"),
    ("dormitory", "dormitory", "宿舍"),
    ("bus", "bus", "客车"),
    ("shop", "shop or market", "商店或市场"),
    ("medical", "hospital or clinic", "医疗机构"),
    ("leisure", "leisure", "休闲场所"),
    ("school", "school", "学校"),
    ("worship", "place of worship", "宗教场所"),
)
TRANSPORT = (
    ("company_bus", "company bus", "单位班车"),
    ("bus", "city bus or tram", "公交或有轨电车"),
    ("taxi", "taxi", "出租车"),
    ("car", "own car", "自驾"),
    ("train", "train", "火车"),
    ("foot", "on foot or by bicycle", "步行或骑车"),
)
QUESTIONS = (
    Question("symptoms_now", CORE, "yes_no", "Symptoms now", "目前有无症状", YES_NO),
    Question("first_symptom_on", CORE, "day", "Day of the first symptom", "首发症状日期"),
    Question("last_negative_on", CORE, "day", "Last negative sample", "末次核酸阴性日期"),
    Question(
        "lives_in",
        CORE,
        "one",
        "Lives in",
        "居住方式",
        (("home", "own home", "家庭住所"), ("dormitory", "dormitory", "宿舍"), ("other", "other", "其他")),
    ),
    Question(
        "household", CORE, "number", "People who live together", "同住人数", most=200, unit_en="people", unit_zh="人"
    ),
    Question("last_worked_on", CORE, "day", "Last day at work", "末次到岗日期"),
    Question(
        "near_at_work",
        CORE,
        "number",
        "People who work near",
        "同班组近距离人数",
        most=2_000,
        unit_en="people",
        unit_zh="人",
    ),
    Question("transport", CORE, "many", "Ways to work and back", "上下班交通方式", TRANSPORT),
    Question("places", CORE, "many", "Kinds of places since the look-back began", "追溯期内到过的场所类型", PLACES),
    Question("travelled", CORE, "yes_no", "Left the prefecture in the last 14 days", "近14天离开本市（州）", YES_NO),
    Question("met_case", CORE, "yes_no", "Met a known case", "接触过已知病例", YES_NO),
    Question(
        "mask",
        CORE,
        "one",
        "Mask at work and on the way",
        "工作及通勤途中佩戴口罩",
        (("always", "always", "全程佩戴"), ("mostly", "mostly", "多数时间"), ("rarely", "rarely", "很少")),
    ),
    Question("doses", CORE, "number", "Doses of vaccine", "疫苗接种剂次", most=9, unit_en="doses", unit_zh="剂"),
    Question("last_dose_on", REST, "day", "Last dose on", "末次接种日期"),
    Question(
        "temperature_tenths",
        REST,
        "number",
        "Highest temperature, in tenths of a degree",
        "最高体温（0.1℃计）",
        most=430,
    ),
    Question(
        "illnesses",
        REST,
        "many",
        "Illnesses before",
        "基础疾病",
        (
            ("heart", "heart disease or high blood pressure", "心脏病或高血压"),
            ("diabetes", "diabetes", "糖尿病"),
            ("lung", "lung disease", "慢性肺部疾病"),
            ("kidney", "kidney disease, dialysis", "肾病（透析）"),
            ("pregnant", "pregnant", "妊娠"),
            ("none", "none", "无"),
        ),
    ),
    Question("saw_doctor", REST, "yes_no", "Saw a doctor since the first symptom", "发病后就诊", YES_NO),
    Question("medicine_bought", REST, "yes_no", "Bought medicine against fever or cough", "购买退热止咳药品", YES_NO),
    Question(
        "gatherings", REST, "number", "Meals and gatherings since the look-back began", "追溯期内聚餐聚会次数", most=100
    ),
    Question(
        "cold_chain",
        REST,
        "yes_no",
        "Handles goods from abroad or from the cold chain",
        "从事进口或冷链物品作业",
        YES_NO,
    ),
    Question(
        "source",
        REST,
        "one",
        "Where the infection probably came from",
        "可能的感染来源",
        (
            ("case", "a known case", "已知病例"),
            ("place", "a place with cases", "有病例活动的场所"),
            ("travel", "a journey", "外出旅行"),
            ("goods", "goods", "物品"),
            ("unknown", "not known", "不明"),
        ),
    ),
    Question(
        "records",
        REST,
        "many",
        "Records compared with what was said",
        "已核对的轨迹记录",
        (
            ("access", "access control", "门禁记录"),
            ("check_in", "check-in codes", "场所码"),
            ("seats", "seats of bus and canteen", "班车与食堂座位"),
            ("cameras", "cameras", "监控视频"),
            ("payments", "payments", "支付记录"),
        ),
    ),
    Question(
        "left_behind",
        REST,
        "many",
        "Who or what needs care at home",
        "家中需照护的人和动物",
        (
            ("child", "child", "儿童"),
            ("elder", "elderly person", "老人"),
            ("sick", "sick person", "病人"),
            ("animal", "animal", "动物"),
            ("none", "none", "无"),
        ),
    ),
    Question("remark", REST, "text", "Remark, without names and telephone numbers", "备注（请勿填写姓名、电话）"),
)


def questions_on(day: date) -> list[Question]:
    """The questions in force on a day, core facts first.

    >>> questions_on(date(2022, 5, 7))[0].code
    'symptoms_now'
    """
    return [one for one in QUESTIONS if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)]


def question(code: str) -> Question:
    """The newest row of a question; Refused("answer.question") for a code that is not in the table."""
    found = [one for one in QUESTIONS if one.code == code]
    if not found:
        raise Refused("answer.question", question=code)
    return max(found, key=lambda one: one.valid_from)


def read(code: str, given: list[str]) -> Value:
    """The value of what was typed: texts of one field; None for nothing. Refused("answer.value"), ("answer.question").

    >>> read("household", ["3"]), read("transport", ["bus", "foot"]), read("mask", [""])
    (3, ['bus', 'foot'], None)
    """
    one, said = question(code), [text.strip() for text in given if text.strip()]
    if not said:
        return None
    known = {choice for choice, _en, _zh in one.choices}
    if (one.choices and set(said) - known) or (one.kind != "many" and len(said) > 1):
        raise Refused("answer.value", question=code)
    return said if one.kind == "many" else _single(one, said[0])


def _single(one: Question, text: str) -> Value:
    if one.kind == "number":
        if not text.isdecimal() or int(text) > one.most:
            raise Refused("answer.value", question=one.code)
        return int(text)
    if one.kind == "day":
        return _day(one, text)
    return text[:LONGEST_TEXT]


def _day(one: Question, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Refused("answer.value", question=one.code) from error
