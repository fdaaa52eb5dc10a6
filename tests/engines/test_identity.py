"""Identity numbers and credit codes: the standards' own examples pass, and a slip of the pen does not."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.identity import (
    CREDIT_ALPHABET,
    birth_date,
    credit_code_check,
    credit_code_error,
    identity_check_digit,
    identity_number_error,
)

PERSON = "11010519491231002X"
COMPANY = "9144030071526726XG"
# The two examples of GB 11643-1999.
PERSONS = [PERSON, "440524188001010014"]
# Codes of companies as they publish them, and the one every encoder is tried on.
COMPANIES = [COMPANY, "914403001922038216", "91110000802100433B", "91330100799655058B", "91350100M000100Y43"]

bodies = st.builds(
    lambda area, born, serial: f"{area:06d}{born:%Y%m%d}{serial:03d}",
    st.integers(110_000, 659_999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)
persons = bodies.map(lambda body: body + identity_check_digit(body))
code_bodies = st.text(CREDIT_ALPHABET, min_size=17, max_size=17)
companies = code_bodies.map(lambda body: body + credit_code_check(body))


def changes(number: str, alphabet: str) -> list[str]:
    """Every number that differs from this one in a single character."""
    return [
        number[:place] + other + number[place + 1 :]
        for place in range(len(number))
        for other in alphabet
        if other != number[place]
    ]


def swaps(number: str) -> list[str]:
    """Every number made by swapping two unlike neighbours."""
    pairs = [(i, a, b) for i, (a, b) in enumerate(pairwise(number)) if a != b]
    return [number[:i] + b + a + number[i + 2 :] for i, a, b in pairs]


@pytest.mark.parametrize("number", PERSONS)
def test_the_examples_of_the_standard_are_in_order(number: str) -> None:
    assert identity_number_error(number) is None
    assert identity_check_digit(number[:17]) == number[17]


def test_the_birth_date_is_read_from_the_number() -> None:
    assert [birth_date(number) for number in PERSONS] == [date(1949, 12, 31), date(1880, 1, 1)]


def test_a_small_x_is_as_good_as_a_large_one() -> None:
    assert identity_number_error(PERSON.lower()) is None
    assert birth_date(PERSON.lower()) == date(1949, 12, 31)


@pytest.mark.parametrize("number", PERSONS)
def test_every_single_slip_in_an_identity_number_is_caught(number: str) -> None:
    slips = changes(number, "0123456789") + changes(number, "X")
    assert [slip for slip in slips if identity_number_error(slip) is None] == []


@given(persons)
def test_two_unlike_neighbours_swapped_in_an_identity_number_are_caught(number: str) -> None:
    assert [swap for swap in swaps(number) if identity_number_error(swap) is None] == []


@given(bodies)
def test_exactly_one_check_character_fits_an_identity_number(body: str) -> None:
    fitting = [check for check in "0123456789X" if identity_number_error(body + check) is None]
    assert fitting == [identity_check_digit(body)]


@given(persons)
def test_the_weighted_sum_of_an_identity_number_leaves_one(number: str) -> None:
    """ISO 7064 MOD 11-2 from its other side: the sum over all 18 characters is 1 modulo 11."""
    values = [10 if character == "X" else int(character) for character in number]
    assert sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", "length"),
        (PERSON[:-1], "length"),
        (PERSON + "0", "length"),
        ("110105491231002", "length"),
        ("1101051949123100X2", "character"),
        ("11010519491231002Y", "character"),
        ("11010519491231 02X", "character"),
        ("１１０１０５１９４９１２３１００２Ｘ", "character"),
        ("²" + PERSON[1:], "character"),
        ("110105194913310021", "date"),
        ("110105194902300021", "date"),
        ("110105190002290021", "date"),
        ("110105000001010021", "date"),
        ("110105194912310021", "check"),
    ],
)
def test_the_first_fault_of_an_identity_number_is_named(number: str, fault: str) -> None:
    assert identity_number_error(number) == fault
    with pytest.raises(ValueError, match=fault):
        birth_date(number)


def test_the_twenty_ninth_of_february_exists_in_leap_years_only() -> None:
    leap, common = "11010520000229001", "11010520010229001"
    assert identity_number_error(leap + identity_check_digit(leap)) is None
    assert identity_number_error(common + identity_check_digit(common)) == "date"


@pytest.mark.parametrize("body", ["", "1101051949123100", PERSON, "1101051949123100X", "１" * 17])
def test_no_check_digit_for_anything_but_17_digits(body: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        identity_check_digit(body)


@pytest.mark.parametrize("code", COMPANIES)
def test_published_credit_codes_are_in_order(code: str) -> None:
    assert credit_code_error(code) is None
    assert credit_code_check(code[:17]) == code[17]


@given(companies)
def test_every_single_slip_in_a_credit_code_is_caught(code: str) -> None:
    assert credit_code_error(code) is None
    assert [slip for slip in changes(code, CREDIT_ALPHABET) if credit_code_error(slip) != "check"] == []


@given(companies)
def test_two_unlike_neighbours_swapped_in_a_credit_code_are_caught(code: str) -> None:
    """No neighbours weigh the same modulo 31: 3^i for the first 17, of which the last is 28, and 1 for the check."""
    assert [swap for swap in swaps(code) if credit_code_error(swap) is None] == []


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_letter_that_looks_like_a_digit_is_no_part_of_a_credit_code(letter: str) -> None:
    assert credit_code_error(COMPANY[:16] + letter + COMPANY[17]) == "character"
    with pytest.raises(ValueError, match="alphabet"):
        credit_code_check(COMPANY[:16] + letter)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "length"),
        (COMPANY[:-1], "length"),
        (COMPANY + "1", "length"),
        (COMPANY.lower(), "character"),
        (COMPANY[:-1] + " ", "character"),
        (COMPANY[:-1] + "H", "check"),
    ],
)
def test_the_first_fault_of_a_credit_code_is_named(code: str, fault: str) -> None:
    assert credit_code_error(code) == fault


def test_no_check_character_for_anything_but_17_characters() -> None:
    with pytest.raises(ValueError, match="17 characters"):
        credit_code_check(COMPANY)


@given(st.text(max_size=20))
def test_any_text_is_answered_and_never_an_error(text: str) -> None:
    assert identity_number_error(text) in {None, "length", "character", "date", "check"}
    assert credit_code_error(text) in {None, "length", "character", "check"}
