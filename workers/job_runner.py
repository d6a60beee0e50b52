"""The job runner: takes hold of a job's row, does the job, and writes down what came of it in one transaction."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from bots.adapter import Adapter
from conversations.events import JobFinished
from core import errors
from core.forecast import DEFAULT_PRICES, Prices
from core.ports import Clock, Hints, IdSource
from core.retry import MOST_JOB_ATTEMPTS, next_job_attempt
from core.undigested import Undigested
from storage import tables
from storage.broadcasts import Broadcasts
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.intake import tell
from storage.jobs import Jobs, RunningJob
from storage.linking import Linking
from storage.media import Media
from storage.members import Members
from storage.nudges import Nudges
from storage.sealing import Unsealable
from storage.tags import Tags
from storage.turns import Report, Turns
from workers.heart import Pulse
from workers.jobs.kind import JobContext, JobKind, JobResult
from workers.queue import JobTimedOut

_log = structlog.get_logger()

_LEASE_MARGIN = timedelta(seconds=30)
_DATABASE_WAITS = (0.2, 1.0, 3.0)
"""Seconds between attempts to write down what came of a job, before the queue brings it again."""


@dataclass(frozen=True, slots=True)
class JobPorts:
    """What a job runner stands on.

    Args:
        database: Where the rows are.
        jobs: Takes hold of them.
        turns: Tells a dialogue how its job ended.
        dead_letters: Makes the letter of a job that was given up.
        media: Keeps files.
        find_adapter: Finds an adapter by channel and account; None where this process has none.
        clock: The time.
        ids: Makes identifiers.
        hints: Whom to wake when a finished job leaves something to do.
        observe: Called with kind and outcome (`done`, `refused`, `failed`, `retried`) of each run.
        prices: What messages cost, for forecasts.
    """

    database: Database
    jobs: Jobs
    turns: Turns
    dead_letters: DeadLetters
    media: Media
    find_adapter: Callable[[str, str], Adapter | None]
    clock: Clock
    ids: IdSource
    hints: Hints
    observe: Callable[[str, str], None] = field(default=lambda kind, outcome: None)
    prices: Prices = DEFAULT_PRICES


class JobRunner:
    """Runs jobs, one at a time, all on one event loop: clients that keep connections survive from job to job.

    Args:
        ports: What it stands on.
        kinds: The kinds of jobs by name.
        loop_factory: Makes the event loop; asyncio's own where None.
    """

    def __init__(
        self,
        ports: JobPorts,
        kinds: Mapping[str, JobKind],
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self._ports = ports
        self._kinds = kinds
        self._loop_factory = loop_factory
        self._runner = asyncio.Runner(loop_factory=loop_factory)
        self._linking = Linking(
            ports.database, ports.turns, sealer=ports.turns.sealer, ids=ports.ids, clock=ports.clock, hints=ports.hints
        )
        self._broadcasts = Broadcasts(ports.database, ports.turns.sealer, ports.ids, ports.clock)
        self._tags = Tags(ports.database, ports.turns, ports.ids, clock=ports.clock, hints=ports.hints)
        self._nudges = Nudges(ports.database, ports.turns.sealer, ports.ids, ports.clock)
        self._members = Members(ports.database, ports.turns.sealer, ports.clock)
        self._pulse = Pulse(ports.database, ports.clock)

    def run(self, job_id: UUID) -> None:
        """Run a job, unless it has ended, is not due, or another worker has it.

        Raises:
            StorageUnavailable: Nothing was written; the queue or the sweep brings the job again.
        """
        job = self._start(job_id)
        if job is not None:
            with self._pulse.beating():
                self._run(job)

    def _run(self, job: RunningJob) -> None:
        kind = self._kinds.get(job.kind)
        if kind is None:
            self._give_up(job, {"reason": "unknown_kind"}, f"there is no job kind {job.kind!r}")
        elif job.seal is None:
            self._give_up(job, {"reason": "forgotten"}, "its person was forgotten")
        elif job.attempts > MOST_JOB_ATTEMPTS:
            # Every attempt is counted before it begins, so one that killed its process got here as well.
            self._give_up(job, kind.given_up, "no attempt came to an end")
        else:
            self._attempt(job, kind)

    def await_one(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the jobs' loop, for instance to close the clients that jobs use."""
        self._runner.run(coroutine)

    def close(self) -> None:
        """Close the event loop."""
        self._runner.close()

    def _start(self, job_id: UUID) -> RunningJob | None:
        now = self._ports.clock.now()
        with self._ports.database.write() as connection:
            job = self._ports.jobs.start(connection, job_id, self._pulse.owner, now=now, lease=self._lease)
            if job is not None:
                self._pulse.begin(connection, now)
        return job

    def _lease(self, name: str) -> timedelta:
        kind = self._kinds.get(name)
        return (kind.timeout if kind else timedelta()) + _LEASE_MARGIN

    def _attempt(self, job: RunningJob, kind: JobKind) -> None:
        try:
            ended = self._runner.run(self._perform(job, kind))
        except JobTimedOut:
            self._renew_loop()
            self._retry(job, kind, TimeoutError())
        except Exception as error:  # noqa: BLE001 - whatever a job dies of, its person hears of it in the end
            self._retry(job, kind, error)
        else:
            self._persist(lambda: self._end(job, ended, ""))
            self._ports.observe(job.kind, "done" if ended.succeeded else "refused")

    async def _perform(self, job: RunningJob, kind: JobKind) -> JobResult:
        if job.seal is None:
            raise Unsealable
        ports = self._ports
        context = JobContext(
            job,
            job.seal,
            ports.find_adapter,
            ports.media,
            ports.clock,
            self._linking,
            self._members,
            self._broadcasts,
            self._tags,
            ports.prices,
            self._nudges,
        )
        async with asyncio.timeout(kind.timeout.total_seconds()):
            return await kind.run(job.payload, context)

    def _renew_loop(self) -> None:
        """Leave a loop behind in which something was torn out of its middle."""
        self._runner.close()
        self._runner = asyncio.Runner(loop_factory=self._loop_factory)

    def _retry(self, job: RunningJob, kind: JobKind, error: Exception) -> None:
        name = type(error).__name__
        retry_after = error.retry_after if isinstance(error, errors.SendError) else None
        again = next_job_attempt(job.id, job.attempts, self._ports.clock.now(), retry_after)
        expected = isinstance(error, (errors.SunupError, TimeoutError))
        _log.warning(
            "job_failed", job_id=str(job.id), kind=job.kind, attempt=job.attempts, error=name, exc_info=not expected
        )
        if again is None:
            self._give_up(job, kind.given_up, name)
            return
        self._persist(lambda: self._put_back(job, again.at, name))
        self._ports.observe(job.kind, "retried")

    def _put_back(self, job: RunningJob, at: datetime, error: str) -> None:
        with self._ports.database.write() as connection:
            self._ports.jobs.retry(connection, job, at, error)

    def _give_up(self, job: RunningJob, result: Mapping[str, Any], reason: str) -> None:
        _log.error("job_given_up", job_id=str(job.id), kind=job.kind, reason=reason)
        try:
            self._persist(lambda: self._end(job, JobResult(result, succeeded=False), reason))
        except errors.StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 - a dialogue that cannot be told must not bring its job back for ever
            _log.exception("job_end_not_told", job_id=str(job.id), kind=job.kind)
            self._persist(lambda: self._end(job, None, reason))
        self._ports.observe(job.kind, "failed")

    def _end(self, job: RunningJob, ended: JobResult | None, error: str) -> None:
        """Write down how a job ended, and tell its dialogue, unless another worker took it over meanwhile."""
        now = self._ports.clock.now()
        report = Report()
        with self._ports.database.write() as connection:
            if not self._ports.jobs.end(connection, job, now, error=error):
                _log.warning("job_ended_too_late", job_id=str(job.id), kind=job.kind)
                return
            if error:
                body = orjson.dumps({"job": job.id, "kind": job.kind})
                letter = self._ports.dead_letters.row(Undigested("job", f"{job.kind}: {error}", key=str(job.id)), body)
                connection.execute(tables.dead_letters.insert(), letter)
            if ended is not None:
                event = JobFinished(self._ports.ids.new(), job.key, ended.succeeded, dict(ended.result))
                report = self._ports.turns.finish_job(connection, job.person_id, event, now)
        tell(self._ports.hints, report)

    def _persist(self, write: Callable[[], None]) -> None:
        """Write, and be patient with a database that is away for a moment: the work is done already."""
        for seconds in _DATABASE_WAITS:
            try:
                write()
            except errors.StorageUnavailable:
                time.sleep(seconds)
            else:
                return
        write()
