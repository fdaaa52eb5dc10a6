"""The tables of Jilin's areas: a tree without holes whose people add up to the census."""

import csv
import re
from collections import Counter
from pathlib import Path

from yinghuo.engines.bulletins import parse_daily, with_codes

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY / "yinghuo/core/areas/data"
CHANGBAISHAN_ZONE_PEOPLE = 61_146


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


AREAS, ZONES, STREETS = table("jilin.csv"), table("jilin_zones.csv"), table("jilin_streets.csv")
PEOPLE = {row["code"]: int(row["population"]) for row in (*AREAS, *ZONES)}
COUNTIES = [row["code"] for row in AREAS if row["level"] == "county"]
PREFECTURES = [row["code"] for row in AREAS if row["level"] == "prefecture"]


def test_there_is_a_province_with_nine_prefectures_and_sixty_counties() -> None:
    assert Counter(row["level"] for row in AREAS) == {"province": 1, "prefecture": 9, "county": 60}
    lengths = {"province": 2, "prefecture": 4, "county": 6}
    assert all(len(row["code"]) == lengths[row["level"]] for row in AREAS)


def test_no_code_stands_twice_and_every_child_has_its_parent() -> None:
    codes = [row["code"] for row in (*AREAS, *ZONES, *STREETS)]
    assert len(set(codes)) == len(codes)
    assert all(code[:-2] in codes for code in codes if 2 < len(code) <= 6)
    assert all(code[:6] in codes for code in codes if len(code) == 9)


def test_every_county_and_zone_has_streets() -> None:
    assert len(STREETS) == 1059
    assert {row["code"][:6] for row in STREETS} == {*COUNTIES, *(row["code"] for row in ZONES)}


def test_the_bulletin_adds_up_to_the_province() -> None:
    apart = PEOPLE["220581"] + CHANGBAISHAN_ZONE_PEOPLE
    assert sum(PEOPLE[code] for code in PREFECTURES) + apart == PEOPLE["22"] == 24_073_453


def test_counties_and_zones_add_up_to_the_province() -> None:
    assert sum(PEOPLE[code] for code in COUNTIES) + sum(PEOPLE[row["code"]] for row in ZONES) == PEOPLE["22"]


def test_a_prefecture_differs_from_its_counties_only_by_what_it_says_it_excludes() -> None:
    excludes = {row["code"]: row["population_excludes"] for row in AREAS if row["level"] == "prefecture"}
    within = {code: sum(PEOPLE[c] for c in PEOPLE if len(c) == 6 and c.startswith(code)) for code in PREFECTURES}
    missing = {code: within[code] - PEOPLE[code] for code in PREFECTURES}
    assert {code for code in PREFECTURES if missing[code]} == {code for code, what in excludes.items() if what}
    assert missing["2205"] == PEOPLE[excludes["2205"]]
    assert missing["2206"] + missing["2224"] == CHANGBAISHAN_ZONE_PEOPLE


def test_gongzhuling_belongs_to_changchun() -> None:
    assert {row["code"] for row in AREAS if row["name_zh"] == "公主岭市"} == {"220184"}


def test_eleven_areas_are_reported() -> None:
    reported = [row["code"] for row in AREAS if row["reported"] == "yes"]
    assert reported == sorted((*PREFECTURES, "220184", "220581"))
    assert {row["reported"] for row in AREAS} == {"yes", "no"}


def test_every_name_of_the_bulletins_has_one_code() -> None:
    names = [row["short_zh"] for row in AREAS]
    assert len(set(names)) == len(names)
    codes = {row["short_zh"]: row["code"] for row in AREAS}
    daily = (REPOSITORY / "yinghuo/demo/data/jilin-2022/daily.csv").read_text(encoding="utf-8")
    assert {"22", "2202", "2224", "220581"} < {row.area for row in with_codes(parse_daily(daily), codes)}


def test_every_row_is_named_in_both_languages() -> None:
    for row in (*AREAS, *ZONES, *STREETS):
        assert re.fullmatch(r"[\u4e00-\u9fff]+", row["name_zh"]), row
        assert re.fullmatch(r"[A-Zü][A-Za-zü' ,-]+", row["name_en"]), row


def test_places_with_a_known_reading_are_spelled_so() -> None:
    names = {row["code"]: row["name_en"] for row in STREETS}
    assert names["220105006"] == "Balipu Subdistrict"
    assert names["220104005"] == "Chongqing Subdistrict"
    assert names["220204008"] == "Changchunlu Subdistrict"
    assert names["222404400"] == "Hunchun Forestry Bureau"
    assert names["220781200"] == "Sanjun Manchu, Mongol and Xibe Township"


def test_every_source_is_explained() -> None:
    explained = (DATA / "README.md").read_text(encoding="utf-8")
    for key in {row["population_source"] for row in (*AREAS, *ZONES)}:
        assert f"`{key}`" in explained
