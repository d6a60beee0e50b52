"""Child processes of the supervisor: on Linux forked from it, elsewhere programs of their own.

A forked child has nothing left to load, and shares the memory of what its parent has loaded. That is right only while
the parent has no thread, no event loop, no connection and no file open: it loads, forks and waits, and whatever else
there is to do is done in a child.
"""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol

from sunup.embedded import end_with_parent
from sunup.ending import carry_out

CAN_FORK = sys.platform == "linux"
"""Elsewhere a fork may break what the system's own libraries have begun, as on macOS, or is not there at all."""

_STOPPING = (signal.SIGTERM, signal.SIGINT)
_LOOK_SECONDS = 0.02


class Child(Protocol):
    """What is asked of a child process, in the words of `subprocess.Popen`, which is one."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def poll(self) -> int | None:
        """Return its exit code, or minus the signal that ended it; None while it lives."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return what `poll` does; raises `subprocess.TimeoutExpired` after so many seconds."""

    def terminate(self) -> None:
        """Send SIGTERM; does nothing once it has ended."""

    def kill(self) -> None:
        """Send SIGKILL; does nothing once it has ended."""


Start = Callable[[str], Child]
"""Starts a part by its name; of `worker 2` the first word says which part it is, the rest which one of several."""


def spawning(program: Sequence[str]) -> Start:
    """Return what starts a part as a program of its own.

    Args:
        program: The words of a command to which the part and its name are added.
    """

    def start(name: str) -> Child:
        return subprocess.Popen(
            (*program, _part_of(name), "--name", name),
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - calls two C functions that were looked up before
        )

    return start


def forking(parts: Mapping[str, Callable[[str], object]]) -> Start:
    """Return what starts a part as a fork of this process; `settle` goes before.

    Args:
        parts: What each part does; takes its name, such as `worker 2`.
    """

    def start(name: str) -> Child:
        return Forked(f"sunup {name}", partial(parts[_part_of(name)], name))

    return start


def _part_of(name: str) -> str:
    return name.partition(" ")[0]


def settle() -> None:
    """Make this process ready to be forked, when it has loaded everything.

    The collector marks what it looks at. What is exempt from it stays as it is, in memory that all children share.
    """
    # Whoever started us may have had us ignore it; then no exit code of a child would ever reach us.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    gc.collect()
    gc.freeze()


class Forked:
    """A child that goes on with what this process has loaded. It ends when its parent dies.

    Args:
        name: What `ps` shows it as, and `top` in 15 characters.
        command: What it does; see `carry_out` for how it ends.
    """

    def __init__(self, name: str, command: Callable[[], object]) -> None:
        self._name = name
        self._code: int | None = None
        end = end_with_parent()
        _flush()  # else the child would write once more what still waits here
        # A signal that comes before the child has let go of its parent's handlers would be handled by those, and lost.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _live(name, command, end, mask)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def poll(self) -> int | None:
        """See `Child`."""
        if self._code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """See `Child`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if timeout is not None and deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(self._name, timeout)
            time.sleep(_LOOK_SECONDS)
        return code

    def terminate(self) -> None:
        """See `Child`."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """See `Child`."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:  # an id that was waited for may already be somebody else's
            os.kill(self.pid, number)


def _live(
    name: str, command: Callable[[], object], end: Callable[[], None] | None, mask: set[int | signal.Signals]
) -> NoReturn:
    """Be the child, from the fork to its end: the parent's frames that called this one must never be returned to."""

    def unmasked() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        command()

    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if end is not None:
            end()
        _let_go_of_files()
        _show_as(name)
        code = carry_out(unmasked)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:  # noqa: BLE001 - what is told here would else be told by the parent's frames
        sys.excepthook(*sys.exc_info())
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody may be reading any more
            stream.flush()


def _let_go_of_files() -> None:
    """Read nothing from the terminal, and close whatever the parent happened to have open beside the three streams."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    with contextlib.suppress(OSError):
        numbers = [int(file.name) for file in Path("/proc/self/fd").iterdir()]
        for number in filter(lambda one: one > 2, numbers):
            with contextlib.suppress(OSError):  # the one that the list was read from is closed already
                os.close(number)


def _show_as(name: str) -> None:
    """Write the name over the arguments of this process, where `ps` reads them; where that is forbidden, leave them."""
    shown = Path("/proc/self")
    with contextlib.suppress(OSError):
        (shown / "comm").write_text(name)
        after_name = (shown / "stat").read_text().rpartition(")")[2].split()
        begin, end = int(after_name[45]), int(after_name[46])
        room = max(0, end - begin - 1)
        with (shown / "mem").open("r+b", buffering=0) as memory:
            memory.seek(begin)
            memory.write(name.encode()[:room].ljust(room, b"\0"))
