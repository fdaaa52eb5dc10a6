"""The one error that an action may answer with: a stable code and the facts behind it."""


class Refused(Exception):
    """A request that is understood and not carried out.

    code:  stable, dotted, e.g. "stock.short"; `web` turns it into a sentence in both languages
    facts: what the sentence needs, e.g. have=3, need=5

    >>> raise Refused("stock.short", have=3, need=5)
    Traceback (most recent call last):
    yinghuo.core.refusal.Refused: stock.short have=3 need=5
    """

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in facts.items())]))
