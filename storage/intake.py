"""Intake: the durable door for inbound messages, with group commit.

Messages that wait at the same moment share one transaction: one writer thread takes whatever is pending,
without a timer, so that an idle system answers at once and a busy one commits for many. Only after the
commit do those who brought the messages hear of it.
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from core import errors
from core.messages import InboundMessage
from core.ports import Clock, Hints
from storage.accounts import Accounts
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.origin import origin
from storage.sealing import MasterKeyMissing
from storage.turns import Arrival, Report, Turns

_log = structlog.get_logger()

LARGEST_BATCH = 128
_MOST_RACES = 8
"""Attempts at one message while other processes are faster with the same rows; each race is lost to a commit."""


@dataclass(slots=True)
class _Waiting:
    arrivals: list[Arrival]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[None]"
    error: Exception | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(self.error)


class Intake:
    """Takes inbound messages in; runs one writer thread from `start` to `stop`.

    Args:
        database: Where to.
        turns: What each message leads to.
        accounts: The accounts that messages may come to.
        dead_letters: Where a message goes that the database refuses.
        hints: Whom to wake after a commit.
        clock: The time.
        observe: Called with the number of messages and the report of each committed batch.
    """

    def __init__(
        self,
        database: Database,
        turns: Turns,
        accounts: Accounts,
        dead_letters: DeadLetters,
        *,
        hints: Hints,
        clock: Clock,
        observe: Callable[[int, Report], None] = lambda count, report: None,
    ) -> None:
        self._database = database
        self._turns = turns
        self._accounts = accounts
        self._dead_letters = dead_letters
        self._hints = hints
        self._clock = clock
        self._observe = observe
        self._pending: deque[_Waiting] = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._entrance = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Start the writer thread."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what is pending and stop the writer thread."""
        with self._entrance:
            self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    async def take(self, messages: Sequence[InboundMessage]) -> None:
        """Take messages in; returns once they and all that follows from them are committed.

        A message that was taken before is dropped. One that cannot be digested is kept as a dead letter.

        Raises:
            StorageUnavailable: Nothing was kept; the provider will bring them again.
        """
        if not messages:
            return
        arrivals = [Arrival(self._accounts.id_of(one.channel, one.account), one) for one in messages]
        loop = asyncio.get_running_loop()
        waiting = _Waiting(arrivals, loop, loop.create_future())
        with self._entrance:
            # Under the lock, so that nothing is left in the queue that the thread has looked into for the last time.
            if self._stopping:
                raise errors.StorageUnavailable("This process is stopping; another one takes the message.")
            self._pending.append(waiting)
        if not self._wake.is_set():  # an event that is set already takes as long to set again
            self._wake.set()
        await waiting.future

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._pending:
                self._commit(self._next_batch())
            if self._stopping and not self._pending:
                return

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        count = 0
        while self._pending and count < LARGEST_BATCH:
            batch.append(self._pending.popleft())
            count += len(batch[-1].arrivals)
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            self._write([arrival for waiting in batch for arrival in waiting.arrivals])
        except errors.StorageUnavailable as error:
            _log.warning("intake_unavailable", messages=len(batch))
            for waiting in batch:
                waiting.error = error
        except Exception as error:  # noqa: BLE001 - a lost race or one poisonous row; each message alone, then
            _log.warning("intake_batch_failed", messages=len(batch), error=type(error).__name__)
            for waiting in batch:
                self._commit_alone(waiting)
        _settle(batch)

    def _commit_alone(self, waiting: _Waiting) -> None:
        for arrival in waiting.arrivals:
            try:
                self._retry(arrival)
            except errors.StorageUnavailable as error:
                waiting.error = error
                return
            except MasterKeyMissing as error:
                # A wrong setting is no fault of the message: it comes again, until the setting is right.
                _log.error("master_key_missing")
                waiting.error = errors.StorageUnavailable(str(error))
                return
            except Exception as error:  # noqa: BLE001 - whatever refuses one message must not stop the others
                _log.error("intake_message_refused", error=type(error).__name__, origin=origin(error))
                waiting.error = self._bury(arrival, error)
                if waiting.error is not None:
                    return

    def _retry(self, arrival: Arrival) -> None:
        for _ in range(_MOST_RACES - 1):
            # Somebody else has just committed one of our rows; the next attempt finds it.
            with contextlib.suppress(sa.exc.IntegrityError):
                self._write([arrival])
                return
        self._write([arrival])

    def _bury(self, arrival: Arrival, error: Exception) -> Exception | None:
        """Keep what the database refuses, so that it does not come again for a day and block its chat."""
        try:
            self._dead_letters.bury_message(arrival.account_id, arrival.message, type(error).__name__)
        except errors.StorageUnavailable as unavailable:
            return unavailable
        except Exception as fault:  # noqa: BLE001 - an error here would end the thread that serves everybody
            _log.error("intake_burial_failed", error=type(fault).__name__, origin=origin(fault))
            return errors.StorageUnavailable("The message can neither be taken nor kept.")
        return None

    def _write(self, arrivals: list[Arrival]) -> None:
        with self._database.write() as connection:
            report = self._turns.take(connection, arrivals, self._clock.now())
        try:
            self._observe(len(arrivals), report)
        except Exception as error:  # noqa: BLE001 - a figure that cannot be counted undoes no commit
            _log.warning("intake_not_observed", error=type(error).__name__)
        tell(self._hints, report)


def tell(hints: Hints, report: Report) -> None:
    """Wake those for whom a committed batch left something to do; a hint that is lost costs only time."""
    try:
        if report.sends:
            hints.outbox_ready()
        if report.jobs:
            hints.jobs_ready(report.jobs)
        if report.due_at is not None:
            hints.timers_ready(report.due_at)
    except Exception as error:  # noqa: BLE001 - the queue's client raises what it likes, and a hint may be lost
        _log.warning("hint_failed", error=type(error).__name__)


def _settle(batch: list[_Waiting]) -> None:
    """Tell everyone of a batch with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        loops.setdefault(waiting.loop, []).append(waiting)
    for loop, those in loops.items():
        try:
            loop.call_soon_threadsafe(_settle_all, those)
        except RuntimeError:
            _log.warning("intake_loop_closed", messages=len(those))


def _settle_all(batch: list[_Waiting]) -> None:
    for waiting in batch:
        waiting.settle()
