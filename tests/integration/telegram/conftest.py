"""Fixtures of the tests against a Bot API server on the loopback."""

import socket
from collections.abc import AsyncIterator

import pytest

from bots.adapter import Fetched
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from core.ids import MediaId
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import PICTURE, PNG, SECRET, TOKEN


class Pictures:
    """Kept pictures by id, as the media store would give them."""

    def __init__(self) -> None:
        self.kept: dict[MediaId, Fetched] = {PICTURE: Fetched(PNG, "image/png", "offer.png")}
        self.down = False

    async def __call__(self, media: MediaId) -> Fetched:
        if self.down:
            raise errors.StorageUnavailable
        if media not in self.kept:
            raise errors.MediaRejected("unavailable")
        return self.kept[media]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(pace=0.01) as server:
        server.bot(TOKEN)
        yield server


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with Transport() as shared:
        yield shared


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def pictures() -> Pictures:
    return Pictures()


@pytest.fixture
def adapter(telegram: FakeTelegram, transport: Transport, pictures: Pictures) -> TelegramAdapter:
    return TelegramAdapter("default", TOKEN, SECRET, telegram.api_url, transport, images=pictures)


@pytest.fixture
async def asha(telegram: FakeTelegram) -> Person:
    person = telegram.person("Asha")
    await person.say("hi")
    return person
