"""`sunup serve` as its operator sees it: one program that loads once, in parts that can be told apart."""

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from storage import migrations
from tests.acceptance.program import Program, free_port, until
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
NEWEST = max(file.name[:4] for file in Path(migrations.__file__).parent.glob("versions/[0-9]*.py"))
"""The newest migration's number."""
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
    await until(lambda: program.events("start_waits"), "the wait for the database")
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
    assert sorted(child.cmdline()[3] for child in children if child.cmdline()[1:3] == ["-m", "sunup"]) == parts
    await until(lambda: {"schedule", "send", "worker-1", "worker-2"} == parts_in(figures(program.url)), "all figures")
    assert await program.stop() == {"serve": 0}
    assert program.faults_in_log([]) == []


async def test_where_nothing_can_be_forked_a_refusal_is_one_sentence_too(program: Program) -> None:
    program.settings["SUNUP_MEDIA_URL"] = "file:///dev/null/folder"
    assert spawned(program).wait(30) == 2
    [sentence] = [line for line in program.log.splitlines() if not line.startswith("{")]
    assert sentence.startswith("sunup: SUNUP_MEDIA_URL ")


# -- figures -----------------------------------------------------------------------------------


def figures(address: str) -> list[Metric]:
    """Return the figures at an address, in the form in which Prometheus reads them."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        return list(text_string_to_metric_families(answer.read().decode()))


def parts_in(families: list[Metric]) -> set[str]:
    """Return the parts of which there are figures, beside the web process."""
    return {sample.labels["part"] for family in families for sample in family.samples if "part" in sample.labels}


async def test_one_address_shows_the_figures_of_every_part(program: Program) -> None:
    program.start("serve")
    await program.ready()
    await until(lambda: {"schedule", "send", "worker-1", "worker-2"} == parts_in(figures(program.url)), "all figures")
    found = figures(program.url)
    names = [family.name for family in found]
    assert len(names) == len(set(names))
    [processes] = [family.samples for family in found if family.name == "process_cpu_seconds"]
    assert [sample.labels.get("part", "") for sample in processes] == ["", "schedule", "send", "worker-1", "worker-2"]
    assert {"sunup_send_attempts", "sunup_timers_fired", "sunup_job_runs", "sunup_waiting"} <= set(names)

    parts_of(program)["sunup send"].kill()
    await until(lambda: "send" not in parts_in(figures(program.url)), "the figures without the one that died")
    await until(lambda: "send" in parts_in(figures(program.url)), "its figures once it is there again")
    assert await program.stop() == {"serve": 0}
    assert program.faults_in_log([], {"part_died"}) == []


async def test_part_on_its_own_shows_its_figures_where_the_settings_say(program: Program) -> None:
    program.settings["SUNUP_METRICS_PORT"] = str(free_port())
    upgraded = program.run("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    program.start("schedule")
    await until(lambda: "metrics_listening" in program.log, "a listener")
    found = figures(f"http://127.0.0.1:{program.settings['SUNUP_METRICS_PORT']}")
    assert {"sunup_timers_fired", "sunup_swept_rows", "process_cpu_seconds"} <= {family.name for family in found}
    assert parts_in(found) == set()

    refused = program.run("send")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("sunup: SUNUP_METRICS_PORT is")
    assert "something else listens on 127.0.0.1" in refused.stderr
    assert await program.stop() == {"schedule": 0}


# -- the first start -----------------------------------------------------------------------------


async def test_first_start_says_in_one_line_what_it_did_to_the_database(program: Program) -> None:
    program.start("serve")
    await program.ready()
    [line] = program.events("database_brought_up_to_date")
    assert (line["from_version"], line["to_version"]) == (None, NEWEST)
    assert "alembic" not in program.log
    await program.stop()
    program.start("serve")
    await program.ready()
    assert len(program.events("database_brought_up_to_date")) == 1
