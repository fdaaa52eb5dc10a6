"""Files of a whole list, not of the page shown: `?as=csv`, `?as=xlsx`, `?as=parquet` on the page's own address.

The filter is the page's, and so are the rights: a file is made by reading the same view page after page.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse

from yinghuo.console.exports.forms import as_csv, as_parquet, as_xlsx
from yinghuo.console.exports.pages import gathered, parts
from yinghuo.console.tables import Table

__all__ = ["FORMS", "as_csv", "as_parquet", "as_xlsx", "asked", "parts"]
FORMS = {"csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet}


def asked(request: HttpRequest, table: Table) -> HttpResponse | None:
    """The file that the address asks for; None when it asks for the page.

    Refused: "export.too_long" for a workbook of more rows than Excel holds; nothing is ever cut off
    """
    read_on = gathered(request, table)
    if read_on:
        return read_on
    form = request.GET.get("as", "")
    if form not in FORMS:
        return None
    return cast("HttpResponse", FORMS[form](table, parts(request, table)))  # streamed or not, views hand it on
