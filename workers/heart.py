"""The heart of a sender, and the pulse of a worker: show others that it lives.

The heart also tells its sender when it may no longer be believed. A worker need not ask: it writes down what came of a
job only where it still holds it, and a job that is done twice is kept once.

The times belong together. A heartbeat comes every `BEAT`; a sender whose last one is older than `BELIEVED` begins no
call with what it holds; a watcher that has seen the same one for `STILL` gives what the sender held to others. The
watcher must have looked all the while, with no pause longer than `BLINK`: a database that was away, or a machine that
slept, kept the sender from its heartbeat as it kept the watcher from looking. `BLINK` and a heartbeat fit into `STILL`.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
import structlog

from core import errors
from core.ports import Clock
from storage import heartbeats
from storage.database import Database

_log = structlog.get_logger()

BEAT = timedelta(seconds=1)
BELIEVED = timedelta(seconds=4)
STILL = timedelta(seconds=6)
BLINK = timedelta(seconds=4)

Moment = tuple[float, datetime]
"""A moment by two clocks: one that only goes forward, in seconds, and the time."""
_NEVER: Moment = (float("-inf"), datetime.min.replace(tzinfo=UTC))


class Heart:
    """One sender's heart; belongs to one event loop.

    Args:
        database: Where heartbeats are written, on a thread of their own: a slow settlement must not look like death.
        clock: The time. It is asked beside a clock that only goes forward, and may stand still while a machine sleeps.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="heart")
        self._due_at = self._believed_until = _NEVER
        self._begun = False
        self._writing: asyncio.Future[bool] | None = None
        self.owner = _new_owner()

    def moment(self) -> Moment:
        """Return this moment, to be asked before a transaction that writes a heartbeat begins."""
        return time.monotonic(), self._clock.now()

    def must_begin(self, holds_any: bool) -> bool:
        """Return whether a claim must write a heartbeat along: the first one, or the first after an idle time."""
        return not self._begun or (not holds_any and self._is_past(self._due_at))

    def is_in_doubt(self) -> bool:
        """Return whether what is held may be held no longer; `renew` tells."""
        return self._begun and self._is_past(self._believed_until)

    def holds(self, lease: str) -> bool:
        """Return whether what was claimed under a lease is certainly still held, so that a call may begin."""
        return lease.startswith(self.owner) and not self._is_past(self._believed_until)

    def wrote(self, moment: Moment) -> None:
        """Note that a heartbeat is committed."""
        self._begun = True
        self._due_at, self._believed_until = _after(moment, BEAT), _after(moment, BELIEVED)

    async def run(self, holds_any: Callable[[], bool]) -> None:
        """Beat while the sender holds anything, until cancelled."""
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            if holds_any() and self._begun:
                await self.renew()

    async def renew(self) -> None:
        """Beat once more; where others have taken what was held, it is given up for good."""
        owner, moment = self.owner, self.moment()
        self._writing = asyncio.get_running_loop().run_in_executor(self._thread, self._write, owner, moment[1])
        try:
            lives = await asyncio.shield(self._writing)
        except errors.StorageUnavailable:
            return  # it is tried again; without a heartbeat nothing is begun
        except Exception:  # noqa: BLE001 - whatever the database has against it, the sender must go on trying
            _log.exception("heartbeat_failed", owner=owner)
            return
        if owner != self.owner:
            return
        if lives:
            self.wrote(moment)
        else:
            _log.warning("sender_was_held_dead", owner=owner)
            self.owner, self._begun = _new_owner(), False

    async def rest(self) -> None:
        """Wait for a heartbeat that is being written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False)

    def _write(self, owner: str, now: datetime) -> bool:
        with self._database.write() as connection:
            return heartbeats.renew(connection, owner, now)

    def _is_past(self, moment: Moment) -> bool:
        return time.monotonic() >= moment[0] or self._clock.now() >= moment[1]


class Pulse:
    """A worker's heartbeat while it has a job; from a thread of its own, for jobs keep the worker's busy.

    Args:
        database: Where heartbeats are written.
        clock: The time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._beat_at = float("-inf")
        self.owner = _new_owner()

    def begin(self, connection: sa.Connection, now: datetime) -> None:
        """Write a heartbeat in the transaction that takes hold of a job, unless the last one is fresh."""
        if time.monotonic() - self._beat_at >= BEAT.total_seconds():
            heartbeats.beat(connection, self.owner, now)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat until the block ends; `begin` has been committed before."""
        self._beat_at, over = time.monotonic(), threading.Event()
        thread = threading.Thread(target=self._run, args=(over,), name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _run(self, over: threading.Event) -> None:
        while not over.wait(BEAT.total_seconds()):
            try:
                with self._database.write() as connection:
                    lives = heartbeats.renew(connection, self.owner, self._clock.now())
            except errors.StorageUnavailable:
                continue
            except Exception:  # noqa: BLE001 - whatever the database has against it, the job must go on
                _log.exception("heartbeat_failed", owner=self.owner)
                continue
            if not lives:
                _log.warning("worker_was_held_dead", owner=self.owner)
                self._beat_at = float("-inf")
                return
            self._beat_at = time.monotonic()


class Watch:
    """Finds those whose heartbeat stands still.

    Args:
        tick: Tells seconds, and only goes forward.
    """

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._looked_at = tick()
        self._since: dict[str, tuple[datetime, float]] = {}

    def look(self, beats: Mapping[str, datetime]) -> list[str]:
        """Return who is dead, going by the heartbeats that were read a moment ago."""
        now = self._tick()
        if now - self._looked_at > BLINK.total_seconds():
            self._since.clear()
        self._looked_at = now
        self._since = {owner: self._seen(owner, beat, now) for owner, beat in beats.items()}
        return [owner for owner, (_, since) in self._since.items() if now - since >= STILL.total_seconds()]

    def _seen(self, owner: str, beat: datetime, now: float) -> tuple[datetime, float]:
        known = self._since.get(owner)
        return known if known is not None and known[0] == beat else (beat, now)


def _after(moment: Moment, wait: timedelta) -> Moment:
    return moment[0] + wait.total_seconds(), moment[1] + wait


def _new_owner() -> str:
    return f"{socket.gethostname()[:24]}-{os.getpid()}-{token_hex(4)}"
