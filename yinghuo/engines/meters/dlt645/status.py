"""What the bits of the seven run-status words of a meter say.

From memory of the standard; not checked against its text. The words stand under 04 00 05 01 to 07 and are read as four
hexadecimal digits.
"""

from collections.abc import Mapping

OF_PHASE: Mapping[int, str] = {
    0: "lost voltage",
    1: "under-voltage",
    2: "over-voltage",
    3: "lost current",
    4: "over-current",
    5: "overload",
    6: "power reversed",
    7: "broken phase",
    8: "broken current",
}
DAY_SET, ZONE_SET = 0, 5  # bits of word 3: set 2 of the day-period tables, of the time-zone tables, is in force
RUN_STATUS: Mapping[int, Mapping[int, str]] = {
    1: {
        1: "demand by intervals",
        2: "clock battery low",
        3: "reading battery low",
        4: "active power reversed",
        5: "reactive power reversed",
    },
    2: {
        0: "active power of phase A reversed",
        1: "active power of phase B reversed",
        2: "active power of phase C reversed",
        4: "reactive power of phase A reversed",
        5: "reactive power of phase B reversed",
        6: "reactive power of phase C reversed",
    },
    3: {
        DAY_SET: "day-period tables of set 2",
        1: "supplied by the auxiliary source",
        2: "supplied by a battery",
        3: "programming allowed",
        4: "relay open",
        ZONE_SET: "time-zone table of set 2",
        6: "relay told to open",
        7: "warning before tripping",
    },
    4: OF_PHASE,
    5: OF_PHASE,
    6: OF_PHASE,
    7: {
        0: "voltages out of order",
        1: "currents out of order",
        2: "voltages unbalanced",
        3: "currents unbalanced",
        4: "auxiliary supply lost",
        5: "power failure",
        6: "demand over its limit",
        7: "power factor under its limit",
        8: "currents severely unbalanced",
    },
}


def status_words(number: int, word: str) -> list[str]:
    """What is set in run-status word 1 to 7, lowest bit first; words 4 to 6 are of phases A, B and C.

    >>> status_words(3, "0021")
    ['day-period tables of set 2', 'time-zone table of set 2']
    """
    bits = int(word, 16)
    return [RUN_STATUS[number].get(bit, f"bit {bit}") for bit in range(16) if bits >> bit & 1]


def sets_in_force(word_3: str) -> tuple[int, int]:
    """Number (1 or 2) of the set of time zones and of the set of day periods that the meter goes by.

    >>> sets_in_force("0001")
    (1, 2)
    """
    bits = int(word_3, 16)
    return 1 + (bits >> ZONE_SET & 1), 1 + (bits >> DAY_SET & 1)
