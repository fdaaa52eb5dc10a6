"""Pages of the console that belong to no desk: whether it runs, which refusals there are."""

import re

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yinghuo.console.tables import Column, Table
from yinghuo.web.refusals import SENTENCES

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 `ok` while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every refusal code with its sentence; `type` of problem details leads here."""
    columns = [Column("id", _("Code"), kind="code"), Column("sentence", _("Sentence"))]
    sentences = {code: PLACEHOLDER.sub(r"[\1]", str(sentence)) for code, sentence in sorted(SENTENCES.items())}
    rows = [{"id": code, "sentence": sentence} for code, sentence in sentences.items()]
    table = Table(name="problem", caption=_("Refusal codes"), columns=columns, rows=rows)
    return render(request, "problems.html", {"title": _("What can be refused, and why"), "table": table})
