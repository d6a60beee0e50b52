"""The supervisor: everything in one process group on one machine, for a laptop or a small server.

It starts the embedded queue where none is configured, starts one process for each part, starts a part again that has
died, and on SIGTERM or Ctrl-C lets all of them drain. It holds no thread, connection or open file of its own, because
`sunup/children.py` forks the parts from it.
"""

import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

import structlog

from core.errors import ConfigurationError
from sunup.children import Child, Start
from sunup.embedded import EmbeddedQueue
from sunup.ending import REFUSED
from sunup.settings import Settings

_log = structlog.get_logger()

_LOOK_SECONDS = 0.2
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_QUEUE_PAUSE = 5.0
_STEADY_SECONDS = 30.0
"""A part that has lived this long has recovered; its next restart is immediate again."""
_KILL_AFTER = 5.0
"""Seconds beyond the drain time after which a part that will not stop is killed."""


@dataclass(slots=True)
class _Part:
    name: str
    process: Child | None = None
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE
    due_at: float = field(default=0.0)
    starts: int = 0

    def start(self, start: Start) -> None:
        self.process = start(self.name)
        self.started_at = time.monotonic()
        self.starts += 1

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def has_refused(self) -> bool:
        """Whether it said at its very first start what must be put right; later it may be a passing trouble."""
        return self.starts == 1 and self.process is not None and self.process.poll() == REFUSED

    def plan_restart(self) -> None:
        lived = time.monotonic() - self.started_at
        self.pause = _FIRST_PAUSE if lived > _STEADY_SECONDS else min(self.pause * 2, _LONGEST_PAUSE)
        self.due_at = time.monotonic() + self.pause
        self.process = None


class Supervisor:
    """Keeps the parts of one installation running.

    Args:
        settings: How many workers, where the data is, how long to drain.
        start: What starts a part: `web`, `send`, `schedule`, `worker 1`, `worker 2` and so on.
    """

    def __init__(self, settings: Settings, start: Start) -> None:
        self._settings = settings
        self._start = start
        self._queue = EmbeddedQueue(settings.data_dir) if settings.embedded_queue else None
        self._stopping = False
        self._code = 0
        self._queue_due_at = 0.0
        self._announced = settings.http_port == 0
        workers = [f"worker {number + 1}" for number in range(settings.workers)]
        self._parts = [_Part(name) for name in ("web", "send", "schedule", *workers)]

    def run(self) -> int:
        """Run until told to stop, or until a part refuses its first start.

        Returns:
            An exit code, when every part has drained: 0, or `REFUSED` where a part has said what is wrong.
        """
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        if self._queue is not None:
            self._queue.start()
        try:
            for part in self._parts:
                part.start(self._start)
            while not self._stopping:
                self._look()
                if not self._announced:
                    self._announce()
                time.sleep(_LOOK_SECONDS)
        finally:
            self._drain()
            if self._queue is not None:
                self._queue.stop()
        return self._code

    def _announce(self) -> None:
        """Tell the person at the terminal where the page is, once it answers."""
        settings = self._settings
        host = "127.0.0.1" if settings.http_host in ("0.0.0.0", "::") else settings.http_host  # noqa: S104 - compared
        url = settings.public_url or f"http://{host}:{settings.http_port}"
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.http_port}/readyz", timeout=1):
                pass
        except OSError:
            return
        self._announced = True
        _log.info("sunup_ready", url=url)
        if sys.stderr.isatty():
            sys.stderr.write(f"\n  Sunup is ready: {url}   (Ctrl-C stops it)\n\n")

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _look(self) -> None:
        """Start again what has died."""
        if self._queue is not None and not self._queue.running and time.monotonic() >= self._queue_due_at:
            self._restart(self._queue)
        for part in self._parts:
            if part.has_refused():
                self._stopping, self._code = True, REFUSED
                return
            if part.has_died():
                code = part.process.poll() if part.process else None
                part.plan_restart()
                _log.error("part_died", part=part.name, code=code, again_in=part.pause)
            elif part.process is None and time.monotonic() >= part.due_at:
                part.start(self._start)

    def _restart(self, queue: EmbeddedQueue) -> None:
        """Start the queue again; where that fails the parts go on without it, for it only wakes them up."""
        _log.error("queue_died")
        try:
            queue.start()
        except (ConfigurationError, OSError) as error:
            _log.error("queue_not_started", why=str(error), again_in=_QUEUE_PAUSE)
            self._queue_due_at = time.monotonic() + _QUEUE_PAUSE

    def _drain(self) -> None:
        """Let every part finish; kill one that does not."""
        alive = [part.process for part in self._parts if part.process is not None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + self._settings.drain_seconds + _KILL_AFTER
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("part_killed", pid=process.pid)
                process.kill()
                process.wait()
