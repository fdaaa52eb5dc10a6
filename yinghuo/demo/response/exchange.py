"""The scenario of the exchange: the city's line list was sent and tried out, and waits for somebody to confirm it.

Everybody in it is invented: numbers begin with 229999, an area code that was never given. One row has a date that does
not exist and one speaks of another city, so that the page has something to show.
"""

import io
from datetime import datetime

import numpy as np

from yinghuo.demo.people_names import invented_names, invented_numbers
from yinghuo.demo.response.scene import AREA, Scene
from yinghuo.demo.world import BY, named
from yinghuo.desks.response.actions import exchange
from yinghuo.desks.response.actions.exchange import Upload
from yinghuo.engines.exchange.sheets import as_csv

SENT = datetime.fromisoformat("2022-05-10T07:05:00+08:00")
HEADS = ["病例编号", "事件编号", "姓名", "证件号码", "现住地区", "病例分类", "发病日期", "采样日期", "报告时间", "备注"]
CLASSES = ("确诊病例", "无症状感染者", "疑似病例")
PEOPLE = 12


def play(scene: Scene) -> None:  # noqa: ARG001 - all steps are called alike
    """The file, tried out; nobody confirmed it yet."""
    upload = Upload("绿园区病例个案表-虚构.csv", io.BytesIO(_line_list()), "line_list", "市疾控中心（虚构）")
    exchange.begin(upload, area_code=AREA, by=BY, at=SENT, import_id=named("response-import", "line-list"))


def _line_list() -> bytes:
    rng = np.random.default_rng(20220510)
    people = zip(invented_names(PEOPLE, rng=rng), invented_numbers(PEOPLE, rng=rng), strict=True)
    rows = [_row(place, name, number) for place, (name, number) in enumerate(people)]
    rows[5][6] = "2022-05-32"
    rows[9][4] = "2202"
    return as_csv(HEADS, rows)


def _row(place: int, name: str, number: str) -> list[str]:
    day, held_as = 3 + place % 6, CLASSES[place % 3]
    onset = "" if held_as == CLASSES[1] else f"2022-05-{day:02}"
    reported = f"2022-05-{day + 1:02} {9 + place % 8:02}:15"
    return [f"XJ-{place + 1:03}", "XJ-01", name, number, AREA, held_as, onset, f"2022-05-{day:02}", reported, "虚构"]
