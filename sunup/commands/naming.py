"""Naming: how a command is told which row is meant.

A person is named by their id, or by where they write from: `telegram:501`.
"""

from uuid import UUID

import typer

from storage.people import PersonUnknown, known_person, people_at
from sunup.composition import Foundation


def id_from(words: str) -> UUID:
    """Return the id that words are.

    Raises:
        typer.BadParameter: They are none.
    """
    try:
        return UUID(words)
    except ValueError:
        raise typer.BadParameter(f"{words!r} is no id; one looks like 01890a5d-ac96-774b-bcce-b302099a8057.") from None


def named_person(foundation: Foundation, words: str) -> UUID:
    """Return whom words name.

    Raises:
        typer.BadParameter: They are neither an id nor a channel with an address.
        PersonUnknown: They name nobody, or more than one.
    """
    channel, colon, address = words.partition(":")
    with foundation.database.read() as connection:
        if not colon:
            return known_person(connection, _person_id_from(words)).id
        people = people_at(connection, channel, address)
    if not people:
        raise PersonUnknown(f"Nobody is known at {words}; `sunup people list` shows who is.")
    if len(people) > 1:
        listed = ", ".join(str(one) for one in people)
        raise PersonUnknown(f"At {words} there is one person for each of our accounts; name one by id: {listed}.")
    return people[0]


def _person_id_from(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise typer.BadParameter(
            f"{words!r} is neither an id, as `sunup people list` shows it, nor a channel with an address, "
            "such as telegram:501."
        ) from None
