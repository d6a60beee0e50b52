"""Telegram's inbound side in the web process: webhooks are set, or updates are fetched by long polling."""

import asyncio
import socket
from collections.abc import Sequence
from datetime import timedelta
from os import getpid
from secrets import token_hex
from types import ModuleType

import structlog

from bots.adapter import Request
from bots.telegram.adapter import TelegramAdapter
from conversations import phrases
from conversations.commands import MENU_COMMANDS
from core import errors
from core.undigested import Undigested
from storage.intake import Intake
from storage.leases import Leases
from sunup.channels import Channels
from sunup.composition import AsyncBurial
from sunup.processes.stopping import rest
from sunup.settings import Settings

_log = structlog.get_logger()

LEASE = timedelta(seconds=30)
_LOOK = timedelta(seconds=5)
_RETRY = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=10)
_DATABASE_RETRY = timedelta(seconds=1)


class TelegramDoor:
    """Brings updates in for every Telegram account, as the settings say.

    Args:
        channels: The accounts.
        intake: Where updates go.
        burial: Where updates go that cannot be understood.
        leases: Only one process may poll for a bot; Telegram answers a second one with 409.
    """

    def __init__(self, channels: Channels, intake: Intake, burial: AsyncBurial, leases: Leases) -> None:
        self._channels = channels
        self._intake = intake
        self._burial = burial
        self._leases = leases
        self._owner = f"{socket.gethostname()[:24]}-{getpid()}-{token_hex(4)}"

    async def run(self, settings: Settings, stop: asyncio.Event) -> None:
        """Serve every account by webhook or polling, also those that are added later, until told to stop."""
        tasks: dict[TelegramAdapter, asyncio.Task[None]] = {}
        try:
            while not stop.is_set():
                # By object: an account with new credentials is another adapter.
                for adapter in [one for one in self._adapters() if one not in tasks]:
                    tasks[adapter] = asyncio.create_task(self._serve(adapter, settings, stop))
                await rest(stop, _LOOK)
        finally:
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    def _adapters(self) -> list[TelegramAdapter]:
        return [one for one in self._channels.all("telegram") if isinstance(one, TelegramAdapter)]

    async def _serve(self, adapter: TelegramAdapter, settings: Settings, stop: asyncio.Event) -> None:
        await asyncio.gather(self._bring(adapter, settings, stop), self._introduce(adapter, stop))

    async def _bring(self, adapter: TelegramAdapter, settings: Settings, stop: asyncio.Event) -> None:
        """Have updates brought by webhook, or fetch them as long as the account is this one."""
        while not stop.is_set() and self._is_current(adapter):
            try:
                if settings.telegram_mode == "webhook":
                    await self._set_webhook(adapter, settings.public_url)
                    return
                await self._poll(adapter, stop)
            except errors.StorageUnavailable:
                _log.warning("telegram_waits_for_database", account=adapter.account)
                await rest(stop, _DATABASE_RETRY)
            except errors.AccountRevoked:
                _log.error("telegram_token_refused", account=adapter.account)
                await rest(stop, 10 * _RETRY)
            except errors.ConfigurationError as error:
                _log.error("telegram_not_set_up", account=adapter.account, why=str(error))
                return
            except errors.SendError as error:
                _log.warning("telegram_not_reached", account=adapter.account, code=error.code, why=str(error))
                await rest(stop, _RETRY)
            except Exception:  # noqa: BLE001 - an account that ends here in silence would never be heard again
                _log.exception("telegram_not_served", account=adapter.account)
                await rest(stop, _RETRY)

    def _is_current(self, adapter: TelegramAdapter) -> bool:
        return self._channels.find("telegram", adapter.account) is adapter

    async def _set_webhook(self, adapter: TelegramAdapter, public_url: str | None) -> None:
        """Have updates delivered to us; without a public address somebody else must have told Telegram where."""
        if public_url is None:
            _log.warning("telegram_webhook_not_set", account=adapter.account, why="SUNUP_PUBLIC_URL is not set")
            return
        await _setup().set_webhook(adapter, public_url)
        _log.info("telegram_webhook_set", account=adapter.account)

    async def _introduce(self, adapter: TelegramAdapter, stop: asyncio.Event) -> None:
        """Learn the bot's name and show its menu, once; without either the bot serves all the same."""
        pause = _RETRY
        while not stop.is_set() and self._is_current(adapter):
            try:
                await _setup().introduce(adapter)
                await _setup().set_commands(adapter, _menus())
            except Exception as error:  # noqa: BLE001 - whatever a menu dies of, the bot can answer without it
                _log.warning("telegram_not_introduced", account=adapter.account, error=type(error).__name__)
                await rest(stop, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    async def _poll(self, adapter: TelegramAdapter, stop: asyncio.Event) -> None:
        """Poll while we hold the lease of this bot; another process takes over when we are gone."""
        from bots.telegram.polling import poll

        name = f"telegram-polling:{adapter.account}"
        if not await asyncio.to_thread(self._leases.take, name, self._owner, LEASE):
            await rest(stop, LEASE / 3)
            return
        lost = asyncio.Event()
        keeper = asyncio.create_task(self._keep_lease(name, stop, lost))
        _log.info("telegram_polling", account=adapter.account)

        async def take(requests: Sequence[Request]) -> None:
            await self._intake.take([message for request in requests for message in adapter.parse(request)])

        async def bury(request: Request, error: errors.Uninterpretable) -> None:
            what = Undigested("webhook", str(error), "telegram", account=adapter.account)
            await self._burial.bury(what, request.body)

        try:
            await poll(adapter, take, bury, stop=lost)
        finally:
            lost.set()
            await keeper
            await asyncio.to_thread(self._leases.release, name, self._owner)

    async def _keep_lease(self, name: str, stop: asyncio.Event, lost: asyncio.Event) -> None:
        """Renew the lease until it is lost or the process stops; either way the polling ends."""
        while not stop.is_set() and not lost.is_set():
            await rest(stop, LEASE / 3)
            try:
                if not await asyncio.to_thread(self._leases.take, name, self._owner, LEASE):
                    break
            except errors.StorageUnavailable:
                continue
        lost.set()


def _setup() -> ModuleType:
    """Return what tells Telegram about us; imported when there is a bot, for it costs a second of the start."""
    from bots.telegram import setup

    return setup


def _menus() -> dict[str, list[tuple[str, str]]]:
    """Return the menu of commands in every language; the empty tag is everybody else's."""
    menus = {}
    for tag in ("", *phrases.SENTENCES):
        language = tag or "en"
        menus[tag] = [(name, phrases.phrase(language, f"command_{name}")) for name in MENU_COMMANDS]
    return menus
