"""workflows: check, test, play, publish, list and roll back workflow documents.

Exit code 0: all is well; 1: a document has problems; 2: a file or a setting keeps the command from being done.
"""

import getpass
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from conversations.documents import check_workflow, workflow_schema
from core import errors
from core.people import Person
from sunup.commands.ports import Publications, PublishedVersion
from sunup.commands.reports import report_check, report_tests
from sunup.commands.simulation import Simulation
from sunup.commands.speech import say

app = typer.Typer(help="Workflow documents.", no_args_is_help=True)

Paths = Annotated[list[Path], typer.Argument(help="Documents, or folders of them.", metavar="PATH...")]
Name = Annotated[str, typer.Argument(help="The workflow's name, for instance prompt_selling.", metavar="NAME")]


@app.callback()
def _workflows() -> None:
    """Workflow documents: check, test and play them; publish versions and take them back."""


@app.command()
def check(paths: Paths) -> None:
    """Find what is wrong with documents, with line and cure."""
    console = _console()
    _end([report_check(console, path, check_workflow(source)) for path, source in _sources(paths)])


@app.command()
def test(paths: Paths) -> None:
    """Play the transcripts in documents, on a virtual clock."""
    console = _console()
    _end([_tested(console, path, source) for path, source in _sources(paths)])


@app.command()
def simulate(
    path: Annotated[Path, typer.Argument(help="A document.", metavar="PATH")],
    language: Annotated[str, typer.Option(help="Language of the person who plays.")] = "",
    zone: Annotated[str, typer.Option(help="Their time zone.")] = "",
) -> None:
    """Play a document in the terminal, on a virtual clock."""
    console = _console()
    path, source = next(_sources([path]))
    checked = check_workflow(source)
    if checked.workflow is None:
        report_check(console, path, checked)
        raise typer.Exit(1)
    person = Person(language=language or checked.workflow.language, zone=zone)
    Simulation(checked.workflow, person, datetime.now(UTC), console=console, ask=input).run()


@app.command()
def publish(paths: Paths) -> None:
    """Make documents the current versions. All are refused if one has problems or a failing transcript."""
    console = _console()
    sources = list(_sources(paths))
    # A list, not all() over a generator: one run should show what is wrong with every document.
    if not all([_tested(console, path, source) for path, source in sources]):  # noqa: C419 - see above
        say(console, "Nothing was published.", "red")
        raise typer.Exit(1)
    shelf = publications()
    known = {(one.name, one.version) for one in shelf.listed()}
    for _, source in sources:
        name, version = shelf.publish(source.decode("utf-8-sig"), _who())
        if (name, version) in known:
            say(console, f"{name} is unchanged; version {version} stays current.")
        else:
            say(console, f"{name}: version {version} is current. Running executions keep theirs.", "green")


@app.command("list")
def list_() -> None:
    """Show every published version; an asterisk marks the current one."""
    console = _console()
    versions = publications().listed()
    if not versions:
        say(console, "Nothing is published yet; `sunup workflows publish PATH` does it.")
    elif console.is_terminal:
        console.print(_table(list(versions)))
    else:
        for one in versions:
            typer.echo("\t".join(_row(one)))


@app.command()
def rollback(
    name: Name,
    to: Annotated[int | None, typer.Option(min=1, help="The version; by default the one before.")] = None,
) -> None:
    """Make an earlier version current again. Running executions keep theirs."""
    version = publications().rollback(name, to, _who())
    say(_console(), f"{name}: version {version} is current again.", "green")


@app.command()
def show(
    name: Name,
    version: Annotated[int | None, typer.Option(min=1, help="By default the current one.")] = None,
) -> None:
    """Print the document of a published version."""
    typer.echo(publications().source(name, version), nl=False)


@app.command()
def schema() -> None:
    """Print the JSON Schema of workflow documents, for editors."""
    typer.echo(schema_text(), nl=False)


def schema_text() -> str:
    """Return the JSON Schema as `docs/workflow.schema.json` holds it."""
    return json.dumps(workflow_schema(), indent=2, ensure_ascii=False) + "\n"


def publications() -> Publications:
    """Return what publishes, on the database of the settings.

    Raises:
        ConfigurationError: The database is one of another release, or an empty one.
        StorageUnavailable: It does not answer.
    """
    # Checking and playing documents needs no database, so these are loaded only here.
    from storage import migrations
    from sunup.composition import found
    from sunup.settings import read_settings

    foundation = found(read_settings())
    if migrations.pending(foundation.database):
        raise errors.ConfigurationError("The database lacks tables of this release; run `sunup db upgrade` first.")
    return foundation.publications


# -- what they share ---------------------------------------------------------------------------


def _console() -> Console:
    return Console(soft_wrap=True)


def _end(verdicts: list[bool]) -> None:
    if not all(verdicts):
        raise typer.Exit(1)


def _tested(console: Console, path: Path, source: bytes) -> bool:
    return report_tests(console, path, check_workflow(source), source)


def _who() -> str:
    """Return who publishes, for the audit: the name of the operating system's user."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        return "operator"


def _sources(paths: list[Path]) -> Iterator[tuple[Path, bytes]]:
    for path in paths:
        for file in _files(path):
            try:
                yield file, file.read_bytes()
            except OSError as error:
                raise errors.ConfigurationError(f"{file} cannot be read: {error.strerror}") from error


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
    if not found:
        raise errors.ConfigurationError(f"there is no YAML document in {path}")
    return found


def _row(one: PublishedVersion) -> tuple[str, str, str, str, str]:
    version = f"{one.version}{'*' if one.current else ''}"
    return one.name, version, one.title, f"{one.published_at:%Y-%m-%d %H:%M}", one.published_by


def _table(versions: list[PublishedVersion]) -> Table:
    table = Table("workflow", "version", "title", "published (UTC)", "by", box=None)
    for one in versions:
        table.add_row(*_row(one), style="bold" if one.current else "dim")
    return table
