"""Area codes: what a code says by its length and its beginning."""

AREA_CODE = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
CODE_DIGITS = {"province": 2, "prefecture": 4, "county": 6, "street": 9, "cell": 12}
MOST_CELLS = 999  # three digits number the grid cells of a street

_LEVELS = {digits: level for level, digits in CODE_DIGITS.items()}
_PARENT_DIGITS = {4: 2, 6: 4, 9: 6, 12: 9}


def level_of(code: str) -> str:
    """Level of a code by its number of digits; KeyError for another number.

    >>> level_of("220104"), level_of("220104001")
    ('county', 'street')
    """
    return _LEVELS[len(code)]


def parent_code(code: str) -> str | None:
    """Code of the area around it; None for a province.

    >>> parent_code("220104001"), parent_code("2201"), parent_code("22")
    ('220104', '22', None)
    """
    return code[: _PARENT_DIGITS[len(code)]] if len(code) in _PARENT_DIGITS else None


def beyond(code: str) -> str:
    """What every code of the subtree is less than: `code <= c < beyond(code)` is "c begins with code", for an index.

    >>> beyond("2201"), beyond("2209")
    ('2202', '2210')
    """
    return str(int(code) + 1)


def ancestor_codes(code: str) -> list[str]:
    """Codes of all areas around it, the widest first, without its own.

    >>> ancestor_codes("220104001")
    ['22', '2201', '220104']
    """
    around = parent_code(code)
    return [*ancestor_codes(around), around] if around else []
