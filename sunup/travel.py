"""Travel in time: the clock is put forward to the moment at which something happens by itself next.

Only the clock changes. Timers, the sender and the jobs do what they would have done at that moment, by the same code.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

from core import errors
from core.ports import Clock, Hints
from storage.accounts import Accounts
from storage.attendance import attended
from storage.database import Database
from storage.moments import is_busy, next_moment

_QUIET_WITHIN = timedelta(seconds=5)
"""How long is waited for what is under way; a message that is being sent would else be held for lost."""
_LOOK = timedelta(milliseconds=100)
_CHANNEL, _ACCOUNT = "web", "default"
_AT_HOME = frozenset({_CHANNEL, "terminal"})
"""Channels that keep no time of their own."""


class Forward(Clock, Protocol):
    """A clock that can be put forward."""

    def forward(self, moment: datetime) -> None:
        """Set the clock to a moment; one that is past leaves it as it is."""
        ...


class Travel:
    """Puts the clock forward, step by step.

    Args:
        database: What is planned.
        clock: The clock of every process over this database.
        hints: Wakes the processes that wait for a moment.
        accounts: The accounts; a provider's would not travel along.
    """

    def __init__(self, database: Database, clock: Forward, hints: Hints, accounts: Accounts) -> None:
        self._database = database
        self._clock = clock
        self._hints = hints
        self._accounts = accounts

    def now(self) -> datetime:
        """Return this moment."""
        return self._clock.now()

    async def next_moment(self, address: str) -> datetime | None:
        """Go to the next moment at which something happens by itself to the person at an address of the web chat.

        Returns:
            The moment; None where nothing is planned.

        Raises:
            StorageUnavailable: The database does not answer.
            Busy: Something under way does not end.
            ConfigurationError: A provider is connected, which would not travel along.
        """
        if any(one.channel not in _AT_HOME for one in await asyncio.to_thread(self._accounts.all)):
            raise errors.ConfigurationError("A channel outside is connected, whose clock cannot be put forward.")
        await self._until_quiet()
        moment = await asyncio.to_thread(self._next, address)
        if moment is not None:
            self._clock.forward(moment)
            await asyncio.to_thread(self._wake, moment)
        return moment

    async def _until_quiet(self) -> None:
        for _ in range(_QUIET_WITHIN // _LOOK):
            if not await asyncio.to_thread(self._is_busy):
                return
            await asyncio.sleep(_LOOK.total_seconds())
        raise errors.Busy

    def _is_busy(self) -> bool:
        with self._database.read() as connection:
            return is_busy(connection, self._clock.now(), self._accounts.id_of(_CHANNEL, _ACCOUNT))

    def _next(self, address: str) -> datetime | None:
        account_id = self._accounts.id_of(_CHANNEL, _ACCOUNT)
        with self._database.read() as connection:
            who = attended(connection, account_id, address)
            return next_moment(connection, self._clock.now(), who) if who else None

    def _wake(self, moment: datetime) -> None:
        self._hints.timers_ready(moment)
        self._hints.outbox_ready()
