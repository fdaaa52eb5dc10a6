"""Checks of the two numbers that name a person and an organisation in China: identity number and credit code.

GB 11643-1999 公民身份号码: area (6 digits), birth date (8), serial (3), check character by ISO 7064 MOD 11-2.
GB 32100-2015 法人和其他组织统一社会信用代码: 17 characters of a 31-letter alphabet, check character MOD 31.
A number without an error is well formed; whether it was ever issued, only the register knows.
"""

from datetime import date

NUMBER_CHARACTERS = 18
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_DIGITS = frozenset("0123456789")
_IDENTITY_WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]
_IDENTITY_CHECKS = "10X98765432"
_CREDIT_VALUES = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = [3**place % 31 for place in range(17)]


def identity_number_error(number: str) -> str | None:
    """What is wrong with an identity number: "length", "character", "date" or "check"; None if nothing.

    The first fault in that order is named. A lower-case x as the check character is accepted.
    Numbers of the first generation (15 digits, invalid since 2013) are answered with "length".

    >>> identity_number_error("11010519491231002X") is None
    True
    >>> identity_number_error("110105194912310021")
    'check'
    """
    if len(number) != NUMBER_CHARACTERS:
        return "length"
    body, check = number[:-1], number[-1].replace("x", "X")
    if not (_DIGITS.issuperset(body) and check in _IDENTITY_CHECKS):
        return "character"
    if _birth_date_in(body) is None:
        return "date"
    return None if check == identity_check_digit(body) else "check"


def identity_check_digit(first17: str) -> str:
    """Check character, 0 to 9 or X, of the first 17 digits (GB 11643-1999; ISO 7064 MOD 11-2).

    ValueError unless there are 17 digits.

    >>> identity_check_digit("11010519491231002")
    'X'
    """
    if len(first17) != NUMBER_CHARACTERS - 1 or not _DIGITS.issuperset(first17):
        raise ValueError("an identity number begins with 17 digits")
    weighted = zip(first17, _IDENTITY_WEIGHTS, strict=True)
    return _IDENTITY_CHECKS[sum(int(digit) * weight for digit, weight in weighted) % 11]


def birth_date(number: str) -> date:
    """Birth date in an identity number; ValueError, with the code of the fault, if it has an error.

    >>> birth_date("11010519491231002X")
    datetime.date(1949, 12, 31)
    """
    born = None if identity_number_error(number) else _birth_date_in(number)
    if born is None:
        raise ValueError(f"identity number: {identity_number_error(number)}")
    return born


def credit_code_error(code: str) -> str | None:
    """What is wrong with a unified social credit code: "length", "character" or "check"; None if nothing.

    The letters I, O, S, V and Z are not used, nor are lower-case ones.

    >>> credit_code_error("9144030071526726XG") is None
    True
    >>> credit_code_error("9144030071526726IG")
    'character'
    """
    if len(code) != NUMBER_CHARACTERS:
        return "length"
    if not all(character in _CREDIT_VALUES for character in code):
        return "character"
    return None if code[-1] == credit_code_check(code[:-1]) else "check"


def credit_code_check(first17: str) -> str:
    """Check character of the first 17 characters of a credit code, MOD 31, weights 3^i (GB 32100-2015).

    ValueError unless there are 17 characters of the alphabet.

    >>> credit_code_check("9144030071526726X")
    'G'
    """
    if len(first17) != NUMBER_CHARACTERS - 1 or not all(c in _CREDIT_VALUES for c in first17):
        raise ValueError("a credit code begins with 17 characters of its alphabet")
    weighted = zip(first17, _CREDIT_WEIGHTS, strict=True)
    return CREDIT_ALPHABET[-sum(_CREDIT_VALUES[c] * weight for c, weight in weighted) % 31]


def _birth_date_in(digits: str) -> date | None:
    try:
        return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
