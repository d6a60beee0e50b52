"""Telegram's inbound side of the web process: brought by webhook or fetched, and never given up in silence."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import structlog

from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from storage import tables
from storage.leases import Leases
from sunup.channels import Channels
from sunup.composition import AsyncBurial
from sunup.processes import telegram as process
from sunup.processes.telegram import TelegramDoor
from sunup.settings import Settings, read_settings
from tests.fakes.telegram import FakeTelegram
from tests.integration.storage.desk import Desk

TOKEN = "424242:" + "t" * 35
SECRET = "s" * 32


class Rows:
    """Adapters as `Channels` has them."""

    def __init__(self, *adapters: TelegramAdapter) -> None:
        self.adapters = list(adapters)

    def all(self, channel: str) -> list[TelegramAdapter]:
        return self.adapters

    def find(self, channel: str, account: str) -> TelegramAdapter | None:
        return next((one for one in self.adapters if one.account == account), None)


class Site:
    """A door over a database and a Bot API."""

    def __init__(self, desk: Desk, telegram: FakeTelegram, transport: Transport) -> None:
        self.desk, self.telegram, self.transport = desk, telegram, transport
        self.bot = telegram.bot(TOKEN)
        self.intake = desk.intake()
        self.rows = Rows(self.adapter())
        self.leases = Leases(desk.database, desk.clock)

    def adapter(self) -> TelegramAdapter:
        return TelegramAdapter("default", TOKEN, SECRET, self.telegram.api_url, self.transport)

    def door(self) -> TelegramDoor:
        channels, burial = cast(Channels, self.rows), AsyncBurial(self.desk.dead_letters)
        return TelegramDoor(channels, self.intake, burial, self.leases)

    @asynccontextmanager
    async def serving(self, settings: Settings) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.door().run(settings, stop))
        try:
            yield
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await task


@pytest.fixture
async def site(sqlite_database_url: str) -> AsyncIterator[Site]:
    desk = Desk(sqlite_database_url)
    async with FakeTelegram(pace=0.01) as telegram, Transport() as transport:
        site = Site(desk, telegram, transport)
        site.intake.start()
        yield site
        await asyncio.to_thread(site.intake.stop)
    desk.close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    def read(**given: str) -> Settings:
        own = {"DATA_DIR": str(tmp_path), "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
        for name, value in (own | given).items():
            monkeypatch.setenv(f"SUNUP_{name}", value)
        return read_settings(None)

    return read


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a server of its own
            await asyncio.sleep(0.02)


async def test_polling_goes_on_after_a_database_that_was_away_for_the_lease(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_DATABASE_RETRY", timedelta(seconds=0.01))
    take, away = site.leases.take, [True, True]

    def fail(*given: object) -> bool:
        if away:
            away.pop()
            raise errors.StorageUnavailable
        return take(*given)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(site.leases, "take", fail)
    async with site.serving(settings(TELEGRAM_MODE="polling")):
        await site.telegram.person("Asha", bot=site.bot).say("hello")
        await until(lambda: site.desk.count(tables.messages))


async def test_fault_while_serving_is_told_and_the_account_served_again(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_RETRY", timedelta(seconds=0.01))
    take, faults = site.leases.take, [ZeroDivisionError()]

    def fail(*given: object) -> bool:
        if faults:
            raise faults.pop()
        return take(*given)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(site.leases, "take", fail)
    with structlog.testing.capture_logs() as ours:
        async with site.serving(settings(TELEGRAM_MODE="polling")):
            await site.telegram.person("Asha", bot=site.bot).say("hello")
            await until(lambda: site.desk.count(tables.messages))
    assert "telegram_not_served" in [line["event"] for line in ours]


async def test_webhook_without_a_public_address_is_left_as_it_is_and_nothing_is_fetched(
    site: Site, settings: Callable[..., Settings]
) -> None:
    with structlog.testing.capture_logs() as ours:
        async with site.serving(settings(TELEGRAM_MODE="webhook")):
            await until(lambda: any(method == "setMyCommands" for method, _ in site.bot.calls))
    methods = {method for method, _ in site.bot.calls}
    assert methods.isdisjoint({"getUpdates", "setWebhook", "deleteWebhook"})
    assert [line["why"] for line in ours if line["event"] == "telegram_webhook_not_set"] == [
        "SUNUP_PUBLIC_URL is not set"
    ]


async def test_bot_that_could_not_be_introduced_is_introduced_later(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_RETRY", timedelta(seconds=0.01))
    site.telegram.faults.fail(502, method="getMe", times=2)
    async with site.serving(settings(TELEGRAM_MODE="polling")):
        await until(lambda: any(method == "setMyCommands" for method, _ in site.bot.calls))
    assert site.rows.adapters[0].username == site.bot.username


async def test_bot_is_introduced_once_however_long_another_process_polls(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LEASE", process.LEASE / 1000)
    refusals = 0

    def refuse(*given: object) -> bool:
        nonlocal refusals
        refusals += 1
        return False

    monkeypatch.setattr(site.leases, "take", refuse)
    async with site.serving(settings(TELEGRAM_MODE="polling")):
        await until(lambda: refusals > 5)
    assert [method for method, _ in site.bot.calls].count("getMe") == 1


async def test_account_with_new_credentials_is_served_even_where_the_old_one_was_forgotten(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python gives a new adapter the address of one that is gone; the two must not be taken for one."""
    monkeypatch.setattr(process, "_LOOK", timedelta(seconds=0.01))
    async with site.serving(settings(PUBLIC_URL="http://127.0.0.1:9")):
        for _ in range(5):
            site.bot.calls.clear()
            site.rows.adapters[:] = []
            site.rows.adapters.append(site.adapter())
            await until(lambda: any(method == "setWebhook" for method, _ in site.bot.calls))
            await until(lambda: any(method == "setMyCommands" for method, _ in site.bot.calls))
            await asyncio.sleep(0.05)


async def test_webhook_that_telegram_refuses_is_told_in_its_words(
    site: Site, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Bad Request: bad webhook: HTTPS url must be provided for webhook"
    site.telegram.faults.refuse(400, words, method="setWebhook")
    with structlog.testing.capture_logs() as ours:
        async with site.serving(settings(PUBLIC_URL="http://127.0.0.1:9")):
            await until(lambda: any(line["event"] == "telegram_not_reached" for line in ours))
    [told] = [line for line in ours if line["event"] == "telegram_not_reached"]
    assert "https url must be provided" in told["why"].lower()
