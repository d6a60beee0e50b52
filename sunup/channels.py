"""Channels: the adapters of all accounts, kept in step with the accounts table."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from pydantic import SecretStr

from bots.adapter import Adapter
from bots.registry import CHANNELS, Surroundings
from core import errors
from storage.accounts import REFUSED, Account, Accounts, AccountStatus
from storage.sealing import Unsealable
from sunup.keys import telegram_secret
from sunup.settings import Settings

_log = structlog.get_logger()

_REFRESH_SECONDS = 5.0


class Channels:
    """Finds adapters by channel and account, or by the account's id.

    The environment's accounts are called `default`; others are rows that `sunup accounts` adds. The rows are
    read again every few seconds, so that an account that was added, renewed or paused is followed.

    Args:
        settings: The environment's credentials.
        accounts: The rows.
        around: What adapters are given.
    """

    def __init__(self, settings: Settings, accounts: Accounts, around: Surroundings) -> None:
        self._settings = settings
        self._accounts = accounts
        self._around = replace(around, has_account=self._has)
        self._adapters: dict[tuple[str, str], Adapter] = {}
        self._made_from: dict[tuple[str, str], Mapping[str, str]] = {}
        self._by_id: dict[UUID, tuple[str, str]] = {}
        self._paused: set[UUID] = set()

    def open(self) -> None:
        """Make the rows of the environment's accounts and read all of them.

        Raises:
            MasterKeyMissing: An account's credentials were sealed under another master key.
            StorageUnavailable: The database does not answer.
        """
        given = self._from_environment()
        for channel in given:
            self._accounts.id_of(channel, "default")
        for row in self._accounts.all():
            if row.name == "default" and row.channel in given and row.reason.startswith(REFUSED):
                # A new token in the environment comes with a start; one that is still wrong is refused again.
                self._accounts.set_status(row.id, AccountStatus.ACTIVE)
        self._take_over(self._accounts.all())

    def find(self, channel: str, account: str) -> Adapter | None:
        """Return an account's adapter; None where there is no such account."""
        return self._adapters.get((channel, account))

    def _has(self, channel: str, account: str) -> bool:
        return (channel, account) in self._adapters

    def of(self, account_id: UUID) -> Adapter | None:
        """Return the adapter of an account that may send now; None where it is paused or gone."""
        if account_id in self._paused:
            return None
        return self._adapters.get(self._by_id.get(account_id, ("", "")))

    def all(self, channel: str) -> list[Adapter]:
        """Return the adapters of every account of a channel."""
        return [adapter for (name, _), adapter in self._adapters.items() if name == channel]

    def renewed(self, account_id: UUID) -> bool:
        """Read the accounts again, and return whether that brought an account other credentials."""
        before = self._adapters.get(self._by_id.get(account_id, ("", "")))
        self.refresh()
        return self._adapters.get(self._by_id.get(account_id, ("", ""))) is not before

    async def follow(self) -> None:
        """Read the accounts again every few seconds until cancelled; finding an adapter never waits for that."""
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            await asyncio.to_thread(self.refresh)

    def refresh(self) -> None:
        """Read the accounts again; where that fails, those that are known serve on."""
        try:
            rows = self._accounts.all()
        except errors.StorageUnavailable:
            # A database that is away is noticed where something is written.
            return
        except Unsealable as error:
            _log.error("accounts_unreadable", error=type(error).__name__)
            return
        self._take_over(rows)

    def _take_over(self, rows: Sequence[Account]) -> None:
        # Another thread may be looking through the adapters, so they are exchanged and never changed.
        adapters = {(row.channel, row.name): self._adapter(row) for row in rows}
        self._adapters = {key: adapter for key, adapter in adapters.items() if adapter is not None}
        self._by_id = {row.id: (row.channel, row.name) for row in rows}
        self._paused = {row.id for row in rows if row.status is AccountStatus.PAUSED}

    def _adapter(self, row: Account) -> Adapter | None:
        """Return an account's adapter, the one that there is while its credentials stay the same."""
        key = (row.channel, row.name)
        known = self._adapters.get(key)
        environment = self._from_environment().get(row.channel) if row.name == "default" else None
        credentials = environment if environment is not None else row.credentials
        if row.channel == "slack":
            credentials = {**self._slack_app(), **credentials}
        if row.channel not in CHANNELS or (known is not None and self._made_from[key] == credentials):
            return known
        try:
            adapter = CHANNELS[row.channel](row.name, credentials, self._around)
        except (KeyError, errors.ConfigurationError) as error:
            _log.error("account_unusable", channel=row.channel, account=row.name, error=type(error).__name__)
            return known
        self._made_from[key] = credentials
        return adapter

    def _from_environment(self) -> dict[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {"web": {}}
        token = self._settings.telegram_token
        if token is not None:
            secret = telegram_secret(self._settings)
            found["telegram"] = {"token": token.get_secret_value(), "secret": secret}
        if self._settings.twilio_account_sid and self._settings.twilio_auth_token and self._settings.whatsapp_from:
            found["whatsapp"] = {
                "account_sid": self._settings.twilio_account_sid,
                "auth_token": self._settings.twilio_auth_token.get_secret_value(),
                "sender": self._settings.whatsapp_from,
            }
        if self._settings.slack_bot_token or self._settings.slack_client_id:
            found["slack"] = {**self._slack_app(), "bot_token": _text(self._settings.slack_bot_token)}
        return found

    def _slack_app(self) -> dict[str, str]:
        """Return what all workspaces share: the app's own proof."""
        return {"signing_secret": _text(self._settings.slack_signing_secret)}


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
