"""The composition root: the one place that names concrete classes and joins them."""

import asyncio
import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core import errors
from core.history import HistoryEntry, Thread
from core.ports import Clock, Hints
from core.undigested import Undigested
from storage.accounts import Accounts
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.deliveries import Deliveries
from storage.history import History
from storage.sealing import Sealer
from sunup.clock import SystemClock, TravellingClock, Uuid7Source
from sunup.database_file import check_database_file
from sunup.embedded import queue_url
from sunup.keys import ensure_master_key
from sunup.settings import Settings

if TYPE_CHECKING:
    from storage.forwarding import Forwarding
    from storage.intake import Intake
    from storage.pausing import Pausing
    from storage.turns import Report, Turns
    from storage.workflows import Publications, StoredLibrary


@dataclass(frozen=True)
class Foundation:
    """What every process stands on: the settings, the database and what lives in it.

    What holds a dialogue is made, and loaded, when it is first asked for: most commands have none.
    """

    settings: Settings
    clock: Clock
    ids: Uuid7Source
    database: Database
    sealer: Sealer
    accounts: Accounts
    dead_letters: DeadLetters
    history: History

    @property
    def redis_url(self) -> str:
        """Where Redis is; the embedded one's address where none is configured."""
        return self.settings.redis_url or queue_url(self.settings.data_dir)

    @cached_property
    def library(self) -> "StoredLibrary":
        """The published workflows as the engine reads them."""
        from storage.workflows import StoredLibrary

        return StoredLibrary(self.database)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What platforms tell of our messages later."""
        return Deliveries(self.database, self.accounts, self.clock)

    @cached_property
    def forwarding(self) -> "Forwarding":
        """What writes messages that no turn has written."""
        from storage.forwarding import Forwarding

        return Forwarding(self.sealer, self.ids)

    @cached_property
    def pausing(self) -> "Pausing":
        """What pauses accounts and tells admins of it."""
        from storage.pausing import Pausing

        admins = [(one.channel, one.address) for one in self.settings.admins]
        return Pausing(self.database, self.forwarding, self.clock, admins)

    @cached_property
    def publications(self) -> "Publications":
        """What publishes workflows."""
        from storage.workflows import Publications

        return Publications(self.database, self.ids, self.clock)

    @cached_property
    def turns(self) -> "Turns":
        """What runs events through the engine."""
        from conversations.engine import Engine
        from storage.turns import Turns

        admins = [(one.channel, one.address) for one in self.settings.admins]
        return Turns(Engine(self.library), self.sealer, self.ids, admins=admins)

    def intake(self, hints: Hints, observe: "Callable[[int, Report], None]" = lambda count, report: None) -> "Intake":
        """Make the door for inbound messages; the caller starts and stops it."""
        from storage.intake import Intake

        return Intake(
            self.database,
            self.turns,
            self.accounts,
            self.dead_letters,
            hints=hints,
            clock=self.clock,
            observe=observe,
        )


def found(settings: Settings, clock: Clock | None = None) -> Foundation:
    """Join what every process stands on.

    Args:
        settings: What the environment says.
        clock: The time; where None the machine's, or one that can be put forward where the settings allow that.
    """
    ids = Uuid7Source()
    _own_folder(settings.data_dir)
    clock = clock or (TravellingClock(settings.data_dir / "clock") if settings.may_travel else SystemClock())
    check_database_file(settings)
    try:
        database = Database(settings.database_url)
    except OSError as error:
        raise errors.ConfigurationError(
            f"SUNUP_DATABASE_URL names a file in a folder that cannot be made ({error.strerror}); name another one."
        ) from error
    sealer = Sealer(ensure_master_key(settings))
    return Foundation(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        sealer=sealer,
        accounts=Accounts(database, sealer, ids, clock),
        dead_letters=DeadLetters(database, sealer, ids, clock),
        history=History(database, sealer),
    )


def _own_folder(folder: Path) -> None:
    """Make the data folder, and refuse one that this user may not write to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such name can be"
        raise errors.ConfigurationError(
            f"SUNUP_DATA_DIR is {str(folder)!r} but must be a folder that this user may write to ({why})."
        ) from error


class AsyncBurial:
    """Dead letters for an event loop.

    Args:
        dead_letters: The synchronous ones.
    """

    def __init__(self, dead_letters: DeadLetters) -> None:
        self._dead_letters = dead_letters

    async def bury(self, what: Undigested, body: bytes) -> None:
        """Return once the letter is committed."""
        await asyncio.to_thread(self._dead_letters.bury, what, body)


class AsyncHistory:
    """History for an event loop.

    Args:
        history: The synchronous one.
    """

    def __init__(self, history: History) -> None:
        self._history = history

    async def since(self, thread: Thread, after: int, limit: int) -> Sequence[HistoryEntry]:
        """See `storage.history.History.since`."""
        return await asyncio.to_thread(self._history.since, thread, after, limit)

    async def seen(self, thread: Thread, seq: int) -> None:
        """See `storage.history.History.seen`."""
        await asyncio.to_thread(self._history.seen, thread, seq)
