"""Fixtures of the tests against a counterpart on the loopback."""

from collections.abc import AsyncIterator

import pytest

from bots.adapter import Fetched
from bots.slack.adapter import SlackAdapter
from bots.transport import Transport
from tests.integration.pictures import Pictures
from tests.integration.slack.counterpart import Counterpart
from tests.integration.slack.messages import CREDENTIALS, PICTURE, PNG


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
def pictures() -> Pictures:
    return Pictures({PICTURE: Fetched(PNG, "image/png", "offer.png")})


@pytest.fixture
def adapter(slack: Counterpart, transport: Transport, pictures: Pictures) -> SlackAdapter:
    return SlackAdapter("default", CREDENTIALS, slack.api_url, transport, images=pictures)
