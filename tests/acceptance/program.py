"""The whole program as its operator runs it: processes of its own, seen from outside."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import aiohttp
import orjson
import psutil

from sunup.settings import PREFIX

PATIENCE = 60.0
"""Seconds that a condition may take on a machine that has other things to do."""
STOP_SECONDS = 40.0
PARTS = ("web", "send", "schedule", "worker")


async def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition.

    Raises:
        AssertionError: It did not come true in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about within {seconds:.0f} s")
        await asyncio.sleep(0.03)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Program:
    """One installation: `sunup serve`, or single parts of it.

    Args:
        folder: Where it runs, and where its data and logs are kept.
        settings: Its environment, with or without the prefix `SUNUP_`.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        given = {name if name.startswith(PREFIX) else PREFIX + name: value for name, value in settings.items()}
        self.settings = {
            "SUNUP_DATA_DIR": str(self.data),
            "SUNUP_HTTP_PORT": str(self.port),
            "SUNUP_LOG_FORMAT": "json",
            **given,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = folder / "log"
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes find in their environment."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return own | self.settings

    @property
    def log(self) -> str:
        """Everything that it has logged so far."""
        return self.logs.read_text(errors="replace") if self.logs.exists() else ""

    def events(self, name: str) -> list[dict[str, object]]:
        """Return the log's lines of one event."""
        return [line for line in map(_line, self.log.splitlines()) if line.get("event") == name]

    # -- starting and stopping ---------------------------------------------------------------

    def run(self, *command: str, seconds: float = PATIENCE, words: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with `words` as what is typed."""
        return subprocess.run(
            [sys.executable, "-m", "sunup", *command],
            env=self.environment,
            cwd=self.folder,
            input=words,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *parts: str) -> None:
        """Start `serve`, or the parts named."""
        for part in parts or ("serve",):
            with self.logs.open("ab") as log:
                self.running[part] = subprocess.Popen(
                    [sys.executable, "-m", "sunup", part.partition(" ")[0]],
                    env=self.environment,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    async def ready(self, seconds: float = PATIENCE) -> None:
        """Wait until it takes messages; raises AssertionError with the end of its log where it does not."""
        try:
            await self.answers("/readyz", 200, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log[-4000:]}") from None

    async def answers(self, path: str, status: int, seconds: float = PATIENCE) -> None:
        """Wait until a page of it answers with a status; 0 stands for no answer at all."""
        deadline, found = time.monotonic() + seconds, -1
        while found != status:
            if time.monotonic() > deadline:
                raise AssertionError(f"{path} answered {found}, not {status}, after {seconds:.0f} s")
            died = [name for name, process in self.running.items() if process.poll() is not None]
            if died:
                raise AssertionError(f"{died} died")
            found = await self.status(path)
            await asyncio.sleep(0.05)

    async def status(self, path: str) -> int:
        """Return the status that a page answers with now; 0 where there is no answer."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
                http.get(self.url + path) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def stop(self) -> dict[str, int]:
        """Ask every process to end, wait for it, and return the exit codes."""
        return await asyncio.to_thread(self._stop)

    def _stop(self) -> dict[str, int]:
        for process in self.running.values():
            process.terminate()
        try:
            codes = {name: process.wait(STOP_SECONDS) for name, process in self.running.items()}
        finally:
            self.end()
        return codes

    def end(self) -> None:
        """Kill whatever is left of it."""
        for process in self.running.values():
            children = _children(process.pid)
            process.kill()
            for child in children:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
            process.wait()
        self.running.clear()

    # -- faults ------------------------------------------------------------------------------

    def part(self, name: str) -> psutil.Process | None:
        """Return the process of a part (`web`, `send`, `schedule`, `worker`), also below `serve`; None without one."""
        own = self.running.get(name)
        if own is not None:
            return psutil.Process(own.pid) if own.poll() is None else None
        children = [child for process in self.running.values() for child in _children(process.pid)]
        return next((child for child in children if _is_part(child, name)), None)

    def kill(self, name: str) -> bool:
        """Kill a part with signal 9; returns whether there was one."""
        found = self.part(name)
        if found is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            found.send_signal(signal.SIGKILL)
        own = self.running.pop(name, None)
        if own is not None:
            own.wait()
        return True

    # -- what it must not say ----------------------------------------------------------------

    def faults_in_log(self, secrets: Iterable[str], expected: Collection[str] = ()) -> list[str]:
        """Return what must not stand in the log: secrets, what people said, tracebacks, errors nobody expects.

        Args:
            secrets: Tokens, keys, and the words of people.
            expected: Names of events of level `error` that the test has caused, or of libraries that may log some.
        """
        faults = [f"{secret[:4]}… is in the log" for secret in secrets if secret and secret in self.log]
        known = {*expected}
        for words in self.log.splitlines():
            line = _line(words)
            if not line:
                faults.append(f"a line that is no event: {words[:300]}")
            elif line.get("level") in ("error", "critical") and not {line.get("event"), line.get("logger")} & known:
                faults.append(words[:1500])
        return faults


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _line(words: str) -> dict[str, object]:
    try:
        found = orjson.loads(words)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_part(child: psutil.Process, name: str) -> bool:
    try:
        return child.name().startswith(f"sunup {name}") and child.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
