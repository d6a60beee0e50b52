"""The timer loop: fires what is due as soon as it is, and has the workers help where that is much at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from core import errors
from storage import due
from workers.firing import Fired, Firing, TimerPorts

_log = structlog.get_logger()

LONGEST_SLEEP = timedelta(seconds=1)


class TimerLoop:
    """Fires timers; any number of loops may run at once.

    Args:
        ports: What it stands on.
        wake: Set by whoever knows of a timer that is due earlier than others.
        call_workers: Called after each full batch, since more is likely to be due; None where nobody can help.
    """

    def __init__(
        self, ports: TimerPorts, wake: asyncio.Event | None = None, call_workers: Callable[[], None] | None = None
    ) -> None:
        self._ports = ports
        self._firing = Firing(ports)
        self._wake = wake or asyncio.Event()
        self._call_workers = call_workers

    async def run(self, stop: asyncio.Event) -> None:
        """Fire timers until told to stop; a batch that has begun is finished."""
        loop = asyncio.get_running_loop()
        stopper = asyncio.create_task(self._listen(stop))
        with ThreadPoolExecutor(1, thread_name_prefix="timers") as thread:
            while not stop.is_set():
                self._wake.clear()
                try:
                    fired = await loop.run_in_executor(thread, self.fire_batch)
                    pause = fired.rest if fired.timers else await loop.run_in_executor(thread, self.pause)
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
        while batch := self.fire_batch().timers:
            fired += batch
        return fired

    def fire_batch(self) -> Fired:
        """Fire one batch, and call the workers where it was a full one; see `Firing.fire_batch`."""
        fired = self._firing.fire_batch()
        if fired.full and self._call_workers is not None:
            self._call_workers()
        return fired

    def pause(self) -> timedelta:
        """Return how long nothing will be due, at most `LONGEST_SLEEP`."""
        with self._ports.database.read() as connection:
            due_at = due.next_due(connection)
        if due_at is None:
            return LONGEST_SLEEP
        wait = due_at - self._ports.clock.now()
        # What is due and yet was not fired is in the hands of another process for a moment.
        return min(wait, LONGEST_SLEEP) if wait > timedelta() else timedelta(milliseconds=50)

    async def _listen(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _sleep(self, pause: timedelta) -> None:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return
