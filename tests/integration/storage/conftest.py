"""A desk for every test of storage."""

from collections.abc import Callable, Iterator

import pytest

from conversations.engine import Engine
from storage.sealing import Sealer
from tests.integration.storage.chats import Chats
from tests.integration.storage.desk import Desk

OpenChats = Callable[[str], Chats]
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


@pytest.fixture
def open_chats() -> Iterator[OpenChats]:
    """Opens databases at which people write in several chats, as `open_desk` does."""
    opened: list[Chats] = []

    def opener(url: str) -> Chats:
        opened.append(Chats(url))
        return opened[-1]

    yield opener
    for chats in opened:
        chats.close()


@pytest.fixture
def chats(database_url: str, open_chats: OpenChats) -> Chats:
    """People who write in several chats, over an empty database of each kind in turn."""
    return open_chats(database_url)
