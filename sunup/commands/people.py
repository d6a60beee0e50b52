"""people: who is known, what is kept of somebody, all of it for them to have, and an end to it."""

import mimetypes
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer

from conversations.explaining import in_words
from core import errors
from storage.audit import Audit
from storage.disclosure import Disclosure
from storage.erasure import Erasure
from storage.nudges import Nudges
from storage.people import KnownPerson, PersonUnknown, kept_of, known_people, known_person
from sunup.commands.naming import named_person
from sunup.commands.speech import tabulate
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation
from sunup.files import Files

app = typer.Typer(no_args_is_help=True)

_SHOWN = ("id", "identities", "language", "zone", "since", "active")

Person = Annotated[
    str, typer.Argument(help="Their id, or where they write from, for instance telegram:501.", metavar="PERSON")
]


@app.callback()
def _people() -> None:
    """People: who is known, all that is kept of somebody for them to have, and an end to it."""


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those who were erased.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most people.")] = 50,
) -> None:
    """Show people, those who were active last first.

    Nothing that they wrote is opened.
    """
    with standing(quiet_settings()) as foundation, foundation.database.read() as connection:
        people = known_people(connection, limit, erased=every)
    tabulate(_SHOWN, [_facts(person) for person in people], empty="Nobody is known yet.")


@app.command()
def show(person: Person) -> None:
    """Show what is kept of somebody, in numbers.

    Nothing that they wrote is opened.
    """
    with standing(quiet_settings()) as foundation:
        person_id = named_person(foundation, person)
        with foundation.database.read() as connection:
            known, kept = known_person(connection, person_id), kept_of(connection, person_id)
    for name, value in {**_facts(known), **{name: str(count) for name, count in kept.items()}}.items():
        typer.echo(f"{name}: {value}")


@app.command()
def why(
    person: Annotated[str, typer.Argument(help="Their name, an id, or an address such as telegram:501.")],
) -> None:
    """Tell what came to somebody by itself lately, what did not, and why.

    Their name and plans are opened; nothing that they wrote is. The audit notes that it was.
    """
    with standing(quiet_settings()) as foundation:
        nudges = Nudges(foundation.database, foundation.sealer, foundation.ids, foundation.clock)
        told = nudges.explain(person, operator())
        if told is None:
            raise PersonUnknown
        typer.echo(in_words(told, "en", foundation.clock.now()))


@app.command()
def export(
    person: Person,
    files: Annotated[
        Path | None, typer.Option(help="Folder for the files that they sent; made when it is missing.")
    ] = None,
) -> None:
    """Print all that is kept of somebody as JSON.

    It is opened, for that person to have. The audit notes that it was.
    """
    with standing(quiet_settings()) as foundation:
        person_id = named_person(foundation, person)
        _note_export(foundation, person_id)
        disclosed = Disclosure(foundation.database, foundation.sealer).of(person_id)
        if files is not None:
            disclosed["files"] = [_written(foundation, person_id, files, one) for one in disclosed["files"]]
    sys.stdout.write(as_text(disclosed))


@app.command()
def erase(
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make all that somebody wrote unreadable for good.

    Nobody can read it afterwards, whatever keys they hold. Numbers stay: executions, outcomes, when something was
    said. Somebody who writes again is a stranger. The audit notes who did it.
    """
    with standing(quiet_settings()) as foundation:
        person_id = named_person(foundation, person)
        with foundation.database.read() as connection:
            kept = kept_of(connection, person_id)
        if not yes:
            told = f"Person {person_id}, {kept['messages']} messages, {kept['files']} files: this cannot be undone."
            typer.confirm(f"{told} Erase?", abort=True)
        _erasure(foundation).erase(person_id, operator())
    typer.echo(f"Person {person_id} is erased. Backups from before can still be read: let them expire.")


def as_text(disclosed: dict[str, Any]) -> str:
    """Return what was disclosed as JSON, with an end of line."""
    return orjson.dumps(disclosed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _written(foundation: Foundation, person_id: UUID, folder: Path, file: dict[str, Any]) -> dict[str, Any]:
    """Write one file of a person into a folder, under its id, and return what is said of it with its name."""
    found = Files(foundation).media.original(person_id, file["id"])
    if found is None:
        return {**file, "name": None}
    name = f"{file['id']}{mimetypes.guess_extension(file['mime']) or ''}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(found[0])
    except OSError as error:
        raise errors.ConfigurationError(f"{folder / name} cannot be written: {error.strerror}.") from error
    return {**file, "name": name}


def _erasure(foundation: Foundation) -> Erasure:
    files = Files(foundation)
    return Erasure(
        foundation.database,
        foundation.sealer,
        media=files.media,
        uploads=files.uploads,
        audit=Audit(foundation.ids),
        clock=foundation.clock,
    )


def _note_export(foundation: Foundation, person_id: UUID) -> None:
    now, data = foundation.clock.now(), {"person": str(person_id)}
    with foundation.database.write() as connection:
        Audit(foundation.ids).note(connection, operator(), "person_exported", data, now=now)


def _facts(person: KnownPerson) -> dict[str, str]:
    addresses = ", ".join(f"{one.channel}:{one.address}" for one in person.identities)
    return {
        "id": str(person.id),
        "identities": "erased" if person.erased else addresses or "none",
        "language": person.language,
        "zone": person.zone or "unknown",
        "since": f"{person.created_at:%Y-%m-%d %H:%M} UTC",
        "active": f"{person.updated_at:%Y-%m-%d %H:%M} UTC",
    }
