"""The scenario at three scales, each built once a run."""

import pytest

from yinghuo.demo.scenario import Scenario, build

SCALES = [1.0, 0.1, 0.01]


@pytest.fixture(scope="session")
def scenarios() -> dict[float, Scenario]:
    return {scale: build(scale) for scale in SCALES}


@pytest.fixture(scope="session", params=SCALES)
def scenario(request: pytest.FixtureRequest, scenarios: dict[float, Scenario]) -> Scenario:
    return scenarios[request.param]


@pytest.fixture(scope="session")
def full(scenarios: dict[float, Scenario]) -> Scenario:
    return scenarios[1.0]
