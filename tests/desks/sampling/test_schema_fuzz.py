"""The doors keep to the OpenAPI that they publish, whatever is sent to them."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.desks.sampling.world import START, STREET, World
from yinghuo.core.people import actions as people
from yinghuo.web.wsgi import application

pytestmark = pytest.mark.django_db

EXAMPLES = 40
DOORS = {
    "POST /api/v1/swabs": "phone",
    "POST /api/v1/tubes": "phone",
    "POST /api/v1/boxes": "phone",
    "POST /api/v1/handovers": "courier",
    "POST /api/v1/results": "laboratory",
    "GET /api/v1/ledger/checkpoint": "",
    "GET /api/v1/ledger/entries/{entry_id}/proof": "",
    "GET /api/v1/ledger/growth": "",
}


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


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("door", DOORS)
def test_every_answer_is_one_that_is_documented(
    door: str, mode: GenerationMode, published: OpenApiSchema, tokens: dict[str, str]
) -> None:
    method, _, path = door.partition(" ")
    headers = {"Authorization": f"Bearer {tokens[DOORS[door]]}"} if DOORS[door] else {}

    @given(case=published[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def conforms(case: Case) -> None:
        case.call_and_validate(headers=headers)

    conforms()
