"""Ranges of numbered codes: how many, which, what is left of them, and how often each stretch was printed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

TAIL = re.compile(r"(.*?)([0-9]{1,18})\Z", re.DOTALL)


@dataclass(frozen=True, order=True)
class CodeRange:
    """Codes `prefix` + number of `digits` digits, from `low` to `high`, both included; ValueError when high < low.

    >>> span = CodeRange.of("JL0008", "JL0011")
    >>> len(span), list(span)
    (4, ['JL0008', 'JL0009', 'JL0010', 'JL0011'])
    """

    prefix: str
    digits: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high < 10**self.digits:
            raise ValueError(f"{self.low} to {self.high} are no {self.digits} digits in order")

    @classmethod
    def of(cls, first: str, last: str) -> "CodeRange":
        """The range between two codes; ValueError unless of one length and different in their last digits alone."""
        matched = TAIL.match(first), TAIL.match(last)
        if len(first) != len(last) or None in matched:
            raise ValueError(f"{first} and {last} are no numbers of one length")
        digits = min(len(one[2]) for one in matched if one)
        if first[:-digits] != last[:-digits]:
            raise ValueError(f"{first} and {last} differ before their last {digits} digits")
        return cls(first[:-digits], digits, int(first[-digits:]), int(last[-digits:]))

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __iter__(self) -> Iterator[str]:
        return (self.code(number) for number in range(self.low, self.high + 1))

    @property
    def first(self) -> str:
        """The first code."""
        return self.code(self.low)

    @property
    def last(self) -> str:
        """The last code."""
        return self.code(self.high)

    def code(self, number: int) -> str:
        """The code with this number."""
        return f"{self.prefix}{number:0{self.digits}d}"

    def holds(self, other: "CodeRange") -> bool:
        """Whether every code of `other` is one of these.

        >>> CodeRange.of("JL01", "JL20").holds(CodeRange.of("JL05", "JL06"))
        True
        """
        return self._alike(other) and other.first >= self.first and other.last <= self.last

    def touches(self, other: "CodeRange") -> bool:
        """Whether the two have a code in common."""
        return self._alike(other) and self.first <= other.last and other.first <= self.last

    def _alike(self, other: "CodeRange") -> bool:
        return len(self.first) == len(other.first)


def left_over(whole: CodeRange, given: Iterable[CodeRange]) -> list[CodeRange]:
    """What of `whole` lies in none of `given`, in order.

    >>> [(one.first, one.last) for one in left_over(CodeRange.of("A01", "A09"), [CodeRange.of("A03", "A05")])]
    [('A01', 'A02'), ('A06', 'A09')]
    """
    taken = sorted(_within(one, whole) for one in given if one.touches(whole))
    left, next_free = [], whole.low
    for low, high in taken:
        if low > next_free:
            left.append(CodeRange(whole.prefix, whole.digits, next_free, low - 1))
        next_free = max(next_free, high + 1)
    if next_free <= whole.high:
        left.append(CodeRange(whole.prefix, whole.digits, next_free, whole.high))
    return left


def how_often(whole: CodeRange, printed: Iterable[CodeRange]) -> list[tuple[CodeRange, int]]:
    """Stretches of `whole` with how many of `printed` cover each, in order; 0 where none does.

    >>> often = how_often(CodeRange.of("A1", "A9"), [CodeRange.of("A1", "A6"), CodeRange.of("A4", "A4")])
    >>> [(one.first, one.last, count) for one, count in often]
    [('A1', 'A3', 1), ('A4', 'A4', 2), ('A5', 'A6', 1), ('A7', 'A9', 0)]
    """
    steps = {whole.low: 0, whole.high + 1: 0}
    for one in printed:
        if one.touches(whole):
            low, high = _within(one, whole)
            steps[low] = steps.get(low, 0) + 1
            steps[high + 1] = steps.get(high + 1, 0) - 1
    stretches: list[tuple[CodeRange, int]] = []
    count = 0
    for low, after in pairwise(sorted(steps)):
        count += steps[low]
        if stretches and stretches[-1][1] == count:
            low = stretches.pop()[0].low
        stretches.append((CodeRange(whole.prefix, whole.digits, low, after - 1), count))
    return stretches


def _within(one: CodeRange, whole: CodeRange) -> tuple[int, int]:
    """The numbers of `one` as `whole` counts them, cut to it."""
    low, high = (int(code[len(whole.prefix) :]) for code in (max(one.first, whole.first), min(one.last, whole.last)))
    return low, high
