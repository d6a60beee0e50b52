"""Tags: words that an admin puts on people, to speak to them together."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from conversations.events import SignalRaised
from conversations.triggers import TAG
from core import errors
from core.ports import Clock, Hints, IdSource
from storage import tables
from storage.audit import Audit
from storage.database import Database
from storage.intake import tell
from storage.merged import survivor
from storage.people import people_at
from storage.turns import Report, Turns

_tags, _people = tables.people_tags, tables.people
MOST_TAGS = 50
"""Tags of one person."""


class TagRefused(errors.SunupError):
    """The tag cannot be put on this person.

    Args:
        reason: `nobody`, `several` or `many`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The tag cannot be put on this person: {reason}.")
        self.reason = reason


class Tags:
    """The tags of people.

    Args:
        database: Where they are.
        turns: Tells dialogues of new tags, which may begin workflows.
        ids: Makes identifiers.
        clock: The time.
        hints: Whom to wake when that leaves something to do.
    """

    def __init__(self, database: Database, turns: Turns, ids: IdSource, *, clock: Clock, hints: Hints) -> None:
        self._database = database
        self._turns = turns
        self._ids = ids
        self._clock = clock
        self._hints = hints
        self._audit = Audit(ids)

    def whose(self, name: str) -> UUID:
        """Return whom an admin means: by id, or by where they write from, as `telegram:501`.

        Raises:
            TagRefused: Nobody, or several people.
        """
        channel, colon, address = name.partition(":")
        with self._database.read() as connection:
            if colon:
                found = people_at(connection, channel, address)
            else:
                found = [survivor(connection, one) for one in _known(connection, name)]
        if len(found) != 1:
            raise TagRefused("several" if found else "nobody")
        return found[0]

    def put(self, person_id: UUID, tag: str, by: str) -> bool:
        """Put a tag on somebody; return whether it is new.

        Raises:
            TagRefused: They have too many.
        """
        now, report = self._clock.now(), Report()
        with self._database.write() as connection:
            if len(tags_of(connection, [person_id])) >= MOST_TAGS:
                raise TagRefused("many")
            new = _put(connection, person_id, tag, now)
            if new:
                self._note(connection, "tag_put", person_id, tag, by=by, now=now)
                signal = SignalRaised(self._ids.new(), f"{TAG}{tag}")
                report = self._turns.raise_signal(connection, person_id, signal, now)
        tell(self._hints, report)
        return new

    def take_off(self, person_id: UUID, tag: str, by: str) -> bool:
        """Take a tag off somebody; return whether they had it."""
        now = self._clock.now()
        mine = sa.delete(_tags).where(_tags.c.person_id == person_id, _tags.c.tag == tag)
        with self._database.write() as connection:
            had = connection.execute(mine).rowcount > 0
            if had:
                self._note(connection, "tag_taken_off", person_id, tag, by=by, now=now)
        return had

    def of(self, person_id: UUID) -> list[str]:
        """Return somebody's tags, in order."""
        with self._database.read() as connection:
            return tags_of(connection, [person_id])

    def _note(
        self, connection: sa.Connection, action: str, person_id: UUID, tag: str, *, by: str, now: datetime
    ) -> None:
        self._audit.note(connection, by, action, {"person": str(person_id), "tag": tag}, now=now)


def tags_of(connection: sa.Connection, people: Collection[UUID]) -> list[str]:
    """Return the tags of a person and of whom they were before, in order."""
    query = sa.select(_tags.c.tag).where(_tags.c.person_id.in_(people)).distinct().order_by(_tags.c.tag)
    return list(connection.execute(query).scalars())


def hand_tags_over(connection: sa.Connection, stayer: UUID, goer: UUID) -> None:
    """Give somebody the tags of a person who has become them."""
    had = sa.select(_tags.c.tag).where(_tags.c.person_id == stayer)
    theirs = _tags.c.person_id == goer
    connection.execute(sa.delete(_tags).where(theirs, _tags.c.tag.in_(had)))
    connection.execute(sa.update(_tags).where(theirs).values(person_id=stayer))


def _put(connection: sa.Connection, person_id: UUID, tag: str, now: datetime) -> bool:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = make(_tags).values(person_id=person_id, tag=tag, created_at=now)
    return connection.execute(row.on_conflict_do_nothing().returning(_tags.c.tag)).first() is not None


def _known(connection: sa.Connection, name: str) -> list[UUID]:
    try:
        wanted = UUID(name)
    except ValueError:
        return []
    return list(connection.execute(sa.select(_people.c.id).where(_people.c.id == wanted)).scalars())
