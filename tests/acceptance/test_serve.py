"""`sunup serve` as its operator sees it: one program that loads once, in parts that can be told apart."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.acceptance.program import Program, until
from tests.acceptance.town import MASTER_KEY, patient

pytestmark = patient

PARTS = {"sunup web", "sunup send", "sunup schedule", "sunup worker 1", "sunup worker 2"}
HEAVY = (
    "aiohttp",
    "bots",
    "conversations",
    "core",
    "pydantic",
    "redis",
    "rq",
    "sqlalchemy",
    "storage",
    "sunup",
    "uvloop",
)
SPAWNING = """
from sunup import children
from sunup.__main__ import main

children.CAN_FORK = False
main()
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path, {"WORKERS": "2"})
    yield program
    program.end()


def parts_of(program: Program) -> dict[str, psutil.Process]:
    """Return the living parts by the names that `ps` shows."""
    children = psutil.Process(program.running["serve"].pid).children()
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return {child.name(): child for child in alive if child.name().startswith("sunup ")}


def loaded(words: str) -> set[str]:
    """Return the modules of weight that these lines of a log tell of as loaded."""
    names = re.findall(r"^import time: [ \d]+\|[ \d]+\| +([\w.]+)$", words, re.MULTILINE)
    return {name for name in names if name.partition(".")[0] in HEAVY}


async def restart_of(program: Program, name: str) -> None:
    """Kill a part and wait for the next one of its name."""
    killed = parts_of(program)[name]
    killed.kill()
    await until(lambda: parts_of(program).get(name, killed) != killed, f"another {name}")
    await program.ready()


async def test_parts_have_nothing_left_to_load_also_when_they_are_started_again(program: Program) -> None:
    program.settings["PYTHONPROFILEIMPORTTIME"] = "1"
    program.start()
    await program.ready()
    await until(lambda: parts_of(program).keys() == PARTS, "every part")
    await restart_of(program, "sunup web")
    await restart_of(program, "sunup schedule")
    before, _, after = program.log.partition('"queue_started"')
    assert {"storage.turns", "sunup.processes.ground", "aiohttp.web"} < loaded(before)
    assert loaded(after) == set()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_parts_are_told_apart_and_start_from_a_process_that_holds_nothing(
    program: Program, database: str, request: pytest.FixtureRequest
) -> None:
    if database == "postgresql":
        program.settings["SUNUP_MASTER_KEY"] = MASTER_KEY
        program.settings["SUNUP_DATABASE_URL"] = request.getfixturevalue("postgres_database_url")
    program.start()
    await program.ready()
    await until(lambda: parts_of(program).keys() == PARTS, "every part")
    await restart_of(program, "sunup send")
    supervisor = psutil.Process(program.running["serve"].pid)
    assert (supervisor.num_threads(), supervisor.num_fds()) == (1, 3)
    assert await program.stop() == {"serve": 0}
    assert [line["part"] for line in program.events("part_died")] == ["send"]
    assert program.faults_in_log([], {"part_died"}) == []
    assert [file.name for file in program.data.glob("sunup.db-*")] == []


@pytest.mark.parametrize(("victim", "code"), [("serve", -signal.SIGTERM), ("prepare", 128 + signal.SIGTERM)])
async def test_stop_while_the_database_is_awaited_ends_the_start(program: Program, victim: str, code: int) -> None:
    program.settings["SUNUP_MASTER_KEY"] = MASTER_KEY
    program.settings["SUNUP_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nowhere"
    program.start()
    await until(lambda: program.events("database_awaited"), "the wait for the database")
    serve = program.running["serve"]
    preparing = parts_of(program)["sunup prepare"]
    (serve if victim == "serve" else preparing).terminate()
    assert serve.wait(10) == code
    await until(lambda: not preparing.is_running(), "the end of the preparation", 10)


def spawned(program: Program) -> "subprocess.Popen[bytes]":
    with program.logs.open("ab") as log:
        command = [sys.executable, "-c", SPAWNING, "serve"]
        return subprocess.Popen(command, env=program.environment, cwd=program.folder, stdout=log, stderr=log)


async def test_where_nothing_can_be_forked_the_parts_are_programs_of_their_own(program: Program) -> None:
    program.running["serve"] = spawned(program)
    await program.ready()
    children = psutil.Process(program.running["serve"].pid).children()
    parts = ["schedule", "send", "web", "worker", "worker"]
    assert sorted(child.cmdline()[-1] for child in children if child.cmdline()[1:3] == ["-m", "sunup"]) == parts
    assert await program.stop() == {"serve": 0}
    assert program.faults_in_log([]) == []


async def test_where_nothing_can_be_forked_a_refusal_is_one_sentence_too(program: Program) -> None:
    program.settings["SUNUP_MEDIA_URL"] = "file:///dev/null/folder"
    assert spawned(program).wait(30) == 2
    [sentence] = [line for line in program.log.splitlines() if not line.startswith("{")]
    assert sentence.startswith("sunup: SUNUP_MEDIA_URL ")
