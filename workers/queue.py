"""The queue: the one file that speaks RQ.

RQ carries wake-up calls: the id and kind of a job, as JSON, and nothing else. What the job is, whether it
has been done and what came of it stands in its row. So a wake-up call may be lost (a sweep makes it again)
or come twice (the row says that there is nothing to do).

A SimpleWorker runs jobs in its own process: 370 a second where forking reaches 90. A job that takes the
process down with it, for instance a picture that crashes a decoder, is run again by the sweep when its worker's
heartbeat stands still, and becomes a dead letter after its last attempt; whoever started the process starts it anew.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex
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

TIMERS_CALL = "sunup.timers"
"""What the call to fire timers is named; its truth is the timers, and no row of a job."""

JobTimedOut = JobTimeoutException
"""Raised in the middle of a job that took too long."""

_WAITING = frozenset({JobStatus.QUEUED, JobStatus.STARTED, JobStatus.DEFERRED, JobStatus.SCHEDULED})
_WORKER_TTL = 20
"""Seconds after which a silent worker counts as dead. An idle one does its upkeep only when this is nearly over."""
_MARGIN = timedelta(seconds=15)
"""RQ's alarm is the last resort for code that does not yield; a job's own time-out comes first."""
_RETRY_SECONDS = 1.0
_TIMERS_SECONDS = 60
"""How long a call to fire timers may wait and may take; it takes hardly more than a second."""


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
        self._called: list[str] = []

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
        with _translated():
            known = set(self._unended([_name(ticket) for ticket in tickets]))
        return [ticket for ticket in tickets if _name(ticket) not in known]

    def call_to_timers(self) -> int:
        """Call every worker that lives to fire timers, except as many as were called and have not ended.

        Returns:
            How many were called now.

        Raises:
            QueueUnavailable: Nobody was called.
        """
        with _translated():
            self._called = self._unended(self._called)
            wanted = self.workers() - len(self._called)
            calls = [
                self._queue.prepare_data(
                    TIMERS_CALL,
                    timeout=_TIMERS_SECONDS,
                    ttl=_TIMERS_SECONDS,
                    result_ttl=0,
                    failure_ttl=_TIMERS_SECONDS,
                    job_id=f"timers-{token_hex(8)}",
                )
                for _ in range(wanted)
            ]
            if calls:
                self._queue.enqueue_many(calls)
        self._called += [cast(str, call.job_id) for call in calls]
        return len(calls)

    def _unended(self, names: Sequence[str]) -> list[str]:
        """Return those of these calls that wait or are being answered."""
        pipeline = self._connection.pipeline(transaction=False)
        for name in names:
            pipeline.hget(Job.key_for(name), "status")
        waiting = {status.value.encode() for status in _WAITING}
        return [name for name, status in zip(names, pipeline.execute(), strict=True) if status in waiting]

    def workers(self) -> int:
        """Return how many workers listen; one that died counts for some seconds more."""
        return rq.Worker.count(queue=self._queue)

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
        fire_timers: Fires timers for a while; called likewise.
    """

    def __init__(self, url: str, run: Callable[[UUID], None], fire_timers: Callable[[], object] = lambda: None) -> None:
        self._url = url
        self._run = run
        self._fire_timers = fire_timers
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
            worker = _bound_worker(self._run, self._fire_timers, self._stopping)(
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


def _bound_worker(
    run: Callable[[UUID], None], fire_timers: Callable[[], object], stopping: threading.Event
) -> type[rq.SimpleWorker]:
    """Return RQ's worker class with our way of running a job, so that no name out of Redis is ever imported."""

    class _Call(Job):
        def perform(self) -> Any:
            try:
                if self.func_name == TIMERS_CALL:
                    fire_timers()
                else:
                    run(UUID(cast(str, self.args[0])))
            except errors.StorageUnavailable:
                # The row still says what is to be done, and the sweep makes a new call. RQ would try again at once,
                # three times, and keep the driver's words in Redis.
                _log.warning("job_waits_for_database", call=self.id)

    class _Worker(rq.SimpleWorker):
        job_class = _Call

        def request_stop(self, signum: int, frame: FrameType | None) -> None:
            stopping.set()
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call] # RQ leaves it untyped

    return _Worker
