"""The doors keep to the OpenAPI that they publish, whatever is sent to them."""

from collections.abc import Iterator
from uuid import UUID

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.desks.sampling.world import START, STREET, World
from yinghuo.core.people import actions as people
from yinghuo.web.wsgi import application

pytestmark = pytest.mark.django_db

DOORS = {
    "POST /api/v1/swabs": "phone",
    "POST /api/v1/tubes": "phone",
    "POST /api/v1/boxes": "phone",
    "POST /api/v1/handovers": "courier",
    "POST /api/v1/results": "laboratory",
    "POST /api/v1/corrections": "phone",
    "POST /api/v1/voids": "phone",
    "POST /api/v1/phone/enrol": "",
    "GET /api/v1/phone/sites": "phone",
    "GET /api/v1/phone/manifest": "phone",
    "GET /api/v1/phone/unboxed": "phone",
    "POST /api/v1/codes": "phone",
    "POST /api/v1/look-ups": "",
    "GET /api/v1/look-ups/{token}": "",
    "POST /api/v1/reports": "phone",
    "POST /api/v1/visits": "team",
    "POST /api/v1/follow-ups": "team",
    "GET /api/v1/follow-ups/rounds": "team",
    "GET /api/v1/follow-ups/rounds/{round_id}": "team",
    "GET /api/v1/ledger/checkpoint": "",
    "GET /api/v1/ledger/entries/{entry_id}/proof": "",
    "GET /api/v1/ledger/growth": "",
}
BATCHES = {door for door, kind in DOORS.items() if door.startswith("POST") and kind}
WITHOUT_INPUT = ("GET /api/v1/ledger/checkpoint", "GET /api/v1/phone/sites", "GET /api/v1/look-ups/{token}")
NO_INPUT = {(door, GenerationMode.NEGATIVE) for door in WITHOUT_INPUT}  # there is nothing that could be wrong
# A batch is taken even when items in it are malformed: check_items says it more exactly than these two.
JUDGED_HERE = [negative_data_rejection, positive_data_acceptance]
FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a failing batch is told as it was: making it small takes minutes
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def published() -> Iterator[OpenApiSchema]:
    """What the doors publish; requests keep the test's connection, as Django's own test client does."""
    between = (request_started, request_finished)
    for signal in between:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in between:
        signal.connect(close_old_connections)


@pytest.fixture
def tokens() -> dict[str, str]:
    """A token for each kind of device."""
    site = World().site
    fields = {"by": "user:1", "at": START, "area_code": STREET, "site_id": site.id}
    return {kind: people.enrol_device(kind, kind, **fields)[1] for kind in filter(None, set(DOORS.values()))}


def test_the_doors_tried_here_are_all_that_are_published(published: OpenApiSchema) -> None:
    assert sorted(DOORS) == sorted(one.ok().label for one in published.get_all_operations())


@pytest.mark.parametrize(
    ("door", "mode"), [(door, mode) for door in DOORS for mode in GenerationMode if (door, mode) not in NO_INPUT]
)
def test_every_answer_is_one_that_is_documented(
    door: str, mode: GenerationMode, published: OpenApiSchema, tokens: dict[str, str]
) -> None:
    method, _, path = door.partition(" ")
    headers = {"Authorization": f"Bearer {tokens[DOORS[door]]}"} if DOORS[door] else {}

    @given(case=published[path][method].as_strategy(generation_mode=mode))
    @FEW
    def conforms(case: Case) -> None:
        answer = case.call_and_validate(headers=headers, excluded_checks=JUDGED_HERE)
        if door in BATCHES and isinstance(case.body, dict) and answer.status_code == 200:
            check_items(door, case.body, answer.json(), published, mode)
        elif door in BATCHES and mode is GenerationMode.POSITIVE and case.media_type == "application/json":
            assert not in_time(case.body["sent_at"]), answer.text

    conforms()


def check_items(door: str, body: dict, answer: dict, published: OpenApiSchema, mode: GenerationMode) -> None:
    """What is kept fits the published item; a published item is turned away only for what a schema cannot say."""
    name = door.rpartition("/")[2]
    item = jsonschema_rs.validator_for(item_schema(published, name))
    malformed = {one["index"]: one["code"] for one in answer["malformed"]}
    kept = [one for index, one in enumerate(body[name]) if index not in malformed]
    assert [str(UUID(one["id"])) for one in kept] == answer["kept"]
    assert not [(one, error.message) for one in kept for error in item.iter_errors(one)]
    if mode is GenerationMode.POSITIVE:
        assert not [one for one in answer["malformed"] if not beyond_schema(one)]


def beyond_schema(malformed: dict) -> bool:
    """Turned away for the year, the area, a symptom, person and identity, a tube moved to, or 1.0 where 1 is meant."""
    codes = (
        "item.time",
        "item.area",
        "item.symptom",
        "swab.person",
        "visit.person",
        "correction.to_tube",
        "code.check",
    )
    return malformed["code"] in codes or "Expected `int`, got `float`" in malformed["detail"]


def item_schema(published: OpenApiSchema, name: str) -> dict:
    operation = published.raw_schema["paths"][f"/api/v1/{name}"]["post"]
    return operation["requestBody"]["content"]["application/json"]["schema"]["properties"][name]["items"]


def in_time(sent_at: str) -> bool:
    """A moment that the door takes, by the words of its schema."""
    return 1970 < int(sent_at[:4]) < 2998
