"""Names and identity numbers of people who do not exist, and can be seen not to.

A name is a surname and one pair of the sixty-year cycle (王甲子). A number is valid by its check character, but its
area code, 229999, was never given to any place (GB/T 2260), so that it can meet no real person's number.
"""

from datetime import date

import numpy as np

from yinghuo.engines.identity import identity_check_digit

AREA_OF_NOBODY = "229999"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
EARLIEST_BIRTH = date(1962, 1, 1)
LATEST_BIRTH = date(2003, 12, 31)
SERIALS = 1_000


def invented_names(count: int, *, rng: np.random.Generator) -> list[str]:
    """Names of three characters, obviously invented; several people may share one.

    >>> invented_names(2, rng=np.random.default_rng(1))
    ['马辛子', '梁癸丑']
    """
    parts = [rng.integers(0, len(letters), count).tolist() for letters in (SURNAMES, STEMS, BRANCHES)]
    return [SURNAMES[a] + STEMS[b] + BRANCHES[c] for a, b, c in zip(*parts, strict=True)]


def invented_numbers(count: int, *, rng: np.random.Generator) -> list[str]:
    """Different identity numbers of 18 characters, valid by check character, of people born 1962 to 2003.

    ValueError for more than 15 million.

    >>> invented_numbers(1, rng=np.random.default_rng(1))[0].startswith("229999")
    True
    """
    days = LATEST_BIRTH.toordinal() - EARLIEST_BIRTH.toordinal() + 1
    drawn = rng.choice(days * SERIALS, count, replace=False)
    births = [date.fromordinal(EARLIEST_BIRTH.toordinal() + day) for day in (drawn // SERIALS).tolist()]
    bodies = [
        f"{AREA_OF_NOBODY}{birth:%Y%m%d}{serial:03d}"
        for birth, serial in zip(births, (drawn % SERIALS).tolist(), strict=True)
    ]
    return [body + identity_check_digit(body) for body in bodies]


def with_wrong_check(number: str, *, rng: np.random.Generator) -> str:
    """The same identity number with another digit in place of its check character.

    >>> with_wrong_check("11010519491231002X", rng=np.random.default_rng(1))[:17]
    '11010519491231002'
    """
    wrong = [digit for digit in "0123456789" if digit != number[-1]]
    return number[:-1] + wrong[int(rng.integers(len(wrong)))]
