"""WhatsApp's messages that were never brought: asked for at a start, then by one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import cast

import pytest
import structlog

from bots.transport import Transport
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter
from core.messages import InboundKind, InboundMessage
from storage import tables
from storage.leases import Leases
from sunup.channels import Channels
from sunup.processes.whatsapp import EVERY, LONGEST, OVERLAP, MissedMessages
from tests.fakes.twilio import FakeTwilio, Person
from tests.integration.storage.desk import Desk


class Rows:
    """Adapters as `Channels` has them."""

    def __init__(self, *adapters: WhatsAppAdapter) -> None:
        self.adapters = list(adapters)

    def all(self, channel: str) -> list[WhatsAppAdapter]:
        return self.adapters


class Site:
    """A Twilio that can bring nothing, beside a database."""

    def __init__(self, desk: Desk, twilio: FakeTwilio, transport: Transport) -> None:
        self.desk, self.twilio = desk, twilio
        self.intake = desk.intake()
        self.account = twilio.account()
        known = TwilioAccount(self.account.sid, self.account.auth_token, self.account.sender)
        self.adapter = WhatsAppAdapter("default", known, TwilioUrls("", twilio.url, twilio.url), transport)
        self.leases = Leases(desk.database, desk.clock)
        self.asha: Person = twilio.person("Asha")

    def missed(self) -> MissedMessages:
        """Return what one process runs."""
        return MissedMessages(
            cast("Channels", Rows(self.adapter)),
            self.intake,
            self.desk.accounts,
            database=self.desk.database,
            clock=self.desk.clock,
            leases=self.leases,
        )

    async def hear(self, words: str) -> None:
        """Let Twilio bring a message, as it does where somebody answers."""
        message = InboundMessage(
            f"SM{len(self.account.messages):032x}x",
            "whatsapp",
            "default",
            self.asha.address,
            self.asha.address,
            InboundKind.TEXT,
            words,
        )
        await self.intake.take([message])

    def asked(self) -> int:
        return sum(name == "list" for name, _ in self.account.calls)

    def heard(self) -> list[str]:
        return self.desk.heard(self.asha.address)


@pytest.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    desk = Desk(database_url)
    async with FakeTwilio() as twilio, Transport() as transport:
        site = Site(desk, twilio, transport)
        site.intake.start()
        yield site
        await asyncio.to_thread(site.intake.stop)
    desk.close()


async def test_look_takes_what_was_not_brought_once(site: Site) -> None:
    await site.hear("first")
    for words in ("second", "third"):
        await site.asha.say(words)
    assert await site.missed().look(site.adapter) == EVERY
    assert await site.missed().look(site.adapter, alone=False) == EVERY
    assert (site.heard(), site.asked()) == (["first", "second", "third"], 2)


async def test_account_that_never_heard_anything_has_missed_nothing(site: Site) -> None:
    await site.asha.say("from before we were there")
    assert await site.missed().look(site.adapter) == EVERY
    assert (site.asked(), site.desk.count(tables.people)) == (0, 0)


async def test_look_is_left_to_the_process_that_does_it(site: Site) -> None:
    await site.hear("first")
    site.leases.take("whatsapp-missed:default", "another process", EVERY * 2)
    await site.asha.say("second")
    assert await site.missed().look(site.adapter) == EVERY
    assert site.asked() == 0
    site.desk.clock.ahead = EVERY * 2 + timedelta(seconds=1)
    await site.missed().look(site.adapter)
    assert site.heard() == ["first", "second"]


async def test_process_that_starts_looks_whoever_held_the_lease_when_it_died(site: Site) -> None:
    await site.hear("first")
    site.leases.take("whatsapp-missed:default", "a process that was killed", EVERY * 2)
    await site.asha.say("second")
    stop = asyncio.Event()
    running = asyncio.create_task(site.missed().run(stop))
    async with asyncio.timeout(10):
        while site.heard() != ["first", "second"]:  # noqa: ASYNC110 - the intake has a thread of its own
            await asyncio.sleep(0.02)
        stop.set()
        await running
    assert site.asked() == 1


async def test_twilio_that_does_not_answer_is_asked_again_sooner(site: Site) -> None:
    await site.hear("first")
    await site.asha.say("second")
    site.twilio.faults.fail(503, method="list")
    missed = site.missed()
    with structlog.testing.capture_logs() as events:
        assert await missed.look(site.adapter) < EVERY
    assert [one["event"] for one in events] == ["whatsapp_missed_not_fetched"]
    assert await missed.look(site.adapter) == EVERY
    assert site.heard() == ["first", "second"]


async def test_nothing_is_fetched_from_more_than_two_days_ago(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    async def missed(since: datetime) -> list[InboundMessage]:
        asked.append(since)
        return []

    monkeypatch.setattr(site.adapter, "missed", missed)
    await site.hear("first")
    began = site.desk.clock.now()
    for days in (0, 1, 9):
        site.desk.clock.ahead = timedelta(days=days)
        await site.missed().look(site.adapter, alone=False)
    # A little before the newest message that came, which may have overtaken another.
    assert [abs(one - (began - OVERLAP)) < timedelta(minutes=1) for one in asked[:2]] == [True, True]
    assert abs(asked[2] - (site.desk.clock.now() - LONGEST)) < timedelta(minutes=1)
