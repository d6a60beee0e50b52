"""Accounts: our bots and numbers, one row each; the environment's is called `default`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson
import sqlalchemy as sa

from core import errors
from core.ports import Clock, IdSource
from storage import tables
from storage.database import Database
from storage.sealing import Sealer
from storage.upserts import insert

_accounts = tables.accounts

REFUSED = "The platform refuses the credentials of this account; give it new ones."
"""Why an account is paused that an operator has not paused."""


class AccountStatus(StrEnum):
    """Whether an account is used."""

    ACTIVE = "active"
    PAUSED = "paused"
    """Its credentials were refused; what waits for it is kept until somebody gives it new ones."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Account:
    """One of our bots or numbers.

    Args:
        id: Its identity.
        channel: The channel that it is on.
        name: How it is called in routes and commands.
        status: Whether it is used.
        reason: Why it is paused.
        credentials: For instance `{"token": "…", "secret": "…"}`; empty where the environment has them.
    """

    id: UUID
    channel: str
    name: str
    status: AccountStatus
    reason: str
    credentials: Mapping[str, str]


class Accounts:
    """The accounts of this installation; the ids of known ones are remembered.

    Args:
        database: Where they are.
        sealer: Opens their credentials.
        ids: Makes identifiers.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._ids = ids
        self._clock = clock
        self._known: dict[tuple[str, str], UUID] = {}
        self._lock = threading.Lock()

    def id_of(self, channel: str, name: str) -> UUID:
        """Return an account's id; the row of a `default` account is made when it is first asked for.

        Raises:
            ConfigurationError: There is no such account.
        """
        known = self._known.get((channel, name))
        if known is not None:
            return known
        with self._lock:
            account_id = self._stored_id(channel, name)
            if account_id is None and name == "default":
                self.put(channel, name, {})
                account_id = self._stored_id(channel, name)
            if account_id is None:
                raise errors.ConfigurationError(
                    f"There is no {channel} account {name!r}; add it with `sunup accounts add {channel} {name}`."
                )
            self._known[(channel, name)] = account_id
            return account_id

    def _stored_id(self, channel: str, name: str) -> UUID | None:
        # Without its credentials: a message is taken in even where these cannot be opened.
        query = sa.select(_accounts.c.id).where(
            _accounts.c.channel == channel,
            _accounts.c.name == name,
            _accounts.c.status != AccountStatus.REMOVED.value,
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def find(self, channel: str, name: str) -> Account | None:
        """Return an account by its name, unless it was removed."""
        return next((one for one in self.all() if (one.channel, one.name) == (channel, name)), None)

    def all(self) -> list[Account]:
        """Return every account that was not removed, by channel and name.

        Raises:
            MasterKeyMissing: An account's credentials were sealed under a master key that is not configured.
        """
        query = (
            sa.select(_accounts)
            .where(_accounts.c.status != AccountStatus.REMOVED.value)
            .order_by(_accounts.c.channel, _accounts.c.name)
        )
        with self._database.read() as connection:
            return [self._account(row) for row in connection.execute(query)]

    def put(self, channel: str, name: str, credentials: Mapping[str, str]) -> None:
        """Add an account, or give one new credentials and use it again."""
        account_id = self._ids.new()
        sealed = self._sealer.close(orjson.dumps(dict(credentials)), _place(channel, name)) if credentials else None
        changes = {"credentials": sealed, "status": AccountStatus.ACTIVE.value, "reason": ""}
        row = {"id": account_id, "channel": channel, "name": name, "created_at": self._clock.now(), **changes}
        # Processes that start together all make the environment's account.
        upsert = insert(self._database.dialect, _accounts).on_conflict_do_update(
            index_elements=["channel", "name"], set_=changes
        )
        with self._database.write() as connection:
            connection.execute(upsert, row)

    def renew(self, channel: str, name: str, credentials: Mapping[str, str]) -> None:
        """Give an account new credentials and leave it as it is otherwise; one that is gone stays gone."""
        sealed = self._sealer.close(orjson.dumps(dict(credentials)), _place(channel, name))
        change = (
            sa.update(_accounts)
            .where(
                _accounts.c.channel == channel,
                _accounts.c.name == name,
                _accounts.c.status != AccountStatus.REMOVED.value,
            )
            .values(credentials=sealed)
        )
        with self._database.write() as connection:
            connection.execute(change)

    def set_status(self, account_id: UUID, status: AccountStatus, reason: str = "") -> bool:
        """Pause, use again or remove an account; return whether that changed anything."""
        change = (
            sa.update(_accounts)
            .where(_accounts.c.id == account_id, _accounts.c.status != status.value)
            .values(status=status.value, reason=reason[:200])
        )
        with self._database.write() as connection:
            changed = bool(connection.execute(change).rowcount)
        self._known.clear()
        return changed

    def _account(self, row: sa.Row[tuple[object, ...]]) -> Account:
        credentials = {}
        if row.credentials:
            credentials = orjson.loads(self._sealer.open(row.credentials, _place(row.channel, row.name)))
        return Account(row.id, row.channel, row.name, AccountStatus(row.status), row.reason, credentials)


def _place(channel: str, name: str) -> bytes:
    return f"account {channel} {name}".encode()
