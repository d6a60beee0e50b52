"""Fixtures of the tests against a Bot API server on the loopback."""

from collections.abc import AsyncIterator

import pytest

from bots.adapter import Fetched
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.pictures import Pictures
from tests.integration.telegram.messages import PICTURE, PNG, SECRET, TOKEN


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(pace=0.01) as server:
        server.bot(TOKEN)
        yield server


@pytest.fixture
def pictures() -> Pictures:
    return Pictures({PICTURE: Fetched(PNG, "image/png", "offer.png")})


@pytest.fixture
def adapter(telegram: FakeTelegram, transport: Transport, pictures: Pictures) -> TelegramAdapter:
    return TelegramAdapter("default", TOKEN, SECRET, telegram.api_url, transport, images=pictures)


@pytest.fixture
async def asha(telegram: FakeTelegram) -> Person:
    person = telegram.person("Asha")
    await person.say("hi")
    return person
