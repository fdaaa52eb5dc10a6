"""Doors written down in OpenAPI: batches read off their wire types, answers, and problems by status."""

from collections.abc import Mapping
from typing import Any

import msgspec

from yinghuo.core.doors.batches import LARGEST_BATCH, SCHEMA

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
UUID_TEXT, DAY, MOMENT = TEXT | {"format": "uuid"}, TEXT | {"format": "date"}, TEXT | {"format": "date-time"}
SENT_AT = "the device's clock when it sent this, with its offset; a year from 1970 to 2998"
FORM = "the form of the items: 2 is today's, and the same as none; an older one is read until its last day"
REVOKED = "No token, or the device was revoked"
ASK_AGAIN = "The database does not answer; ask again"
OF_BATCHES = {
    400: "The body is not a batch at all",
    401: REVOKED,
    403: "This kind of device does not send such facts",
    409: "The form of the items is not read, or no longer; keep them and update the program",
    503: "Nothing can be stored now; keep what you have and send it again",
}


def record(**properties: Schema) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def several(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


PROBLEM = record(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, code=TEXT)


def problem(description: str) -> Schema:
    """An answer in problem details (RFC 9457)."""
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}


def answering(
    schema: Schema, problems: dict[int, str], *, of: str = "application/json", description: str = "OK"
) -> Schema:
    """A door that answers this, or with one of these problems by status; any may find the database gone (503)."""
    given: dict[int, Schema] = {200: {"description": description, "content": {of: {"schema": schema}}}}
    return {"responses": given | {status: problem(words) for status, words in ({503: ASK_AGAIN} | problems).items()}}


def taking(
    name: str, item: type[msgspec.Struct], answer: type[msgspec.Struct], *, most: int = LARGEST_BATCH, csv: str = ""
) -> Schema:
    """A door that takes batches `{"sent_at": time, NAME: [item, …]}`, read off the wire types.

    csv: what the head of a CSV file looks like, where one is taken too
    """
    (one, said), parts = msgspec.json.schema_components([item, answer], ref_template="#/components/schemas/{name}")
    batch = record(sent_at=MOMENT | {"description": SENT_AT})
    batch["required"] = ["sent_at", name]
    batch["properties"]["schema"] = {"enum": [SCHEMA, None], "description": FORM}
    batch["properties"][name] = several(inlined(one, parts)) | {"maxItems": most}
    content: Schema = {"application/json": {"schema": batch}}
    if csv:
        content["text/csv"] = {"schema": TEXT | {"description": csv}}
    problems = OF_BATCHES | {413: f"More than {most:,} items"}
    answers = answering(inlined(said, parts), problems, description="Kept, after commit")
    return {"requestBody": {"required": True, "content": content}} | answers


def inlined(schema: Any, parts: Mapping[str, Any]) -> Any:
    """The schema with each reference replaced by what it names."""
    if isinstance(schema, list):
        return [inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return inlined(parts[schema["$ref"].rpartition("/")[2]], parts)
    plain = {key: inlined(value, parts) for key, value in schema.items()}
    if isinstance(plain.get("pattern"), str):  # JSON Schema writes the end as ECMA-262 does
        plain["pattern"] = plain["pattern"].replace(r"\Z", "$")
    return plain
