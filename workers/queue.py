"""The queue: the one file that speaks RQ.

RQ carries wake-up calls: the id and kind of a job, as JSON, and nothing else. What the job is, whether it
has been done and what came of it stands in its row. So a wake-up call may be lost (a sweep makes it again)
or come twice (the row says that there is nothing to do).

A SimpleWorker runs jobs in its own process: 370 a second where forking reaches 90. A job that takes the
process down with it, for instance a picture that crashes a decoder, is run again by the sweep when its lease
has run out, and becomes a dead letter after its last attempt; whoever started the process starts it anew.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any, cast
from uuid import UUID

import redis
import rq
import structlog
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from core import errors
from storage.jobs import Ticket

_log = structlog.get_logger()

QUEUE = "sunup"
CALL = "sunup.job"
"""What a wake-up call is named; it is no importable function, so nothing but a Sunup worker can run it."""

JobTimedOut = JobTimeoutException
"""Raised in the middle of a job that took too long."""

_WAITING = frozenset({JobStatus.QUEUED, JobStatus.STARTED, JobStatus.DEFERRED, JobStatus.SCHEDULED})
_WORKER_TTL = 20
"""Seconds after which a silent worker counts as dead. An idle one does its upkeep only when this is nearly over."""
_MARGIN = timedelta(seconds=15)
"""RQ's alarm is the last resort for code that does not yield; a job's own time-out comes first."""
_RETRY_SECONDS = 1.0


class QueueUnavailable(errors.SunupError):
    """The queue does not answer; the sweep tries again."""


class Queue:
    """Hands jobs to the workers.

    Args:
        url: Where Redis is.
        timeouts: How long a job of each kind may take.
    """

    def __init__(self, url: str, timeouts: Callable[[str], timedelta]) -> None:
        # Short limits: a commit has just happened and its request still waits. What is not handed over is swept up.
        self._connection = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._queue = rq.Queue(QUEUE, connection=self._connection, serializer=JSONSerializer)
        self._timeouts = timeouts

    def put(self, jobs: Sequence[tuple[UUID, str]]) -> None:
        """Hand over new jobs, as (id, kind).

        Raises:
            redis.RedisError: They were not handed over; the sweep does it.
        """
        self._put([Ticket(job, kind) for job, kind in jobs])

    def put_tickets(self, tickets: Sequence[Ticket]) -> None:
        """Hand over jobs, in one round trip.

        Raises:
            QueueUnavailable: They were not handed over.
        """
        with _translated():
            self._put(tickets)

    def _put(self, tickets: Sequence[Ticket]) -> None:
        calls = [
            self._queue.prepare_data(
                CALL,
                args=[str(ticket.id), ticket.kind],
                timeout=int((self._timeouts(ticket.kind) + _MARGIN).total_seconds()),
                result_ttl=0,
                failure_ttl=3600,
                description=ticket.kind,
                job_id=_name(ticket),
                retry=rq.Retry(max=3),
            )
            for ticket in {_name(ticket): ticket for ticket in tickets}.values()
        ]
        if calls:
            self._queue.enqueue_many(calls)

    def missing(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """Return those of which Redis knows nothing, or only that they are over.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        pipeline = self._connection.pipeline(transaction=False)
        for ticket in tickets:
            pipeline.hget(Job.key_for(_name(ticket)), "status")
        with _translated():
            found = pipeline.execute()
        waiting = {status.value.encode() for status in _WAITING}
        return [ticket for ticket, status in zip(tickets, found, strict=True) if status not in waiting]

    def ping(self) -> None:
        """Return when the queue answers; raises `QueueUnavailable` where it does not."""
        with _translated():
            self._connection.ping()

    def waiting(self) -> int:
        """Return how many wake-up calls no worker has taken yet."""
        return int(self._queue.count)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (redis.RedisError, OSError) as error:
        raise QueueUnavailable from error


def _name(ticket: Ticket) -> str:
    return f"{ticket.id}-{ticket.attempts}"


class Worker:
    """Runs jobs in this process, one after another, until it is told to stop.

    Args:
        url: Where Redis is.
        run: Runs a job by its id; called in the main thread. `StorageUnavailable` means that it did nothing.
    """

    def __init__(self, url: str, run: Callable[[UUID], None]) -> None:
        self._url = url
        self._run = run
        self._stopping = threading.Event()

    def work(self, *, burst: bool = False) -> None:
        """Work until SIGTERM or SIGINT, and finish the job at hand first; must be called in the main thread.

        A Redis that goes away is waited for.

        Args:
            burst: End as soon as nothing waits.
        """
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not self._stopping.is_set():
            try:
                self._work(burst)
            except (redis.RedisError, OSError) as error:
                _log.warning("worker_waits_for_redis", error=type(error).__name__)
                self._stopping.wait(_RETRY_SECONDS)
            if burst:
                return

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _work(self, burst: bool) -> None:
        connection = redis.Redis.from_url(self._url, socket_connect_timeout=2)
        try:
            connection.ping()
            worker = _bound_worker(self._run, self._stopping)(
                [QUEUE],
                connection=connection,
                serializer=JSONSerializer,
                worker_ttl=_WORKER_TTL,
                job_monitoring_interval=5,
                maintenance_interval=10,
                log_job_description=False,
            )
            began = time.monotonic()
            worker.work(burst=burst, logging_level="WARNING")
            # RQ ends a worker whose Redis went away in the middle of a job; it must not come back in a tight circle.
            if not burst and time.monotonic() - began < _RETRY_SECONDS:
                self._stopping.wait(_RETRY_SECONDS)
        finally:
            connection.close()


def _bound_worker(run: Callable[[UUID], None], stopping: threading.Event) -> type[rq.SimpleWorker]:
    """Return RQ's worker class with our way of running a job, so that no name out of Redis is ever imported."""

    class _Call(Job):
        def perform(self) -> Any:
            job_id = UUID(cast(str, self.args[0]))
            try:
                run(job_id)
            except errors.StorageUnavailable:
                # The row still says what is to be done, and the sweep makes a new call. RQ would try again at once,
                # three times, and keep the driver's words in Redis.
                _log.warning("job_waits_for_database", job_id=str(job_id))

    class _Worker(rq.SimpleWorker):
        job_class = _Call

        def request_stop(self, signum: int, frame: FrameType | None) -> None:
            stopping.set()
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call] # RQ leaves it untyped

    return _Worker
