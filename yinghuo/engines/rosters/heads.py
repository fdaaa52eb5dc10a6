"""What the columns of a roster hold, read off its head row, in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

FIELDS = ("number", "document", "name", "birth", "phone", "area", "party", "group", "role")
HEADS: dict[str, tuple[str, ...]] = {
    "number": (
        "身份证号",
        "身份证号码",
        "身份证",
        "公民身份号码",
        "居民身份证号",
        "identity number",
        "id number",
        "number",
    ),
    "document": (
        "其他证件号",
        "其他证件",
        "其他证件号码",
        "护照号",
        "通行证号",
        "other document",
        "document",
        "passport",
    ),
    "name": ("姓名", "名字", "人员姓名", "name", "full name"),
    "birth": ("出生日期", "出生年月日", "生日", "birth date", "date of birth", "born"),
    "phone": ("手机", "手机号", "手机号码", "电话", "联系电话", "联系方式", "phone", "mobile", "telephone"),
    "area": (
        "区域",
        "区域代码",
        "区划代码",
        "街道",
        "所在街道",
        "社区",
        "网格",
        "area",
        "area code",
        "street",
        "district",
    ),
    "party": (
        "单位",
        "单位名称",
        "工作单位",
        "企业",
        "统一社会信用代码",
        "信用代码",
        "unit",
        "employer",
        "credit code",
    ),
    "group": (
        "分组",
        "组别",
        "班组",
        "车间",
        "产线",
        "线体",
        "楼栋",
        "户",
        "户号",
        "宿舍",
        "group",
        "household",
        "line",
    ),
    "role": ("角色", "职务", "岗位", "与户主关系", "role", "position"),
}

_FIELD_OF = {head: field for field, heads in HEADS.items() for head in heads}
_BESIDE = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")


def plain_head(text: str) -> str:
    """A head as it is compared: no marks, no remarks in brackets, one space between words, small letters.

    >>> plain_head(" *身份证号（必填）：")
    '身份证号'
    """
    return " ".join(_BESIDE.sub("", unicodedata.normalize("NFKC", text)).lower().split())


def mapping_of(heads: Sequence[str]) -> dict[str, int]:
    """Field to column, counted from 0; the first column of a meaning counts, the rest is left unread.

    >>> mapping_of(["序号", "姓名", "身份证号码", "手机", "电话"])
    {'name': 1, 'number': 2, 'phone': 3}
    """
    found: dict[str, int] = {}
    for column, head in enumerate(heads):
        field = _FIELD_OF.get(plain_head(head))
        if field:
            found.setdefault(field, column)
    return found


def mapping_fault(mapping: Mapping[str, int]) -> str | None:
    """What keeps a mapping from being used: "name" or "key"; None if nothing.

    A roster names its people, and tells them apart by a number, a document, or birth date with phone.

    >>> mapping_fault({"name": 0, "phone": 1})
    'key'
    """
    if "name" not in mapping:
        return "name"
    told_apart = "number" in mapping or "document" in mapping or {"birth", "phone"} <= set(mapping)
    return None if told_apart else "key"
