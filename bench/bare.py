"""The limit that bench/ingest.py compares with: decode, one INSERT, answer; beside it the real application."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connections

from yinghuo.web.wsgi import application as real

TABLE = """
    CREATE TABLE IF NOT EXISTS bench_swab (
        tube text, id uuid, at timestamptz, site bigint, person uuid, PRIMARY KEY (tube, id)
    )
"""
INSERT = """
    INSERT INTO bench_swab (tube, id, at, site, person)
    SELECT tube, id, at, site, person
    FROM jsonb_to_recordset(%s::jsonb) AS given (tube text, id uuid, at timestamptz, site bigint, person uuid)
    ON CONFLICT DO NOTHING
"""
local = threading.local()


class Batch(msgspec.Struct):
    """Just enough of a batch."""

    swabs: list[dict[str, Any]]


decoder = msgspec.json.Decoder(Batch)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`/bench/bare` stores and answers; every other path is the real application."""
    if environ["PATH_INFO"] != "/bench/bare":
        return real(environ, start_response)
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(**connections["default"].get_connection_params(), autocommit=True)
    swabs = decoder.decode(environ["wsgi.input"].read()).swabs
    local.connection.execute(INSERT, [msgspec.json.encode(swabs).decode()])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [msgspec.json.encode({"kept": [UUID(swab["id"]) for swab in swabs]})]
