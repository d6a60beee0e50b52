"""`sunup fakes`: providers on this machine, also from an installed wheel, and a page to talk on."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
LAST = "Ctrl-C ends them"


class Command:
    """The command while it runs."""

    def __init__(self, *arguments: str, wheel: Path | None = None, folder: Path) -> None:
        environment = dict(os.environ)
        options: list[str] = []
        if wheel is not None:
            # Without the site module the editable installation of this repository is not found.
            options = ["-S"]
            environment["PYTHONPATH"] = os.pathsep.join([str(wheel), sysconfig.get_path("purelib")])
        self.process = subprocess.Popen(
            [sys.executable, *options, "-u", "-m", "sunup", "fakes", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # What runs in the background of a shell has Ctrl-C switched off, and hands that down.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread runs yet
        )

    def said(self) -> str:
        """Return what it prints until it serves."""
        assert self.process.stdout is not None
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line)
            if LAST in line:
                return "".join(lines)
        assert self.process.stderr is not None
        raise AssertionError(f"it ended: {self.process.stderr.read()}")

    def end(self, number: int = signal.SIGINT) -> int:
        """Send it a signal and return its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.fixture
def running(wheel: Path, tmp_path: Path) -> Iterator[Command]:
    command = Command("--port", "0", wheel=wheel, folder=tmp_path)
    yield command
    if command.process.poll() is None:
        command.process.kill()
        command.process.communicate()


def settings(said: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in said.splitlines() if line.startswith("SUNUP_"))


async def test_fakes_from_the_wheel_serve_a_page_and_say_what_to_set(running: Command) -> None:
    said = running.said()
    told = settings(said)
    assert {"SUNUP_TELEGRAM_API_URL", "SUNUP_SLACK_API_URL", "SUNUP_TWILIO_API_URL"} <= told.keys()
    assert told["SUNUP_PUBLIC_URL"] == "http://127.0.0.1:8080"
    pages = {line.split()[0]: line.split()[1] for line in said.splitlines() if line.endswith("/control")}
    assert list(pages) == ["telegram", "slack", "whatsapp"]
    async with aiohttp.ClientSession() as http:
        for page in pages.values():
            async with http.get(page) as answer:
                assert "played by hand" in await answer.text()
            async with http.post(f"{page}/say", json={"person": "Asha", "text": "hello"}) as answer:
                assert (answer.status, await answer.json()) == (200, {"ok": True})
            async with http.post(f"{page}/tap", json={"person": "Asha", "title": "Begin"}) as answer:
                assert (answer.status, "no button" in (await answer.json())["error"]) == (400, True)
            async with http.post(f"{page}/dance") as answer:
                assert answer.status == 404
            async with http.post(f"{page}/say", json={"wrong": 1}) as answer:
                assert answer.status == 400
            async with http.post(f"{page}/say", data=b"no json") as answer:
                assert answer.status == 400
            async with http.post(f"{page}/fault", json={"fault": "throttle", "times": 2}) as answer:
                assert answer.status == 200
            async with http.get(f"{page}/messages?person=Asha") as answer:
                assert await answer.json() == {"messages": [], "views": []}
        slack = told["SUNUP_SLACK_API_URL"]
        headers = {"Authorization": f"Bearer {told['SUNUP_SLACK_BOT_TOKEN']}"}
        async with http.post(f"{slack}/auth.test", headers=headers) as answer:
            # The fault that was asked for, on the first call.
            assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert running.end() == 0


def test_fakes_named_alone_stand_alone(tmp_path: Path) -> None:
    command = Command("whatsapp", "--port", "0", "--program", "http://127.0.0.1:9/", folder=tmp_path)
    told = settings(command.said())
    assert command.end() == 0
    assert told["SUNUP_PUBLIC_URL"] == "http://127.0.0.1:9"
    assert {name.split("_")[1] for name in told} == {"PUBLIC", "TWILIO", "WHATSAPP"}


def test_fakes_of_no_channel_are_refused(tmp_path: Path) -> None:
    command = Command("discord", folder=tmp_path)
    _, said = command.process.communicate(timeout=20)
    assert command.process.returncode == 2
    assert said == "sunup: there is no fake 'discord'; there are telegram, slack, whatsapp.\n"


def test_port_that_is_taken_is_said_with_its_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = Command("telegram", "--port", str(taken.getsockname()[1]), folder=tmp_path)
        _, said = command.process.communicate(timeout=20)
    assert command.process.returncode == 2
    assert said.endswith("choose other ports with --port.\n")


def test_folder_that_hides_the_fakes_is_said(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").write_text("")
    command = Command("telegram", folder=tmp_path)
    _, said = command.process.communicate(timeout=20)
    assert command.process.returncode == 2
    assert "call the command from another one" in said
