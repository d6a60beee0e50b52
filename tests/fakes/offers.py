"""The fakes as somebody tries them: each with a page to talk on, and what the program is to be told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.fakes.control import Control
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio

PORTS = {"telegram": 8081, "slack": 8082, "whatsapp": 8083}
"""Where each listens unless it is told otherwise."""


class Fake(Protocol):
    """A fake server."""

    @property
    def url(self) -> str:
        """Where it listens."""
        ...

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        ...

    async def stop(self) -> None:
        """Stop listening."""
        ...

    def connect(self, program: str) -> dict[str, str]:
        """Deliver to a program, and return what it is to be told."""
        ...


def telegram(port: int) -> Fake:
    """Return a Bot API server with one bot."""
    server = FakeTelegram(port=port)
    bot = server.bot()
    deeds = ("block", "unblock")
    Control(
        server,
        "Telegram",
        server.faults,
        find=lambda name: server.people.get(name) or server.person(name, bot=bot),
        deeds=deeds,
    )
    return server


def slack(port: int) -> Fake:
    """Return a Slack with one workspace."""
    server = FakeSlack(port=port)
    team = server.workspace()
    deeds = ("opens_home", "tap_home", "command", "submits", "changes")
    Control(
        server,
        "Slack",
        server.faults,
        find=lambda name: server.people.get(name) or server.person(name, team=team),
        deeds=deeds,
    )
    return server


def whatsapp(port: int) -> Fake:
    """Return a Twilio with one sender."""
    server = FakeTwilio(port=port)
    account = server.account()
    deeds = ("opens", "close_window", "block", "unblock", "share_location")
    Control(
        server,
        "WhatsApp",
        server.faults,
        find=lambda name: server.people.get(name) or server.person(name, account=account),
        deeds=deeds,
    )
    return server


OFFERS: dict[str, Callable[[int], Fake]] = {"telegram": telegram, "slack": slack, "whatsapp": whatsapp}
"""Every fake by the name of its channel."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A fake that runs.

    Args:
        channel: Its name.
        page: Where somebody talks.
        settings: What the program is to be told, by the names of its settings.
    """

    channel: str
    page: str
    settings: dict[str, str]


async def serve(channels: dict[str, int], program: str, tell: Callable[[list[Offer]], None]) -> None:
    """Start fakes, tell of them, and serve until cancelled.

    Args:
        channels: Names with their ports; 0 takes a free one.
        program: Where the program listens.
        tell: Is given what runs, once it runs.

    Raises:
        OSError: A port is taken.
    """
    running: dict[str, Fake] = {}
    try:
        for channel, port in channels.items():
            running[channel] = OFFERS[channel](port)
            await running[channel].start()
        tell([Offer(name, f"{fake.url}/control", fake.connect(program)) for name, fake in running.items()])
        await asyncio.Event().wait()
    finally:
        for fake in running.values():
            await fake.stop()
