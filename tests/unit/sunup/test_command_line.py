"""The command line: one command is loaded at a time, every one is listed, and an error of ours is one sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from core import errors
from sunup import __main__ as program
from sunup.__main__ import COMMANDS, Entry, command_line

ROOT = Path(__file__).parents[3]
HEAVY = (
    "PIL",
    "aiohttp",
    "alembic",
    "babel",
    "cel",
    "pydantic",
    "redis",
    "rich",
    "rq",
    "sqlalchemy",
    "telegram",
    "yaml",
)
_REPORT = f"""
import sys
from sunup.__main__ import main
sys.argv[1:] = {{arguments!r}}
try:
    main()
except SystemExit:
    pass
print("loaded", *(name for name in {HEAVY!r} if name in sys.modules))
"""


def loaded_by(*arguments: str) -> set[str]:
    """Return which of the heavy packages a call of the command line loads, in a process of its own."""
    script = _REPORT.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("words", ["--help", "--version", "misspelt"])
def test_call_of_no_command_loads_none_of_the_heavy_packages(words: str) -> None:
    # Typer loads Pydantic by itself where it has an error to tell.
    assert loaded_by(words) <= {"pydantic"}


def test_command_loads_nothing_of_the_others() -> None:
    assert loaded_by("people", "--help").isdisjoint({"PIL", "alembic", "cel", "redis", "rq", "telegram", "yaml"})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_listed_with_its_whole_line(name: str) -> None:
    shown = CliRunner().invoke(command_line(None), ["--help"], terminal_width=80)
    assert COMMANDS[name].load() is not None
    assert f"  {name} " in shown.stdout
    assert COMMANDS[name].help in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_cuts_no_line_short_and_names_what_it_wants_as_the_documents_do(name: str) -> None:
    shown = CliRunner().invoke(command_line(name), [name, "--help"], terminal_width=80).stdout
    usage, *lines = shown.splitlines()
    assert [line for line in lines if line.endswith("...")] == []
    assert re.findall(r"[\[{]([a-z_]+)[\]}]", usage) == []


def test_misspelt_command_is_answered_with_the_right_one() -> None:
    refused = CliRunner().invoke(command_line("dcotor"), ["dcotor"])
    assert refused.exit_code == 2
    assert "Did you mean 'doctor'?" in refused.stderr


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (errors.ConfigurationError("SUNUP_X must be set."), "sunup: SUNUP_X must be set.", 2),
        (
            errors.StorageUnavailable(),
            "sunup: The database of SUNUP_DATABASE_URL does not answer; start it, or correct the address.",
            2,
        ),
        (errors.StorageUnavailable("The media store does not answer."), "sunup: The media store does not answer.", 2),
        (KeyboardInterrupt(), "", 130),
    ],
)
def test_error_ends_as_one_sentence(
    error: BaseException,
    said: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(entry: Entry) -> typer.Typer:
        raise error

    monkeypatch.setattr(Entry, "load", fail)
    monkeypatch.setattr(sys, "argv", ["sunup", "doctor"])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == code
    assert capsys.readouterr().err.strip() == said
