"""What every test may ask for: a database of each kind, a queue, a browser.

Nothing here is skipped silently: a server that cannot be started is an error that says why.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
import structlog

from sunup.embedded import EmbeddedQueue, embedded_queue
from sunup.logs import QUIET_LOGGERS
from sunup.settings import PREFIX, TEST_PREFIX
from tests.servers import PostgresServer, fresh_database, start_postgres

ACCEPTANCE = Path(__file__).parent / "acceptance"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# A slow machine is no fault of a property; the same inputs on every machine make a failure repeatable.
hypothesis.settings.register_profile("sunup", deadline=None, derandomize=True)
hypothesis.settings.load_profile("sunup")


def pytest_configure() -> None:
    """Forget the operator's own settings, which would change what the tests see."""
    for name in list(os.environ):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX):
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process at a time run acceptance tests: each starts the whole program and measures time."""
    for item in items:
        if item.path.is_relative_to(ACCEPTANCE):
            item.add_marker(pytest.mark.xdist_group("acceptance"))


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Forget how a command of the product has set the logs up: its stream is closed once its test has ended."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in QUIET_LOGGERS}
    yield
    if structlog.is_configured():
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, was in quiet.items():
            logging.getLogger(name).setLevel(was)
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a running PostgreSQL, shared by the session: make databases, do not stop it."""
    given = os.environ.get("SUNUP_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    server = start_postgres()
    yield server.url
    server.remove()


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own, to stop, kill and start again."""
    server = start_postgres()
    yield server
    server.remove()


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database of the test's own."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
def sqlite_database_url(tmp_path: Path) -> str:
    """Address of an SQLite file of the test's own that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sunup.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database of each kind in turn, in the form that SUNUP_DATABASE_URL takes."""
    name = "sqlite_database_url" if request.param == "sqlite" else "postgres_database_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(scope="session")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedQueue]:
    """A real Valkey, shared by the session: do not stop it."""
    with embedded_queue(tmp_path_factory.mktemp("queue")) as queue:
        yield queue


@pytest.fixture
def redis_url(queue_server: EmbeddedQueue) -> str:
    """Address of an empty, real Valkey."""
    with redis.Redis.from_url(queue_server.url) as client:
        client.flushall()
    return queue_server.url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a browser; the only thing without which tests are skipped."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser was found; `apt-get install chromium` brings one")
    return found
