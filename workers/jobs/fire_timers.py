"""fire_timers: a worker helps the timer loop with a wave, timers that are due in great numbers at once.

It is in no table and has no row as other jobs have: the timers are the rows. A call that is lost costs only time, for
the loop fires on and calls again; one that comes twice finds nothing to do.
"""

import time
from collections.abc import Callable

import structlog

from workers.firing import Firing
from workers.queue import QueueUnavailable

_log = structlog.get_logger()

SLICE_SECONDS = 1.0
"""After which a worker ends, so that a job for which somebody waits has its turn; a wave goes on with the next call."""
_CALL_SECONDS = 0.2
_SILENT_SECONDS = 2.0
"""How long nobody is called after the queue did not answer: the loop must not wait for it with every batch."""


def fire_timers(firing: Firing, now: Callable[[], float] = time.monotonic) -> int:
    """Fire until less than a batch is due, or for a second; return how many timers were fired.

    Raises:
        StorageUnavailable: The database does not answer; what was fired before is kept.
    """
    fired, ends_at = 0, now() + SLICE_SECONDS
    while now() < ends_at:
        batch = firing.fire_batch()
        fired += batch.timers
        if not batch.full:
            break
        time.sleep(batch.rest.total_seconds())
    return fired


class WorkerCall:
    """Calls workers to a wave, no more often than is of use.

    Args:
        call: Calls every worker that is not called yet; raises `QueueUnavailable`.
        now: Seconds that never go back.
    """

    def __init__(self, call: Callable[[], int], now: Callable[[], float] = time.monotonic) -> None:
        self._call = call
        self._now = now
        self._next = float("-inf")

    def __call__(self) -> None:
        """Call them, unless that was done, or failed, a moment ago."""
        if self._now() < self._next:
            return
        try:
            called = self._call()
        except QueueUnavailable:
            self._next = self._now() + _SILENT_SECONDS
            _log.warning("wave_without_workers")
            return
        self._next = self._now() + _CALL_SECONDS
        if called:
            _log.info("workers_called", workers=called)
