"""`sunup workflows`: what it prints, what it refuses, and with which exit code it ends."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conversations.documents import load_workflow
from core import errors
from storage import migrations
from storage.database import Database
from sunup.commands import workflows
from sunup.commands.ports import PublishedVersion

GOOD = """\
workflow: tea
title: Tea
steps:
  - ask: kind
    text: Which tea?
tests:
  - It asks: |
      > start tea
      < Which tea?
"""
BROKEN = GOOD.replace("text:", "txet:")
FAILING = GOOD.replace("< Which tea?", "< Which cake?")
WARNED = GOOD.partition("tests:")[0]


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, as the fake shelf keeps it."""

    name: str
    version: int
    title: str
    source: str
    current: bool = True
    published_at: datetime = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    published_by: str = "operator:asha"


class Shelf:
    """Publications in memory."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.current: dict[str, int] = {}

    def publish(self, source: str, by: str) -> tuple[str, int]:
        assert by.startswith("operator")
        name = load_workflow(source).name
        own = [one for one in self.versions if one.name == name]
        if own and own[-1].source == source:
            return name, own[-1].version
        self.versions.append(Version(name, len(own) + 1, "Tea", source))
        self.current[name] = len(own) + 1
        return name, len(own) + 1

    def listed(self) -> Sequence[PublishedVersion]:
        return [replace(one, current=self.current[one.name] == one.version) for one in self.versions]

    def rollback(self, name: str, to: int | None = None, by: str = "") -> int:
        if name not in self.current:
            raise errors.WorkflowError(f"there is no workflow {name!r}")
        self.current[name] = to or self.current[name] - 1
        return self.current[name]

    def source(self, name: str, version: int | None = None) -> str:
        wanted = version or self.current[name]
        return next(one.source for one in self.versions if (one.name, one.version) == (name, wanted))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf()
    monkeypatch.setattr(workflows, "publications", lambda: shelf)
    return shelf


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, source in {"good": GOOD, "broken": BROKEN, "failing": FAILING, "warned": WARNED}.items():
        Path(f"{name}.yaml").write_text(source, encoding="utf-8")
    return tmp_path


def _run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(workflows.app, list(words), input=typed)


@pytest.mark.usefixtures("folder")
def test_check_good_document_is_fine() -> None:
    result = _run("check", "good.yaml")
    assert (result.exit_code, result.output) == (0, "good.yaml: fine; 1 step, 1 transcript\n")


@pytest.mark.usefixtures("folder")
def test_check_broken_document_names_path_line_and_cure() -> None:
    result = _run("check", "good.yaml", "broken.yaml")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "good.yaml: fine; 1 step, 1 transcript",
        "broken.yaml:4: `ask` needs `text`; add a line text:",
        "broken.yaml:5: `txet` is not a field of `ask`; did you mean `text`?",
    ]


@pytest.mark.usefixtures("folder")
def test_check_warning_is_shown_and_is_no_failure() -> None:
    result = _run("check", "warned.yaml")
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == (
        "warned.yaml:1: warning: the workflow has no tests; add tests: with a transcript"
    )


def test_check_folder_means_all_documents_in_it(folder: Path) -> None:
    result = _run("check", str(folder))
    assert result.exit_code == 1
    assert {line.partition(":")[0] for line in result.output.splitlines()} == {
        str(folder / f"{name}.yaml") for name in ("good", "broken", "failing", "warned")
    }


@pytest.mark.parametrize("path", ["missing.yaml", "."])
def test_check_without_a_document_to_read_is_one_sentence(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run("check", path)
    assert isinstance(result.exception, errors.ConfigurationError)
    assert path in str(result.exception)


@pytest.mark.usefixtures("folder")
def test_test_passing_transcripts() -> None:
    result = _run("test", "good.yaml")
    assert (result.exit_code, result.output) == (0, "  passed  It asks\ngood.yaml: 1 transcript passed\n")


@pytest.mark.usefixtures("folder")
def test_test_failing_transcript_shows_line_and_difference() -> None:
    result = _run("test", "failing.yaml")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "  failed  It asks",
        "failing.yaml:9: Sunup said something else",
        "    expected: Which cake?",
        "    came:     Which tea?",
        "                    ^",
        "failing.yaml: 1 of 1 transcript failed",
    ]


@pytest.mark.usefixtures("folder")
def test_publish_makes_a_version_and_says_so_again_for_the_same_document(shelf: Shelf) -> None:
    first = _run("publish", "good.yaml")
    assert first.output.splitlines()[-1] == "tea: version 1 is current. Running executions keep theirs."
    again = _run("publish", "good.yaml")
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "tea is unchanged; version 1 stays current.")
    Path("good.yaml").write_text(GOOD.replace("title: Tea", "title: More tea"), encoding="utf-8")
    assert _run("publish", "good.yaml").output.splitlines()[-1].startswith("tea: version 2 is current.")
    assert len(shelf.versions) == 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("bad", ["broken.yaml", "failing.yaml"])
def test_publish_refuses_all_when_one_is_bad(bad: str, shelf: Shelf) -> None:
    result = _run("publish", "good.yaml", bad)
    assert (result.exit_code, result.output.splitlines()[-1]) == (1, "Nothing was published.")
    assert f"{bad}:" in result.output
    assert shelf.versions == []


@pytest.mark.usefixtures("folder")
def test_list_rollback_and_show(shelf: Shelf) -> None:
    assert _run("list").output.startswith("Nothing is published yet")
    shelf.publish(GOOD, "operator")
    shelf.publish(GOOD.replace("Which", "What"), "operator")
    rows = [line.split("\t") for line in _run("list").output.splitlines()]
    assert rows == [["tea", number, "Tea", "2026-03-02 08:30", "operator:asha"] for number in ("1", "2*")]
    assert _run("rollback", "tea").output == "tea: version 1 is current again.\n"
    assert _run("show", "tea").output == GOOD
    assert _run("rollback", "tea", "--to", "2").output == "tea: version 2 is current again.\n"
    assert "What tea?" in _run("show", "tea", "--version", "2").output


@pytest.mark.usefixtures("shelf")
def test_rollback_of_what_is_not_there_is_one_sentence() -> None:
    assert str(_run("rollback", "coffee").exception) == "there is no workflow 'coffee'"


@pytest.mark.usefixtures("folder")
def test_publish_reaches_a_real_database_once_it_is_up_to_date(
    sqlite_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNUP_DATABASE_URL", sqlite_database_url)
    monkeypatch.setenv("SUNUP_DATA_DIR", str(tmp_path / "data"))
    refused = _run("publish", "good.yaml")
    assert isinstance(refused.exception, errors.ConfigurationError)
    assert "sunup db upgrade" in str(refused.exception)
    database = Database(sqlite_database_url)
    migrations.upgrade(database)
    database.close()
    assert _run("publish", "good.yaml").output.splitlines()[-1].startswith("tea: version 1 is current.")
    assert _run("publish", "good.yaml").output.splitlines()[-1] == "tea is unchanged; version 1 stays current."
    assert _run("list").output.startswith("tea\t1*\tTea\t")
    assert _run("show", "tea").output == GOOD


def test_schema_prints_json() -> None:
    assert json.loads(_run("schema").output)["title"] == "Sunup workflow"


@pytest.mark.parametrize("words", [["check"], ["rollback", "tea", "--to", "0"], ["brew"]])
def test_wrong_use_ends_with_2(words: list[str]) -> None:
    assert _run(*words).exit_code == 2


@pytest.mark.usefixtures("folder")
def test_simulate_broken_document_is_not_played() -> None:
    result = _run("simulate", "broken.yaml")
    assert result.exit_code == 1
    assert "did you mean `text`?" in result.output


@pytest.mark.usefixtures("folder")
def test_simulate_plays_to_the_end_of_the_input() -> None:
    result = _run("simulate", "good.yaml", typed="green\n")
    assert result.exit_code == 0
    assert "Which tea?" in result.output
    assert "(nothing is open)" in result.output
