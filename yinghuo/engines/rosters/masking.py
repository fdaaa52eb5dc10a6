"""Values as they may be shown: enough to find the cell again, not enough to know it."""

MOST_SHOWN = 24


def masked(value: str) -> str:
    """A value with its middle hidden; a long one also shortened.

    >>> masked("11010519491231002X"), masked("王小明"), masked("13904310000"), masked("李"), masked("")
    ('11**************2X', '王*明', '13*******00', '*', '')
    """
    ends = 2 if len(value) > 6 else 1
    if len(value) <= 2 * ends:
        return "*" * min(len(value), 1) if len(value) < 2 else value[0] + "*"
    hidden = "*" * min(len(value) - 2 * ends, MOST_SHOWN)
    return f"{value[:ends]}{hidden}{value[-ends:]}"
