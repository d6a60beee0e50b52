"""The supervisor over real processes: what dies is started again, what is told to stop drains, nothing is left over."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

PART = """
import os, pathlib, signal, sys, time

def live(name):
    folder = pathlib.Path(os.environ["STAND_IN_FOLDER"])
    stopping = False

    def tell(word):
        with (folder / name).open("a") as file:
            file.write(f"{word} {os.getpid()} {time.time()}\\n")

    def stop(number, frame):
        nonlocal stopping
        if not stopping:
            stopping = True
            time.sleep(0.2)
            tell("drained")
            sys.exit(0)

    stubborn = name in os.environ.get("STAND_IN_STUBBORN", "")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN if stubborn else stop)
    tell("started")
    if name in os.environ.get("STAND_IN_DYING", ""):
        sys.exit(3)
    if name in os.environ.get("STAND_IN_REFUSING", "") or (folder / f"{name} refuses").exists():
        sys.exit(2)
    while True:
        time.sleep(1)

if __name__ == "__main__":
    live(sys.argv[1])
"""
RUN = """
import functools, os, sys
from sunup import children, supervisor
from sunup.logs import configure_logs
from sunup.settings import read_settings

sys.path.insert(0, os.environ["STAND_IN_FOLDER"])
import part

def act(part_of, name):
    part.live(part_of)

configure_logs("json", "INFO")
supervisor._KILL_AFTER = 0.5
match sys.argv[1]:
    case "spawned":
        start = children.spawning((sys.executable, part.__file__))
    case "forked":
        children.settle()
        names = ("web", "send", "schedule", "worker")
        start = children.forking({name: functools.partial(act, name) for name in names})
