"""Turns: events of one batch, each through the engine, and all that follows from them in one transaction.

Everyone who changes a person's dialogue holds the lock of that person's row first, in the order of ids;
so timers, jobs and executions of a person need no lock of their own, and no two batches wait in a circle.
"""

import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from conversations.engine import Engine
from conversations.events import Event, JobFinished, SignalRaised, TimerFired
from core.ports import IdSource
from storage.batch import Arrival, Batch, Means
from storage.merged import PersonMoved, survivor
from storage.moving import move_chat
from storage.scribe import Report
from storage.sealing import Sealer

__all__ = ["Arrival", "Batch", "Report", "Turns", "move_chat"]

_MOST_MERGES = 4
"""Times that a person is followed who is merged in the very moment; each is a linking by hand."""


class Turns:
    """Runs events through the engine and writes what follows.

    Args:
        engine: The dialogue engine.
        sealer: Opens and closes personal content.
        ids: Makes identifiers.
        admins: Channel and address of those who may use the commands for admins.
    """

    def __init__(
        self, engine: Engine, sealer: Sealer, ids: IdSource, *, admins: Collection[tuple[str, str]] = ()
    ) -> None:
        self.sealer = sealer
        self._means = Means(engine, sealer, ids, frozenset(admins))
        self._ids = ids

    def begin(self, connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Batch:
        """Take inbound messages in: each acts once, in order, or becomes a dead letter.

        Args:
            connection: An open transaction.
            arrivals: Messages in the order in which they came.
            now: The moment of the turns.

        Returns:
            What the caller closes, which writes it down, and then commits.

        Raises:
            PersonMoved: Somebody was merged into another one meanwhile; the transaction is to be begun again.
        """
        batch = Batch(connection, self._means, now)
        fresh = batch.without_duplicates(arrivals)
        batch.load_addresses(fresh)
        for arrival in fresh:
            batch.receive(arrival)
        return batch

    def take(self, connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Report:
        """Take inbound messages in and write down what follows; the caller commits. See `begin`."""
        for _ in range(_MOST_MERGES):
            # Who was waited for may have become somebody else; then only this part is begun again.
            with contextlib.suppress(PersonMoved), connection.begin_nested():
                return self.begin(connection, arrivals, now).close()
        return self.begin(connection, arrivals, now).close()

    def fire(
        self, connection: sa.Connection, now: datetime, most: int, *, only: Sequence[UUID] | None = None
    ) -> Report:
        """Fire due timers, the longest due first; people whom another process works on are left to the next call.

        Any number of processes may do so at once: each gets people of its own, and waits for nobody.

        Args:
            connection: An open transaction; the caller commits.
            now: The moment of the turns.
            most: How many timers at most; where a person has several due, all of theirs are fired.
            only: The people whose timers are fired, all that are due; everybody's where None.
        """
        batch = Batch(connection, self._means, now, in_passing=True)
        people = batch.load_due(most) if only is None else batch.load_people(sorted(only), skip_locked=True)
        for person_id, key, due_at in batch.take_timers(people):
            batch.report.fired += 1
            batch.advance(person_id, TimerFired(self._ids.new(), key, due_at))
        return batch.close()

    def finish_job(self, connection: sa.Connection, person_id: UUID, event: JobFinished, now: datetime) -> Report:
        """Tell a person's dialogue that a job has ended."""
        return self._one(connection, person_id, event, now)

    def batch(self, connection: sa.Connection, now: datetime) -> Batch:
        """Return an empty batch, for who brings events of a kind of their own."""
        return Batch(connection, self._means, now)

    def raise_signal(self, connection: sa.Connection, person_id: UUID, event: SignalRaised, now: datetime) -> Report:
        """Tell a person's dialogue that something happened elsewhere."""
        return self._one(connection, person_id, event, now)

    def _one(self, connection: sa.Connection, person_id: UUID, event: Event, now: datetime) -> Report:
        batch = self.batch(connection, now)
        # Who was merged into another one while their row was waited for is loaded by nobody: the other one is.
        for _ in range(_MOST_MERGES):
            person_id = survivor(connection, person_id)
            if batch.load_people([person_id]):
                batch.advance(person_id, event)
                break
            if survivor(connection, person_id) == person_id:
                break
        return batch.close()
