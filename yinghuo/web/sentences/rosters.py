"""Sentences for what is refused about rosters, and about files that a list is exported to."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {
    "export.too_long": 413,
    "roster.columns": 422,
    "roster.empty": 422,
    "roster.encoding": 422,
    "roster.policy": 422,
    "roster.workbook": 422,
}
SENTENCES: dict[str, Promise] = {
    "export.too_long": lazy(
        "The list has more rows than a sheet of Excel holds (%(most)s), and nothing is cut off here. Take CSV or "
        "Parquet, or narrow the list."
    ),
    "roster.busy": lazy("This roster is being worked on at this moment. Wait until it is done."),
    "roster.columns": lazy(
        "Say which column holds the name, and which an identity number, another document, or both birth date and "
        "telephone. Nothing was read. A roster whose reading was stopped goes on with the same columns."
    ),
    "roster.decided": lazy("This was decided before. Nothing was changed; open it to see how."),
    "roster.empty": lazy("The file has no head row, so nothing was stored. Put the names of the columns into row 1."),
    "roster.encoding": lazy(
        "The file is neither CSV in UTF-8 or GB18030 nor an XLSX workbook, so nothing was stored. Save it as one of "
        "these and send it again."
    ),
    "roster.lost": lazy(
        "The database was interrupted and lost the rows that were read. Nobody was taken in. Read the file again."
    ),
    "roster.policy": lazy("Choose what becomes of people who are known already: skip, merge or new."),
    "roster.self": lazy("A person already stands for themselves. Nothing was changed."),
    "roster.stage": lazy(
        "The roster has gone on, so this step is not open now. Nothing was changed; look at it again."
    ),
    "roster.stands_already": lazy("Another merge stands in the way: take that one back first. Nothing was changed."),
    "roster.unknown": lazy("There is no such roster or pair in your area. The list may have changed: open it again."),
    "roster.workbook": lazy(
        "The workbook cannot be opened: it is damaged or has a password. Nothing was stored. Save it anew as XLSX."
    ),
}
