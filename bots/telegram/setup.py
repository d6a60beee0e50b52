"""Telling Telegram about us: the bot's name, its webhook and its menu of commands.

Rare calls, made with python-telegram-bot's `Bot`; its errors are turned into ours at the border.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot, BotCommand
from telegram.error import BadRequest as LibraryBadRequest
from telegram.error import (
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bots.telegram.adapter import TelegramAdapter
from bots.telegram.delivery import RIGHT, is_delivered_to
from bots.telegram.interpret import safe_words
from bots.telegram.parse import ALLOWED_UPDATES
from bots.telegram.request import library_bot
from core import errors

MAX_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
MAX_DESCRIPTION = 256
DEFAULT_CONNECTIONS = 40

Commands = Sequence[tuple[str, str]]
"""Name without slash, and description."""


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """What Telegram says of its deliveries to us.

    Args:
        url: Where it delivers; empty while it does not.
        pending: Updates that wait.
        connections: Deliveries it makes at once.
        last_error: What went wrong last; empty where nothing did.
        last_error_at: When that was.
    """

    url: str
    pending: int
    connections: int
    last_error: str = ""
    last_error_at: datetime | None = None


async def introduce(adapter: TelegramAdapter) -> str:
    """Learn the bot's own username, keep it in the adapter and return it; proves the token as well."""
    async with _library(adapter) as bot:
        me = await bot.get_me()
    adapter.username = me.username or ""
    return adapter.username


def webhook_url(public_url: str, account: str) -> str:
    """Return where an account's updates are to be delivered."""
    base = public_url.rstrip("/") + "/webhooks/telegram"
    return base if account == "default" else f"{base}/{account}"


async def set_webhook(adapter: TelegramAdapter, public_url: str, *, connections: int = DEFAULT_CONNECTIONS) -> str:
    """Have updates delivered to us; safe to repeat.

    Args:
        adapter: The account; its secret is told to Telegram.
        public_url: Where we are reached from outside, without a path of ours.
        connections: Deliveries at once, 1 to 100.

    Returns:
        The address that was set.

    Raises:
        ConfigurationError: No secret, or an address that Telegram does not deliver to.
        SendError: Telegram refused or did not answer.
    """
    if not adapter.secret:
        raise errors.ConfigurationError("SUNUP_TELEGRAM_SECRET must be set before a webhook is.")
    url = webhook_url(public_url, adapter.account)
    if not is_delivered_to(url, adapter.api.api_url):
        raise errors.ConfigurationError(f"SUNUP_PUBLIC_URL {RIGHT}.")
    async with _library(adapter) as bot:
        await bot.set_webhook(
            url,
            secret_token=adapter.secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=connections,
            drop_pending_updates=False,
        )
    return url


async def delete_webhook(adapter: TelegramAdapter) -> None:
    """Stop deliveries and keep what waits for `getUpdates`."""
    async with _library(adapter) as bot:
        await bot.delete_webhook(drop_pending_updates=False)


async def set_commands(adapter: TelegramAdapter, commands: Mapping[str, Commands]) -> None:
    """Show a menu of commands to everyone, in several languages.

    Args:
        adapter: The account.
        commands: By two-letter language; `""` is the menu for every language not named.

    Raises:
        ConfigurationError: A name, a description or their number is not what Telegram takes.
        SendError: Telegram refused or did not answer.
    """
    for menu in commands.values():
        _check_commands(menu)
    async with _library(adapter) as bot:
        for language, menu in commands.items():
            await bot.set_my_commands(
                [BotCommand(name, description) for name, description in menu], language_code=language or None
            )


async def webhook_health(adapter: TelegramAdapter) -> WebhookHealth:
    """Ask how deliveries fare."""
    async with _library(adapter) as bot:
        info = await bot.get_webhook_info()
    return WebhookHealth(
        url=info.url,
        pending=info.pending_update_count,
        connections=info.max_connections or DEFAULT_CONNECTIONS,
        last_error=info.last_error_message or "",
        last_error_at=info.last_error_date,
    )


def _check_commands(menu: Commands) -> None:
    if len(menu) > MAX_COMMANDS:
        raise errors.ConfigurationError(f"Telegram shows at most {MAX_COMMANDS} commands.")
    for name, description in menu:
        if not COMMAND.fullmatch(name):
            raise errors.ConfigurationError(f"Command {name!r} must be 1 to 32 of a-z, 0-9 and underscore.")
        if not 1 <= len(description) <= MAX_DESCRIPTION:
            raise errors.ConfigurationError(f"Command {name!r} needs a description of 1 to {MAX_DESCRIPTION}.")


@asynccontextmanager
async def _library(adapter: TelegramAdapter) -> AsyncIterator[Bot]:
    try:
        yield library_bot(adapter.api)
    except TelegramError as error:
        raise _ours(error) from None  # the library's text may hold the token


def _ours(error: TelegramError) -> errors.SendError:
    """Classify the library's error. Its BadRequest is a NetworkError, and yet it is for good."""
    match error:
        case InvalidToken() | EndPointNotFound():
            return errors.AccountRevoked()
        case RetryAfter():
            wait = error.retry_after
            wait = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return errors.ChannelThrottled(code="429", retry_after=wait)
        case LibraryBadRequest() | ChatMigrated() | Forbidden():
            return errors.MessageRejected(safe_words(error.message), code="400")
        case _:
            return errors.ChannelUnavailable(code=type(error).__name__)
