"""Fixtures of the tests against a counterpart on the loopback."""

import socket
from collections.abc import AsyncIterator

import pytest

from bots.adapter import Fetched
from bots.slack.adapter import SlackAdapter
from bots.transport import Transport
from core import errors
from core.ids import MediaId
from tests.integration.slack.counterpart import Counterpart
from tests.integration.slack.messages import CREDENTIALS, PICTURE, PNG


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
async def slack() -> AsyncIterator[Counterpart]:
    counterpart = Counterpart()
    async with counterpart.server:
        yield counterpart


@pytest.fixture
async def elsewhere() -> AsyncIterator[Counterpart]:
    """A server that is none of Slack's."""
    counterpart = Counterpart()
    async with counterpart.server:
        yield counterpart


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
def adapter(slack: Counterpart, transport: Transport, pictures: Pictures) -> SlackAdapter:
    return SlackAdapter("default", CREDENTIALS, slack.api_url, transport, images=pictures)
