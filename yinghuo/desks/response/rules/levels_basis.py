"""The legal basis of levels and measures as dated rows, and how to object; all articles from memory, marked so.

None of these texts was at hand when this was written: names and articles are from memory of the standard and not
checked against its text. Whoever uses this for real checks them, and adds rows for what has changed since.
"""

from datetime import date
from typing import NamedTuple


class Basis(NamedTuple):
    """A law or notice that a level or a measure can rest on, in force from `valid_from` to `valid_to`, both included.

    key:        short and stable; kept with each level and measure
    article_…:  where in it, and what it allows
    checked:    whether somebody held it against its text
    """

    key: str
    valid_from: date
    valid_to: date | None
    name_en: str
    name_zh: str
    article_en: str
    article_zh: str
    checked: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


BASES = (
    Basis(
        "law.places",
        date(2004, 12, 1),
        date(2025, 8, 31),
        "Law on the Prevention and Treatment of Infectious Diseases (revised 2004, amended 2013)",
        "《中华人民共和国传染病防治法》（2004年修订，2013年修正）",
        "art. 41: where there are cases of class A, a county government or above may isolate that place or the people "
        "of that area, and reports it to the next higher government at once; who is isolated is provided for",
        "第四十一条：对已经发生甲类传染病病例的场所或者该场所内的特定区域的人员，县级以上地方人民政府可以实施隔离措施，"
        "并同时向上一级人民政府报告；隔离期间应当对被隔离人员提供生活保障",
    ),
    Basis(
        "law.emergency",
        date(2004, 12, 1),
        date(2025, 8, 31),
        "Law on the Prevention and Treatment of Infectious Diseases (revised 2004, amended 2013)",
        "《中华人民共和国传染病防治法》（2004年修订，2013年修正）",
        "art. 42: limits on gatherings, stopping work and closing places need the decision of the next higher "
        "government and a public notice",
        "第四十二条：限制聚集、停工停业停课、封闭场所等紧急措施，须报经上一级人民政府决定并予以公告",
    ),
    Basis(
        "law.2025",
        date(2025, 9, 1),
        None,
        "Law on the Prevention and Treatment of Infectious Diseases (revised 2025)",
        "《中华人民共和国传染病防治法》（2025年修订）",
        "isolation of places and emergency measures, renumbered; the articles must be looked up",
        "场所隔离与紧急措施相关条款，条次有调整，须查对原文",
    ),
    Basis(
        "regulation.emergency",
        date(2003, 5, 9),
        None,
        "Regulation on Public Health Emergencies (2003, revised 2011)",
        "《突发公共卫生事件应急条例》（2003年公布，2011年修订）",
        "art. 33: people may be evacuated or isolated and affected areas closed where an emergency demands it",
        "第三十三条：根据应急处理的需要，可以对人员进行疏散或者隔离，并可以依法对传染病疫区实行封锁",
    ),
    Basis(
        "notice.class_a",
        date(2020, 1, 20),
        date(2023, 1, 7),
        "Notice No. 1 of 2020 of the National Health Commission",
        "国家卫生健康委公告2020年第1号",
        "COVID-19 is a class B disease under the measures of class A; without this art. 41 does not apply",
        "新型冠状病毒肺炎纳入乙类传染病，采取甲类传染病的预防、控制措施；这是适用第四十一条的前提",
    ),
    Basis(
        "protocol.8",
        date(2021, 5, 14),
        date(2022, 6, 27),
        "Prevention and control protocol, 8th edition",
        "《新型冠状病毒肺炎防控方案（第八版）》",
        "judging of risk and division of areas; step-down conditions are not in this project's facts",
        "疫情风险判定与区域划分；降级条件未载入本项目资料",
    ),
    Basis(
        "protocol.9",
        date(2022, 6, 28),
        date(2023, 1, 7),
        "Prevention and control protocol, 9th edition, 28 June 2022",
        "《新型冠状病毒肺炎防控方案（第九版）》（2022年6月28日）",
        "high, medium, low; high comes down after 7 days and a negative round, low after 3 more; medium after 7 days",
        "高、中、低风险区；高风险区7天无新增且第7天全员检测阴性降中，再3天降低；中风险区7天无新增且检测阴性降低",
    ),
    Basis(
        "measures.20",
        date(2022, 11, 11),
        date(2023, 1, 7),
        "Twenty measures of 11 November 2022",
        "《关于进一步优化新冠肺炎疫情防控措施 科学精准做好防控工作的通知》（2022年11月11日，“二十条”）",
        "high and low alone; high is normally a unit or building and is lifted after 5 days; not to be widened at will",
        "风险区调整为高、低两类；高风险区一般以单元、楼栋为单位划定，连续5天无新增降为低风险区；不得随意扩大",
    ),
)
BY_KEY = {one.key: one for one in BASES}
DEFAULT = ("law.places", "notice.class_a", "protocol.8", "protocol.9", "measures.20", "law.2025")

OBJECT_EN = (
    "Object to the command that published this, or ask for administrative reconsideration within 60 days of learning "
    "of it, at the government above the one that decided; a complaint can be made by telephone 12345 at any time. "
    "(Term and offices from memory of the Administrative Reconsideration Law; not checked against its text.)"
)
OBJECT_ZH = (
    "如有异议，可向发布本决定的指挥部提出，也可自知道之日起60日内向作出决定机关的上一级人民政府申请行政复议；"
    "随时可拨打12345反映。（期限与受理机关凭记忆摘自《行政复议法》，尚未对照原文。）"
)


def bases_on(day: date) -> list[Basis]:
    """What can be named as a basis on a day.

    >>> [one.key for one in bases_on(date(2022, 5, 8))]
    ['law.places', 'law.emergency', 'regulation.emergency', 'notice.class_a', 'protocol.8']
    """
    return [one for one in BASES if one.holds_on(day)]


def default_on(day: date) -> tuple[str, ...]:
    """Keys of what a level rests on unless somebody says otherwise."""
    return tuple(key for key in DEFAULT if BY_KEY[key].holds_on(day))


def fails_on(keys: tuple[str, ...], day: date) -> list[str]:
    """The keys that are unknown or not in force on a day."""
    return [key for key in keys if key not in BY_KEY or not BY_KEY[key].holds_on(day)]
