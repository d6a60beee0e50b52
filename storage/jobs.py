"""Jobs: slow work as rows. The row is the truth; the queue only says that there is something to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from storage import tables
from storage.sealing import MasterKeyMissing, Seal, Sealer, Unsealable

_log = structlog.get_logger()

_jobs, _people = tables.jobs, tables.people

_START = (
    sa.select(_jobs, _people.c.data_key)
    .join(_people, _people.c.id == _jobs.c.person_id)
    .where(_jobs.c.id == sa.bindparam("job"))
    .with_for_update(of=_jobs, skip_locked=True)
)
_LONGEST_ERROR = 200
FOREIGN_WAIT = timedelta(minutes=1)
"""How long a job is left alone that the configured master key does not open."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job that waits for a worker.

    Args:
        id: The job.
        kind: Name of its kind.
        attempts: How often it was tried before.
    """

    id: UUID
    kind: str
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that a worker holds.

    Args:
        id: The job.
        person_id: For whom.
        kind: Name of its kind.
        key: What its dialogue calls it.
        payload: What it needs to know.
        attempts: How often it was tried, this time included.
        lease: What proves that it is still held.
        seal: Opens and closes what belongs to its person; None where their key was destroyed.
    """

    id: UUID
    person_id: UUID
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    lease: str
    seal: Seal | None


class Jobs:
    """The jobs of this installation.

    Args:
        sealer: Opens their payloads.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def start(
        self, connection: sa.Connection, job_id: UUID, owner: str, *, now: datetime, lease: Callable[[str], timedelta]
    ) -> RunningJob | None:
        """Take hold of a job.

        Args:
            connection: An open transaction; the hold counts once it is committed.
            job_id: Which one.
            owner: The worker.
            now: This moment.
            lease: How long a job of a kind may take.

        Returns:
            The job; None where it has ended, is not due, another worker holds it, or its person's data key was
            wrapped under a master key that is not configured: then it waits until that is put right.
        """
        row = connection.execute(_START, {"job": job_id}).one_or_none()
        if row is None or row.ended_at is not None or row.next_attempt_at > now:
            return None
        if row.lease_until is not None and row.lease_until > now:
            return None
        try:
            seal, payload = self._open(row)
        except MasterKeyMissing:
            _log.error("master_key_missing", job_id=str(job_id))
            wait = sa.update(_jobs).where(_jobs.c.id == job_id).values(next_attempt_at=now + FOREIGN_WAIT)
            connection.execute(wait)
            return None
        attempts, held = row.attempts + 1, f"{owner[:50]}/{row.attempts + 1}"
        connection.execute(
            sa.update(_jobs)
            .where(_jobs.c.id == job_id)
            .values(status="running", attempts=attempts, lease_owner=held, lease_until=now + lease(row.kind))
        )
        return RunningJob(job_id, row.person_id, row.kind, row.key, payload, attempts, held, seal)

    def _open(self, row: Any) -> tuple[Seal | None, Mapping[str, Any]]:
        try:
            seal = self._sealer.seal_of(row.person_id, row.data_key)
            return seal, orjson.loads(seal.open(row.payload, b"job" + row.id.bytes))
        except MasterKeyMissing:
            raise
        except (Unsealable, ValueError):
            return None, {}

    def end(self, connection: sa.Connection, job: RunningJob, now: datetime, *, error: str = "") -> bool:
        """Note that a job has ended, in the transaction that also tells its dialogue.

        Args:
            connection: An open transaction.
            job: As `start` gave it.
            now: This moment.
            error: Why it failed; empty where it did not.

        Returns:
            Whether it was still held; False where another worker took it over, and then nothing else may follow.
        """
        values = {"status": "failed" if error else "done", "ended_at": now, "error": error[:_LONGEST_ERROR]}
        return self._change(connection, job, values)

    def retry(self, connection: sa.Connection, job: RunningJob, at: datetime, error: str) -> bool:
        """Put a job back, to be tried again from a moment on; return whether it was still held."""
        values = {"status": "queued", "next_attempt_at": at, "error": error[:_LONGEST_ERROR]}
        return self._change(connection, job, values)

    def _change(self, connection: sa.Connection, job: RunningJob, values: Mapping[str, Any]) -> bool:
        change = (
            sa.update(_jobs)
            .where(_jobs.c.id == job.id, _jobs.c.lease_owner == job.lease, _jobs.c.ended_at.is_(None))
            .values(lease_owner=None, lease_until=None, **values)
        )
        return bool(connection.execute(change).rowcount)


def due_jobs(connection: sa.Connection, now: datetime, most: int) -> list[Ticket]:
    """Return jobs that a worker should run: due and held by nobody who lives."""
    query = (
        sa.select(_jobs.c.id, _jobs.c.kind, _jobs.c.attempts)
        .where(
            _jobs.c.ended_at.is_(None),
            _jobs.c.next_attempt_at <= now,
            sa.or_(_jobs.c.lease_until.is_(None), _jobs.c.lease_until <= now),
        )
        .order_by(_jobs.c.next_attempt_at)
        .limit(most)
    )
    return [Ticket(row.id, row.kind, row.attempts) for row in connection.execute(query)]
