"""signal: tell people's dialogues that something happened elsewhere, which a `wait` step may wait for."""

import re
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer

from conversations.events import SignalRaised
from storage.attendance import people_under_way
from storage.audit import Audit
from sunup.commands.naming import named_person
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation

_NAME = re.compile(r"[a-z][a-z0-9_.]{0,59}")


def signal(
    name: Annotated[str, typer.Argument(help="Its name, for instance order_shipped.", metavar="NAME")],
    person: Annotated[
        str | None, typer.Option(help="Whom it concerns: an id, or for instance telegram:501.", metavar="PERSON")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody who is in the middle of a workflow.")] = False,
    data: Annotated[
        list[str] | None, typer.Option(help="What came with it; may be given often.", metavar="K=V")
    ] = None,
) -> None:
    """Tell a person's dialogue, or everybody's, that something happened elsewhere."""
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("a signal is named in a-z, 0-9, _ and . and begins with a letter.")
    if (person is None) is not everybody:
        raise typer.BadParameter("say either --person PERSON or --all.")
    values = values_of(data or ())
    with standing(quiet_settings()) as foundation:
        told = _tell(foundation, _people(foundation, person), name, values)
    typer.echo(f"{told} {'person was' if told == 1 else 'people were'} told of {name}.")


def values_of(pairs: Sequence[str]) -> dict[str, Any]:
    """Read `name=value` pairs; numbers, true and false are what they look like, all else is words.

    Raises:
        typer.BadParameter: One is no such pair.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.isidentifier()):
            raise typer.BadParameter(f"{pair!r} is not written name=value.")
        values[name] = _value(value)
    return values


def _value(words: str) -> str | int | float | bool:
    try:
        found = orjson.loads(words)
    except orjson.JSONDecodeError:
        return words
    return found if isinstance(found, str | int | float) else words


def _people(foundation: Foundation, person: str | None) -> list[UUID]:
    if person is not None:
        return [named_person(foundation, person)]
    with foundation.database.read() as connection:
        return people_under_way(connection)


def _tell(foundation: Foundation, people: Sequence[UUID], name: str, values: dict[str, Any]) -> int:
    """Raise the signal, each person in a transaction of their own, so that nobody waits for all the others."""
    for person in people:
        with foundation.database.write() as connection:
            event = SignalRaised(foundation.ids.new(), name, values)
            foundation.turns.raise_signal(connection, person, event, foundation.clock.now())
    noted = {"signal": name, "people": [str(person) for person in people[:1]] if len(people) == 1 else len(people)}
    with foundation.database.write() as connection:
        Audit(foundation.ids).note(connection, operator(), "signal_raised", noted, now=foundation.clock.now())
    return len(people)