sys.exit(supervisor.Supervisor(read_settings(None), start).run())
"""
PARTS = ("web", "send", "schedule", "worker")


class Troupe:
    """A supervisor whose parts are stand-ins that write down what happens to them."""

    def __init__(self, way: str, folder: Path, redis_url: str, **stage: str) -> None:
        self.folder = folder
        (folder / "part.py").write_text(PART)
        settings = {
            "SUNUP_REDIS_URL": redis_url,
            "SUNUP_DATA_DIR": str(folder / "data"),
            "SUNUP_HTTP_PORT": "0",
            "SUNUP_WORKERS": "1",
            "SUNUP_DRAIN_SECONDS": "2",
            "STAND_IN_FOLDER": str(folder),
        }
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, way],
                env={**os.environ, **settings, **stage},
                stderr=log,
                start_new_session=True,
            )

    def told(self, name: str, word: str) -> list[tuple[int, float]]:
        """Return process and moment of each time that a part told this."""
        with contextlib.suppress(FileNotFoundError):
            lines = [line.split() for line in (self.folder / name).read_text().splitlines()]
            return [(int(pid), float(at)) for said, pid, at in lines if said == word]
        return []

    def wait(self, condition: Callable[[], object], seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def wait_for_all(self) -> None:
        self.wait(lambda: all(self.told(name, "started") for name in PARTS))

    def left_over(self) -> list[int]:
        """Return the parts that are still alive."""
        started = [pid for name in PARTS for pid, _ in self.told(name, "started")]
        return [pid for pid in started if psutil.pid_exists(pid) and _alive(pid)]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(params=["forked", "spawned"])
def start(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Callable[..., Troupe]]:
    started: list[Troupe] = []

    def starter(**stage: str) -> Troupe:
        started.append(Troupe(request.param, tmp_path, redis_url, **stage))
        return started[-1]

    yield starter
    for troupe in started:
        troupe.process.kill()
        troupe.process.wait()
        for pid in troupe.left_over():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_supervisor_lets_every_part_drain(start: Callable[..., Troupe], number: signal.Signals) -> None:
    troupe = start()
    troupe.wait_for_all()
    troupe.process.send_signal(number)
    assert troupe.process.wait(10) == 0
    assert [len(troupe.told(name, "drained")) for name in PARTS] == [1, 1, 1, 1]
    assert troupe.left_over() == []


def test_ctrl_c_twice_in_a_terminal_lets_every_part_drain_once(start: Callable[..., Troupe]) -> None:
    troupe = start()
    troupe.wait_for_all()
    for _ in range(2):
        os.killpg(troupe.process.pid, signal.SIGINT)
        time.sleep(0.05)
    assert troupe.process.wait(10) == 0
    assert [len(troupe.told(name, "drained")) for name in PARTS] == [1, 1, 1, 1]
    assert troupe.left_over() == []


def test_a_part_that_died_is_started_again(start: Callable[..., Troupe]) -> None:
    troupe = start()
    troupe.wait_for_all()
    ((pid, _),) = troupe.told("send", "started")
    os.kill(pid, signal.SIGKILL)
    troupe.wait(lambda: len(troupe.told("send", "started")) == 2)
    assert [len(troupe.told(name, "started")) for name in PARTS] == [1, 2, 1, 1]
    assert '"part_died"' in (troupe.folder / "log").read_text()


def test_a_part_that_keeps_dying_is_started_after_growing_pauses(start: Callable[..., Troupe]) -> None:
    troupe = start(STAND_IN_DYING="schedule")
    troupe.wait(lambda: len(troupe.told("schedule", "started")) == 3)
    first, second, third = (at for _, at in troupe.told("schedule", "started"))
    assert second - first > 0.5
    assert third - second > 1.4 * (second - first)
    assert len(troupe.told("web", "started")) == 1


def test_a_part_that_refuses_its_first_start_ends_them_all(start: Callable[..., Troupe]) -> None:
    troupe = start(STAND_IN_REFUSING="web")
    assert troupe.process.wait(15) == 2
    assert troupe.left_over() == []
    assert '"part_died"' not in (troupe.folder / "log").read_text()


def test_a_part_that_refuses_a_later_start_is_started_again(start: Callable[..., Troupe]) -> None:
    troupe = start()
    troupe.wait_for_all()
    (troupe.folder / "web refuses").touch()
    ((pid, _),) = troupe.told("web", "started")
    os.kill(pid, signal.SIGKILL)
    troupe.wait(lambda: len(troupe.told("web", "started")) == 3)
    assert [len(troupe.told(name, "started")) for name in PARTS] == [3, 1, 1, 1]


def test_a_queue_that_does_not_come_back_is_told_and_the_parts_go_on(
    start: Callable[..., Troupe], tmp_path: Path
) -> None:
    troupe = start(SUNUP_REDIS_URL="")
    troupe.wait_for_all()
    children = psutil.Process(troupe.process.pid).children()
    [queue] = [child for child in children if "valkey" in child.name() or "redis" in child.name()]
    folder = tmp_path / "data" / "queue" / "appendonlydir"
    next(folder.glob("*.manifest")).write_text("no manifest of anything\n")
    queue.kill()
    troupe.wait(lambda: '"queue_not_started"' in (troupe.folder / "log").read_text())
    assert [len(troupe.told(name, "started")) for name in PARTS] == [1, 1, 1, 1]
    assert troupe.process.poll() is None


def test_a_part_that_will_not_stop_is_killed(start: Callable[..., Troupe]) -> None:
    troupe = start(STAND_IN_STUBBORN="worker", SUNUP_DRAIN_SECONDS="0")
    troupe.wait_for_all()
    troupe.process.terminate()
    assert troupe.process.wait(10) == 0
    assert troupe.left_over() == []
    assert '"part_killed"' in (troupe.folder / "log").read_text()


def test_a_supervisor_that_is_killed_leaves_no_orphan(start: Callable[..., Troupe]) -> None:
    troupe = start()
    troupe.wait_for_all()
    troupe.process.kill()
    troupe.process.wait()
    troupe.wait(lambda: not troupe.left_over())
    assert [len(troupe.told(name, "drained")) for name in PARTS] == [1, 1, 1, 1]


def test_a_part_that_waits_to_be_started_again_is_not_started_by_a_stop(start: Callable[..., Troupe]) -> None:
    troupe = start(STAND_IN_DYING="schedule")
    troupe.wait(lambda: troupe.told("schedule", "started") and troupe.told("worker", "started"))
    time.sleep(0.3)
    troupe.process.terminate()
    assert troupe.process.wait(10) == 0
    assert len(troupe.told("schedule", "started")) == 1
    assert troupe.left_over() == []
