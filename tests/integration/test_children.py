"""Forked children: each starts like a program of its own, ends like one, and shares what its parent has loaded."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).parents[2]
BEFORE = """
import gc, json, os, random, secrets, signal, subprocess, sys, time
from sunup.children import Forked, settle

def tell(what):
    os.write(1, json.dumps(what).encode() + b"\\n")
"""


def run(script: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a parent to its end."""
    command = [sys.executable, "-c", BEFORE + script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False, **more)


def told(script: str, **more: Any) -> list[Any]:
    """Run a parent that must end well, and return what it and its children told."""
    done = run(script, **more)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("lambda: None", 0, ""),
        ("lambda: sys.exit()", 0, ""),
        ("lambda: sys.exit(7)", 7, ""),
        ("lambda: sys.exit('words')", 1, ""),
        ("lambda: 1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("lambda: os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, ""),
        ("lambda: os.kill(os.getpid(), signal.SIGINT)", 130, ""),
        ("refuse", 2, "sunup: SUNUP_X must be set."),
    ],
)
def test_child_ends_like_a_command(command: str, code: int, said: str) -> None:
    script = f"""
from core import errors

def refuse():
    raise errors.ConfigurationError("SUNUP_X must be set.")

try:
    child = Forked("child", {command})
    tell([child.wait(), child.poll()])
finally:
    tell("the parent's end")
"""
    done = run(script)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [[code, code], "the parent's end"]
    assert (done.stderr.splitlines() or [""])[-1] == said


def test_child_is_waited_for_stopped_and_killed() -> None:
    script = """
child = Forked("child", lambda: time.sleep(60))
try:
    child.wait(0.1)
except subprocess.TimeoutExpired:
    tell(child.poll())
child.terminate()
tell(child.wait(10))
child.terminate()
child.kill()
other = Forked("other", lambda: time.sleep(60))
other.kill()
tell(other.wait())
"""
    assert told(script) == [None, -signal.SIGTERM, -signal.SIGKILL]


def test_exit_code_arrives_also_where_the_parent_was_started_to_ignore_it() -> None:
    script = """
settle()
tell(Forked("child", lambda: sys.exit(2)).wait())
"""
    assert told(script, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)) == [2]


def test_child_has_neither_its_parents_signal_handlers_nor_its_mask() -> None:
    script = """
def tell_signals():
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    tell(handlers == [signal.SIG_DFL, signal.default_int_handler])
    tell([*signal.pthread_sigmask(signal.SIG_BLOCK, ())])

for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: tell("handled by the parent's handler"))
Forked("child", tell_signals).wait()
tell([*signal.pthread_sigmask(signal.SIG_BLOCK, ())])
"""
    assert told(script) == [True, [], []]


def test_stop_in_the_moment_of_the_fork_ends_the_child() -> None:
    script = """
signal.signal(signal.SIGTERM, lambda number, frame: tell("handled by the parent's handler"))
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
tell(Forked("child", lambda: tell("lives on")).wait())
"""
    assert told(script) == [-signal.SIGTERM]


def test_child_has_only_the_three_streams_and_reads_nothing() -> None:
    script = """
def tell_files():
    folder = "/proc/self/fd"
    tell({name: os.readlink(f"{folder}/{name}") for name in os.listdir(folder) if os.path.exists(f"{folder}/{name}")})
    tell(sys.stdin.read())

kept = open(sys.executable, "rb")
apart = os.dup(kept.fileno())
Forked("child", tell_files).wait()
kept.read(1)
os.fstat(apart)
"""
    files, typed = told(script, input="typed\n")
    assert sorted(files) == ["0", "1", "2"]
    assert files["0"] == os.devnull
    assert typed == ""


def test_what_the_parent_has_not_yet_written_is_written_once() -> None:
    done = run(
        """
sys.stdout.write("from the parent, ")
Forked("child", lambda: sys.stdout.write("from the child, ")).wait()
sys.stdout.write("the end")
""",
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )
    assert done.stdout == "from the parent, from the child, the end"


def test_children_draw_no_identifier_or_nonce_or_number_twice() -> None:
    script = """
from storage.sealing import Seal
from sunup.clock import Uuid7Source

ids, seal = Uuid7Source(), Seal(bytes(32))

def draw():
    sealed = [seal.close(b"", b"").hex() for _ in range(5)]
    drawn = [ids.new().hex for _ in range(5)] + sealed
    return drawn + [repr(random.random()), secrets.token_hex(), os.urandom(8).hex()]

settle()
tell(draw())
for child in [Forked("child", lambda: tell(draw())) for _ in range(4)]:
    child.wait()
tell(draw())
"""
    drawn = [one for family in told(script) for one in family]
    assert len(drawn) == 6 * 13
    assert len(set(drawn)) == len(drawn)


def test_what_the_parent_has_loaded_is_exempt_from_collections() -> None:
    script = """
import sunup.processes.web
settle()
Forked("child", lambda: tell([gc.get_freeze_count(), len(gc.get_objects())])).wait()
"""
    [[frozen, watched]] = told(script)
    assert frozen > 50_000
    assert watched < 5_000


def test_child_shares_most_of_its_memory_with_its_parent() -> None:
    script = """
import psutil
import sunup.processes.web

def tell_memory():
    gc.collect()
    memory = psutil.Process().memory_full_info()
    tell([memory.uss, memory.rss])

settle()
Forked("child", tell_memory).wait()
"""
    [[own, whole]] = told(script)
    assert own < whole / 5


@pytest.mark.parametrize(("name", "times"), [("sunup web", 1), ("sunup worker 12", 1), ("long ", 500)])
def test_child_is_shown_by_its_name_and_its_environment_stays(name: str, times: int) -> None:
    script = f"""
def tell_name():
    tell([open("/proc/self/" + file).read() for file in ("comm", "cmdline", "environ")])

Forked({name!r} * {times}, tell_name).wait()
tell_name()
"""
    (comm, arguments, environment), (parents_comm, parents_arguments, parents_environment) = told(script)
    assert comm == (name * times)[:15] + "\n"
    assert arguments.rstrip("\0") == (name * times)[: len(parents_arguments) - 1]
    assert environment == parents_environment
    assert parents_comm != comm
    assert parents_arguments.startswith(sys.executable)


def test_child_ends_when_its_parent_is_killed() -> None:
    script = """
def live():
    tell(os.getpid())
    time.sleep(60)

Forked("child", live)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", BEFORE + script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(json.loads(parent.stdout.readline()))
        parent.kill()
        child.wait(10)
