"""The composition root: the one place that names concrete classes and joins them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conversations.engine import Engine
from core.history import HistoryEntry, Thread
from core.ports import Hints
from core.undigested import Undigested
from storage.accounts import Accounts
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.history import History
from storage.intake import Intake
from storage.sealing import Sealer
from storage.turns import Report, Turns
from storage.workflows import Publications, StoredLibrary
from sunup.clock import SystemClock, Uuid7Source
from sunup.embedded import queue_url
from sunup.keys import ensure_master_key
from sunup.settings import Settings


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every process stands on: the settings, the database and what lives in it."""

    settings: Settings
    clock: SystemClock
    ids: Uuid7Source
    database: Database
    sealer: Sealer
    accounts: Accounts
    dead_letters: DeadLetters
    library: StoredLibrary
    turns: Turns
    publications: Publications
    history: History

    @property
    def redis_url(self) -> str:
        """Where Redis is; the embedded one's address where none is configured."""
        return self.settings.redis_url or queue_url(self.settings.data_dir)

    def intake(self, hints: Hints, observe: Callable[[int, Report], None] = lambda count, report: None) -> Intake:
        """Make the door for inbound messages; the caller starts and stops it."""
        return Intake(
            self.database,
            self.turns,
            self.accounts,
            self.dead_letters,
            hints=hints,
            clock=self.clock,
            observe=observe,
        )


def found(settings: Settings) -> Foundation:
    """Join what every process stands on."""
    clock, ids = SystemClock(), Uuid7Source()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    sealer = Sealer(ensure_master_key(settings))
    library = StoredLibrary(database)
    return Foundation(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        sealer=sealer,
        accounts=Accounts(database, sealer, ids, clock),
        dead_letters=DeadLetters(database, sealer, ids, clock),
        library=library,
        turns=Turns(Engine(library), sealer, ids),
        publications=Publications(database, ids, clock),
        history=History(database, sealer),
    )


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
