"""Ports: the few things that the inside asks of the outside, named by what they are for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time; read at the edge only."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        ...


class IdSource(Protocol):
    """Makes identifiers; called at the edge only."""

    def new(self) -> UUID:
        """Return a fresh UUIDv7."""
        ...


class Hints(Protocol):
    """Wakes other processes after a commit.

    A hint may be lost or come twice: the database is the truth and everyone polls it too.
    """

    def outbox_ready(self) -> None:
        """Say that messages wait to be sent."""
        ...

    def jobs_ready(self, jobs: Sequence[tuple[UUID, str]]) -> None:
        """Hand new jobs, as (id, kind), to the queue."""
        ...

    def timers_ready(self, due_at: datetime) -> None:
        """Say that a timer was set that is due at this moment, perhaps before all others."""
        ...
