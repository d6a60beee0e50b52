"""Sweeps: what crashes and losses left behind is put right; what has served its time goes.

Each runs in one process at a time, kept so by a lease, and does a bounded piece of work.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from core import errors
from core.messages import DeliveryStatus
from core.ports import Clock, Hints
from core.undigested import Undigested
from storage import heartbeats, nudges, settlements, tables
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.jobs import Ticket, due_jobs
from storage.leases import Leases
from storage.settlements import Settlement
from storage.uploads import Uploads
from workers.heart import Watch
from workers.queue import QueueUnavailable

_log = structlog.get_logger()

INBOX_KEPT = timedelta(days=40)
"""How long a provider's keys are remembered; the longest redelivery known is a day."""
OUTBOX_KEPT = timedelta(days=30)
UPLOADS_KEPT = timedelta(days=2)
NUDGES_KEPT = timedelta(days=90)
"""How long it is told why a nudge was said or not; longer than the outbox keeps what became of it."""
MOST = 5_000
"""Rows that one run of a sweep removes."""
MOST_JOBS = 500


class JobQueue(Protocol):
    """Hands jobs to the workers; `workers.queue.Queue` is one."""

    def missing(self, tickets: list[Ticket]) -> list[Ticket]:
        """Return those that it does not know; raises `QueueUnavailable`."""
        ...

    def put_tickets(self, tickets: list[Ticket]) -> None:
        """Hand jobs over; raises `QueueUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class SweepPorts:
    """What the sweeps stand on.

    Args:
        database: Where the rows are.
        leases: Keep a sweep to one process.
        queue: Takes the jobs that it lost.
        uploads: Whose messages never came.
        dead_letters: Makes the letter of a message that was given up.
        clock: The time.
        hints: Woken when a message may be sent again.
        observe: Called with the name of a sweep and how many rows it put right or removed.
        watch: Notices senders and workers that died.
        can_ask: Of which accounts the platform can tell what went out.
        push: Makes jobs, as (id, kind), for broadcasts that have something to be done.
    """

    database: Database
    leases: Leases
    queue: JobQueue
    uploads: Uploads
    dead_letters: DeadLetters
    clock: Clock
    hints: Hints
    observe: Callable[[str, int], None] = field(default=lambda name, count: None)
    watch: Watch = field(default_factory=Watch)
    can_ask: Callable[[UUID], bool] = field(default=lambda account_id: False)
    push: Callable[[], Sequence[tuple[UUID, str]]] = field(default=tuple)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep.

    Args:
        name: Names its lease.
        every: How often it runs.
        run: Does a bounded piece of work and returns how many rows it touched.
    """

    name: str
    every: timedelta
    run: Callable[[], int]


