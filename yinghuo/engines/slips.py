"""Codes on a slip: twelve characters that nobody guesses, with a check character against slips of the pen."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_CHARACTERS = 12
RANDOM_BYTES = 7  # 55 of their 56 bits are used
_READ_AS = str.maketrans("ILO", "110", " -‐–—")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = [3**place % 31 for place in range(CODE_CHARACTERS - 1)]


def code_of(random: bytes) -> str:
    """The code of seven random bytes, in groups of four.

    >>> code_of(bytes(7)), code_of(bytes(range(7)))
    ('0000-0000-0000', '0010-81G8-186M')
    """
    number = int.from_bytes(random[:RANDOM_BYTES])
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_CHARACTERS - 1)))
    whole = body + _check(body)
    return "-".join(whole[place : place + 4] for place in range(0, CODE_CHARACTERS, 4))


def read(text: str) -> str | None:
    """The twelve characters of a code as people type it; None where it cannot be one.

    >>> read(" oolo-8ig8 186m "), read("0010-81G8-186N"), read("hello")
    ('001081G8186M', None, None)
    """
    plain = text.upper().translate(_READ_AS)
    if len(plain) != CODE_CHARACTERS or not _VALUES.keys() >= set(plain):
        return None
    return plain if plain[-1] == _check(plain[:-1]) else None


def _check(body: str) -> str:
    weighted = zip(body, _WEIGHTS, strict=True)
    return ALPHABET[sum(_VALUES[character] * weight for character, weight in weighted) % 31]
