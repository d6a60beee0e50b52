"""Merged people: who somebody has become by linking, and who they were before.

A linking makes two people one. What the key of the one who went has sealed stays in their name, since history is
append-only; their row points to the one who stayed, never to somebody who went in their turn. What may change is the
stayer's from then on.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import errors
from storage import tables

_people = tables.people


class PersonMoved(errors.SunupError):
    """Somebody became somebody else while their row was waited for; what was begun is to be begun again."""


def survivor(connection: sa.Connection, person_id: UUID) -> UUID:
    """Return who a person is by now: mostly themselves."""
    query = sa.select(_people.c.merged_into).where(_people.c.id == person_id)
    return connection.execute(query).scalar() or person_id


def everybody_of(person: UUID | sa.ScalarSelect[Any]) -> sa.Select[tuple[UUID]]:
    """Return the query for a person and all whom they were before."""
    return sa.select(_people.c.id).where(sa.or_(_people.c.id == person, _people.c.merged_into == person))


def lock_everybody_of(connection: sa.Connection, people: Collection[UUID]) -> dict[UUID, sa.Row[Any]]:
    """Lock people and all whom they were before, in the order in which everybody locks people.

    Returns:
        Their rows, by their ids.

    Raises:
        PersonMoved: One of them has become somebody else meanwhile, or somebody else one of them.
    """
    whole = sa.or_(_people.c.id.in_(people), _people.c.merged_into.in_(people))
    statement = sa.select(_people).where(whole).order_by(_people.c.id)
    held = {row.id: row for row in connection.execute(statement.with_for_update())}
    # Who waited for a row has seen it change, but not the rows that another transaction made theirs meanwhile.
    if any(held[one].merged_into for one in people if one in held):
        raise PersonMoved
    if set(connection.execute(sa.select(_people.c.id).where(whole)).scalars()) != set(held):
        raise PersonMoved
    return held
