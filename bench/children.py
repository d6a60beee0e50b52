"""Children: the processes of a benchmark, what they cost in CPU and memory, and their orderly end."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import orjson
import psutil

from bench.load import Order
from sunup.embedded import end_with_parent

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0


class ChildFailed(Exception):
    """A process of the benchmark ended or did not come up; the message says which and what it wrote."""


class Child:
    """One running `python -m MODULE`.

    Args:
        name: What it is called in messages.
        arguments: The module and its arguments.
        folder: Where its log goes, and what it works in.
        environment: Its whole environment; this process's own where None.
        talks: Whether it is told what to do over its standard input.
    """

    def __init__(
        self,
        name: str,
        arguments: tuple[str, ...],
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        talks: bool = False,
    ) -> None:
        self.name = name
        self._log = folder / f"{name.replace(' ', '-')}.log"
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=folder,
                env=dict(environment or os.environ) | {"PYTHONPATH": _python_path()},
                stdin=pipe,
                stdout=pipe if talks else log,
                stderr=log,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - calls two C functions that were looked up before
            )

    def wait_for_port(self, port: int) -> None:
        """Return when it accepts connections.

        Raises:
            ChildFailed: It ended, or took too long.
        """
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.05)
        raise ChildFailed(f"{self.name} did not come up.\n{self.log_end()}")

    def check(self) -> None:
        """Raise `ChildFailed` where it has ended."""
        if self.process.poll() is not None:
            raise ChildFailed(f"{self.name} ended with {self.process.returncode}.\n{self.log_end()}")

    def log_end(self) -> str:
        """Return the end of what it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def cpu(self) -> float:
        """Return the seconds of CPU that it and its children have used."""
        return cpu_seconds(self.process.pid)

    def memory(self) -> float:
        """Return its resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def peak_memory(self) -> float:
        """Return the most resident memory that it has had, in MB; what it has now where the system does not tell."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return self.memory()

    def stop(self) -> None:
        """Let it drain and end; kill it when it does not."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


class Teller(Child):
    """A process that is given orders and tells what came of each, both as lines of JSON.

    Args:
        name: What it is called in messages.
        arguments: The module and its arguments.
        folder: Where its log goes.
    """

    def __init__(self, name: str, arguments: tuple[str, ...], folder: Path) -> None:
        super().__init__(name, arguments, folder, talks=True)

    def tell(self, order: object) -> dict[str, object]:
        """Have an order carried out and return what came of it.

        Raises:
            ChildFailed: It ended.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(orjson.dumps(order) + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ChildFailed(f"{self.name} ended.\n{self.log_end()}")
        found: dict[str, object] = orjson.loads(line)
        return found


class LoadGenerator(Teller):
    """The load generator, which stays for the whole run and remembers its crowds.

    Args:
        folder: Where its log goes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__("load generator", ("bench.load",), folder)

    def send(self, order: Order) -> "Load":
        """Have an order carried out and return what came of it.

        Raises:
            ChildFailed: The generator ended.
        """
        return Load(self.tell(order))


class Load:
    """What came of one order."""

    def __init__(self, plain: Mapping[str, object]) -> None:
        self.requests = whole(plain["requests"])
        self.failed = whole(plain["failed"])
        self.seconds = number(plain["seconds"])
        self.rate = number(plain["rate"])
        self.p50_ms = number(plain["p50_ms"])
        self.p99_ms = number(plain["p99_ms"])
        sent = plain["sent"]
        self.sent = [whole(one) for one in sent] if isinstance(sent, list) else []


def cpu_seconds(pid: int) -> float:
    """Return the seconds of CPU, user and system, of a process and of all its children, also of those that ended."""
    try:
        process = psutil.Process(pid)
        own = process.cpu_times()
        children = process.children(recursive=True)
    except psutil.NoSuchProcess:
        return 0.0
    total = own.user + own.system + getattr(own, "children_user", 0.0) + getattr(own, "children_system", 0.0)
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return float(total)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _python_path() -> str:
    return os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), str(ROOT))))


def whole(value: object) -> int:
    """Return a figure that a child told as a whole number."""
    assert isinstance(value, int)
    return value


def number(value: object) -> float:
    """Return a figure that a child told."""
    assert isinstance(value, int | float)
    return float(value)
