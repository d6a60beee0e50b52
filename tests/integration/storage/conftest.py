"""A desk for every test of storage."""

from collections.abc import Callable, Iterator

import pytest

from conversations.engine import Engine
from storage.sealing import Sealer
from tests.integration.storage.desk import Desk

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk() -> Iterator[OpenDesk]:
    """Opens desks over any database, several over the same one if need be; closed at the end."""
    opened: list[Desk] = []

    def opener(url: str, engine: Engine | None = None, sealer: Sealer | None = None) -> Desk:
        opened.append(Desk(url, engine, sealer))
        return opened[-1]

    yield opener
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(database_url: str, open_desk: OpenDesk) -> Desk:
    """Everything that takes messages in, over an empty database of each kind in turn."""
    return open_desk(database_url)


@pytest.fixture
def postgres_desk(postgres_database_url: str, open_desk: OpenDesk) -> Desk:
    """The same over PostgreSQL alone."""
    return open_desk(postgres_database_url)
