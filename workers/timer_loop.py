"""The timer loop: fires what is due, in batches; any number of them may run at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
import structlog

from core import errors
from core.ports import Clock, Hints
from core.undigested import Undigested
from storage import due, tables
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.intake import tell
from storage.sealing import Sealer
from storage.turns import Report, Turns

_log = structlog.get_logger()

BATCH = 500
"""Timers in one transaction."""
LONGEST_SLEEP = timedelta(seconds=1)
PUT_OFF = timedelta(minutes=5)
"""How long a timer waits that could not be fired."""
MOST_FAILURES = 5
"""Failures after which a person's due timers become a dead letter."""


@dataclass(frozen=True, slots=True)
class TimerPorts:
    """What a timer loop stands on.

    Args:
        database: Where the timers are.
        turns: Fires them.
        sealer: Tells whom the configured master key does not open.
        dead_letters: Takes what cannot be fired.
        clock: The time.
        hints: Whom to wake when a fired timer leaves something to do.
        observe: Called with the report of each committed batch.
    """

    database: Database
    turns: Turns
    sealer: Sealer
    dead_letters: DeadLetters
    clock: Clock
    hints: Hints
    observe: Callable[[Report], None] = field(default=lambda report: None)


class TimerLoop:
    """Fires timers.

    Args:
        ports: What it stands on.
        wake: Set by whoever knows of a timer that is due earlier than others.
    """

    def __init__(self, ports: TimerPorts, wake: asyncio.Event | None = None) -> None:
        self._ports = ports
        self._wake = wake or asyncio.Event()
        self._failures: Counter[UUID] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        """Fire timers until told to stop; a batch that has begun is finished."""
        loop = asyncio.get_running_loop()
        stopper = asyncio.create_task(self._listen(stop))
        with ThreadPoolExecutor(1, thread_name_prefix="timers") as thread:
            while not stop.is_set():
                self._wake.clear()
                try:
                    fired = await loop.run_in_executor(thread, self.fire_batch)
                    pause = timedelta() if fired else await loop.run_in_executor(thread, self.pause)
                except errors.StorageUnavailable:
                    _log.warning("timers_wait_for_database")
                    pause = LONGEST_SLEEP
                if pause:
                    await self._sleep(pause)
        stopper.cancel()

    def fire_due(self) -> int:
        """Fire until nothing is due, and return how many timers were fired.

        Raises:
            StorageUnavailable: The database does not answer; what was fired before is kept.
        """
        fired = 0
        while batch := self.fire_batch():
            fired += batch
        return fired

    def fire_batch(self) -> int:
        """Fire one batch; where it fails or does nothing, each person of it alone.

        Returns:
            How many timers were fired; 0 where none is due that could be.
        """
        try:
            fired = self._fire(BATCH, None)
        except errors.StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one poison row fails the whole batch; alone, it fails alone
            _log.warning("timer_batch_failed", error=type(error).__name__)
            fired = 0
        return fired or self._fire_each()

    def pause(self) -> timedelta:
        """Return how long nothing will be due, at most `LONGEST_SLEEP`."""
        with self._ports.database.read() as connection:
            due_at = due.next_due(connection)
        if due_at is None:
            return LONGEST_SLEEP
        wait = due_at - self._ports.clock.now()
        # What is due and yet was not fired is in the hands of another process for a moment.
        return min(wait, LONGEST_SLEEP) if wait > timedelta() else timedelta(milliseconds=50)

    def _fire(self, most: int, only: UUID | None) -> int:
        with self._ports.database.write() as connection:
            report = self._ports.turns.fire(connection, self._ports.clock.now(), most, only=only)
        if report.fired:
            tell(self._ports.hints, report)
            self._ports.observe(report)
        return report.fired

    def _fire_each(self) -> int:
        with self._ports.database.read() as connection:
            people = due.due_people(connection, self._ports.clock.now(), BATCH)
        return sum(self._fire_alone(person) for person in people)

    def _fire_alone(self, person: UUID) -> int:
        try:
            fired = self._fire(BATCH, person)
        except errors.StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a person whose row is broken must not stop the others' timers
            _log.exception("timer_failed", person_id=str(person))
            return self._set_aside(person, f"timer failed: {type(error).__name__}")
        if not fired:
            # Either another process works on this person, and then nothing is set aside, or nobody can read them.
            return self._set_aside(person, "the dialogue cannot be read")
        del self._failures[person]
        return fired

    def _set_aside(self, person: UUID, reason: str) -> int:
        """Put a person's due timers off; in the end give them up. Returns 0: nothing was fired.

        A wrong master key is no fault of theirs: they wait until it is right, however long that takes.
        """
        now = self._ports.clock.now()
        with self._ports.database.write() as connection:
            foreign = due.is_foreign(connection, self._ports.sealer, person)
            if foreign or self._failures[person] + 1 < MOST_FAILURES:
                put_off = due.postpone(connection, person, now, now + PUT_OFF)
                self._failures[person] += bool(put_off and not foreign)
            elif dropped := due.drop(connection, person, now):
                letter = Undigested("engine", f"{len(dropped)} timers: {reason}", key=str(person))
                row = self._ports.dead_letters.row(letter, orjson.dumps({"timers": dropped}))
                connection.execute(tables.dead_letters.insert(), row)
                del self._failures[person]
                _log.error("timers_given_up", person_id=str(person), timers=len(dropped))
        if foreign:
            _log.error("master_key_missing", person_id=str(person))
        return 0

    async def _listen(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _sleep(self, pause: timedelta) -> None:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return