class Sweeper:
    """Runs the sweeps.

    Args:
        ports: What they stand on.
    """

    def __init__(self, ports: SweepPorts) -> None:
        self._ports = ports
        self._owner = f"{socket.gethostname()[:24]}-{os.getpid()}-{token_hex(4)}"
        self._next: dict[str, float] = {}
        self.sweeps = (
            Sweep("recover-outbox", timedelta(seconds=2), self.recover_outbox),
            Sweep("requeue-jobs", timedelta(seconds=2), self.requeue_jobs),
            Sweep("push-broadcasts", timedelta(seconds=2), self.push_broadcasts),
            Sweep("purge-inbox", timedelta(hours=1), self.purge_inbox),
            Sweep("purge-outbox", timedelta(hours=1), self.purge_outbox),
            Sweep("purge-nudges", timedelta(minutes=1), self.purge_nudges),
            Sweep("expire-uploads", timedelta(hours=1), self.expire_uploads),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until told to stop; a sweep that has begun is finished."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="sweeps") as thread:
            while not stop.is_set():
                for sweep in self._due():
                    await loop.run_in_executor(thread, self.sweep, sweep)
                await _sleep(stop, 1.0)

    def _due(self) -> list[Sweep]:
        """Return the sweeps whose turn it is, and plan their next one."""
        now = time.monotonic()  # a clock that is set back must not end the sweeping for as long
        due = [sweep for sweep in self.sweeps if self._next.get(sweep.name, now) <= now]
        self._next.update({sweep.name: now + sweep.every.total_seconds() for sweep in due})
        return due

    def sweep(self, sweep: Sweep) -> int:
        """Run one sweep, unless another process has it; return how many rows it touched."""
        try:
            # The lease outlasts the pause: whoever has it keeps it while it lives.
            if not self._ports.leases.take(sweep.name, self._owner, max(sweep.every * 3, timedelta(seconds=10))):
                return 0
            touched = sweep.run()
        except errors.StorageUnavailable:
            _log.warning("sweep_waits_for_database", sweep=sweep.name)
            return 0
        except QueueUnavailable:
            _log.warning("sweep_waits_for_queue", sweep=sweep.name)
            return 0
        except Exception:  # noqa: BLE001 - one sweep that fails must not end the others
            _log.exception("sweep_failed", sweep=sweep.name)
            return 0
        if touched:
            _log.info("swept", sweep=sweep.name, rows=touched)
            self._ports.observe(sweep.name, touched)
        return touched

    def recover_outbox(self) -> int:
        """Settle messages whose sender died while it held them; their policy decides.

        The leases of workers that died end with it, and `requeue_jobs` finds their jobs.
        """
        now = self._ports.clock.now()
        with self._ports.database.write() as connection:
            self._bury_the_dead(connection, now)
            recovered = settlements.recover(connection, now, self._ports.can_ask)
            given_up = [one for one in recovered if one.is_settled and one.status is DeliveryStatus.UNKNOWN]
            letters = [self._letter(one) for one in given_up]
            if letters:
                connection.execute(tables.dead_letters.insert(), letters)
        for one in recovered:
            event = "message_outcome_unknown" if one.error == settlements.DIED else "message_given_back"
            _log.warning(event, message_id=str(one.message), status=one.status.value)
        if any(not one.is_settled for one in recovered):
            self._ports.hints.outbox_ready()
        return len(recovered)

    def _bury_the_dead(self, connection: sa.Connection, now: datetime) -> None:
        beats = heartbeats.heartbeats(connection)
        for owner in self._ports.watch.look(beats):
            if held := heartbeats.bury(connection, owner, beats[owner], now):
                _log.warning("holder_died", owner=owner, held=held)

    def _letter(self, settlement: Settlement) -> dict[str, object]:
        body = orjson.dumps({"message": settlement.message})
        return self._ports.dead_letters.row(Undigested("outbox", settlement.error, key=str(settlement.message)), body)

    def requeue_jobs(self) -> int:
        """Hand over jobs that the queue lost, that are due again, or whose worker died."""
        with self._ports.database.read() as connection:
            due = due_jobs(connection, self._ports.clock.now(), MOST_JOBS)
        missing = self._ports.queue.missing(due) if due else []
        if missing:
            self._ports.queue.put_tickets(missing)
        return len(missing)

    def push_broadcasts(self) -> int:
        """Let broadcasts go on that have something to be done; return how many."""
        jobs = self._ports.push()
        if jobs:
            self._ports.hints.jobs_ready(jobs)
        return len(jobs)

    def purge_inbox(self) -> int:
        """Forget the keys of messages that no provider brings again."""
        inbox = tables.inbox
        before = self._ports.clock.now() - INBOX_KEPT
        oldest = (
            sa.select(inbox.c.account_id, inbox.c.key)
            .where(inbox.c.received_at < before)
            .order_by(inbox.c.received_at)
            .limit(MOST)
        )
        mine = (inbox.c.account_id == sa.bindparam("account")) & (inbox.c.key == sa.bindparam("message_key"))
        with self._ports.database.write() as connection:
            keys = [{"account": row.account_id, "message_key": row.key} for row in connection.execute(oldest)]
            if keys:
                connection.execute(sa.delete(inbox).where(mine), keys)
        return len(keys)

    def purge_outbox(self) -> int:
        """Remove settled messages; what was said stands in the history."""
        with self._ports.database.write() as connection:
            return settlements.purge(connection, self._ports.clock.now() - OUTBOX_KEPT, MOST)

    def purge_nudges(self) -> int:
        """Forget why old nudges were said or not; a minute's share, since each person has some every day."""
        with self._ports.database.write() as connection:
            return nudges.purge(connection, self._ports.clock.now() - NUDGES_KEPT, MOST)

    def expire_uploads(self) -> int:
        """Remove uploads whose message never came."""
        return self._ports.uploads.expire(self._ports.clock.now() - UPLOADS_KEPT, MOST)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
