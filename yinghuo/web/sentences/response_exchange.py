"""Sentences of refusals: the response desk, exchange."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {
    "exchange.unknown": 404,
    "exchange.unreadable": 400,
    "exchange.form": 400,
    "exchange.policy": 400,
    "exchange.source": 400,
    "exchange.columns": 400,
    "exchange.too_large": 413,
    "exchange.too_many": 413,
    "exchange.too_many_names": 413,
}
SENTENCES: dict[str, Promise] = {
    "exchange.columns": lazy(
        "A line list needs the column with its numbers. Nothing was read anew; name that column and try again."
    ),
    "exchange.form": lazy("This form of file is not understood here. Nothing was kept; choose one of the list."),
    "exchange.policy": lazy("Say what becomes of records that are known already. Nothing was kept."),
    "exchange.source": lazy(
        "Say which system the numbers are of, in at most 60 characters. Nothing was kept; add it and send again."
    ),
    "exchange.stage": lazy(
        "This import cannot do that now: it is at “%(stage)s”. Nothing was changed; open its page to see what is left."
    ),
    "exchange.too_large": lazy("The file is larger than %(most)s bytes. Nothing was kept; send it in parts."),
    "exchange.too_many": lazy(
        "That would be %(records)s records; one file holds at most %(most)s. Nothing was given out; choose one event."
    ),
    "exchange.too_many_names": lazy(
        "That would be %(people)s people with names; at most %(most)s are given out at once. Nobody was looked at; "
        "choose a smaller event, or give out pseudonyms."
    ),
    "exchange.unknown": lazy("There is no such import in your area. Nothing was changed."),
    "exchange.unreadable": lazy(
        "The file cannot be read (%(cause)s). Nothing was kept; compare it with the form that you chose."
    ),
}
