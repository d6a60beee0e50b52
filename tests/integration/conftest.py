"""What the tests of several channels and commands share: an HTTP client, and providers with somebody's account."""

import socket
from collections.abc import AsyncIterator

import pytest

from bots.transport import Transport
from tests.fakes.twilio import Account, FakeTwilio


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with Transport() as shared:
        yield shared


@pytest.fixture
def unused_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        yield server


@pytest.fixture
def account(twilio: FakeTwilio) -> Account:
    return twilio.account()
