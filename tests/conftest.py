"""Test fixtures: a real PostgreSQL for this run alone, unless TEST_DATABASE_URL names one."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import translation


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A running PostgreSQL's address; an embedded one, deleted afterwards, unless a server is given."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    from yinghuo.web import embedded

    with tempfile.TemporaryDirectory(prefix="yinghuo-test-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        yield server.get_uri("postgres")
        connections.close_all()
        server.cleanup()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    server_url: str,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Points Django at this run's server."""
    from yinghuo.web.settings import _database

    wanted = _database(server_url)
    settings = connections["default"].settings_dict
    settings.update({name: wanted[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})


@pytest.fixture(autouse=True)
def _language_of_the_settings() -> Iterator[None]:
    """A page that a test asked for in Chinese leaves nothing to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _flush_may_truncate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleaned by TRUNCATE, which append-only tables refuse: lift that for the cleaning alone."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
