"""Disclosure: all that is kept of one person, opened, for that person to have.

    {"person": {"id": "…", "language": "en", "zone": "Asia/Kolkata", …},
     "identities": [{"channel": "telegram", "account": "default", "address": "501", "created_at": "…"}],
     "dialogue": {"person": {"name": "Asha", …}, "stopped": false, "executions": […], …},
     "messages": [{"at": "…", "from": "person", "kind": "text", "text": "4500", "attachments": [], …}],
     "executions": [{"workflow": "prompt_selling", "version": 1, "status": "completed", …}],
     "facts": [{"at": "…", "kind": "step_answered", "data": {…}, …}],
     "outcomes": [{"metric": "revenue", "value": "4500", "currency": "INR", …}],
     "files": [{"id": "…", "kind": "image", "mime": "image/png", "size": 4711, "sha256": "…", …}],
     "timers": [{"key": "…", "due_at": "…"}],
     "nudges": [{"rule": "morning_page", "date": "2026-03-03", "result": "skipped", "reason": "quiet", …}],
     "sessions": [{"date": "2026-11-21", "morning_completed": true, "bold_action": "…", "discipline_rating": 8, …}],
     "affirmations": [{"version": 1, "content": "I finish what I begin.", "is_active": true, …}],
     "vision_board": [{"position": 1, "media_id": "…", "caption": "Our house"}],
     "memberships": [{"number": 47, "opted_in": false, "streak": 12, …}],
     "tags": [{"tag": "vip", "created_at": "…"}],
     "broadcasts": [{"id": "…", "audience": "market:freelancer", "status": "done", "text": "…", …}],
     "broadcasts_received": [{"broadcast_id": "…", "status": "written", "due_at": "…", …}],
     "unreadable": 0}

Moments are ISO 8601 in UTC; a value is a decimal number as text, so that nothing of it is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from storage import tables
from storage.database import Database
from storage.people import KnownPerson, known_person
from storage.sealing import Seal, Sealer, Unsealable
from storage.sessions import affirmations_place, caption_place, session_place

Plain = dict[str, Any]

_EVERYBODY = sa.select(tables.people).where(
    sa.or_(tables.people.c.id == sa.bindparam("person"), tables.people.c.merged_into == sa.bindparam("person"))
)
_HIDDEN = frozenset({"person_id", "job_id", "copies"})
"""Columns that say nothing to the person: whose it is is said once, the others are of the machinery."""


class PersonErased(Unsealable):
    """This person was erased; what was kept of them cannot be read by anybody."""


class Disclosure:
    """Opens what is kept of people.

    Args:
        database: Where it is.
        sealer: Opens it.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def of(self, person_id: UUID) -> Plain:
        """Return all that is kept of a person, as the module describes it, ready for JSON.

        `unreadable` counts what does not open although it should, for instance after a row was moved by hand.

        Raises:
            PersonUnknown: There is no such person.
            PersonErased: Their data key was destroyed.
            MasterKeyMissing: It was wrapped under a master key that is not configured.
            StorageUnavailable: The database does not answer.
        """
        with self._database.read() as connection:
            person = known_person(connection, person_id)
            everybody = {row.id: row for row in connection.execute(_EVERYBODY, {"person": person.id})}
            row = everybody[person.id]
            if row.data_key is None:
                raise PersonErased
            opener = _Opener({one.id: self._sealer.seal_of(one.id, one.data_key) for one in everybody.values()})
            people = list(everybody)
            return {
                "person": _person(row),
                "identities": _identities(person),
                "dialogue": opener.open(row.id, row.state, b"state"),
                "messages": _rows(connection, tables.messages, people, opener.message),
                "executions": _rows(connection, tables.executions, people, _plain),
                "facts": _rows(connection, tables.facts, people, opener.fact),
                "outcomes": _rows(connection, tables.outcomes, people, _outcome),
                "files": _rows(connection, tables.media, people, _plain),
                "timers": _rows(connection, tables.timers, people, _plain),
                "nudges": _rows(connection, tables.nudges, people, _plain),
                "sessions": _rows(connection, tables.daily_sessions, people, opener.session),
                "affirmations": _rows(connection, tables.affirmations, people, opener.affirmations),
                "vision_board": _rows(connection, tables.vision_boards, people, opener.picture),
                "memberships": _rows(connection, tables.members, people, _plain),
                "tags": _rows(connection, tables.people_tags, people, _plain),
                "broadcasts": opener.written(connection, people),
                "broadcasts_received": _rows(connection, tables.broadcast_recipients, people, _plain),
                "unreadable": opener.unreadable,
            }


class _Opener:
    """Opens what the data keys of a person and of whom they were have sealed, and counts what does not open."""

    def __init__(self, seals: Mapping[UUID, Seal]) -> None:
        self._seals = seals
        self.unreadable = 0

    def open(self, person_id: UUID, sealed: bytes | None, place: bytes) -> Any:
        try:
            return orjson.loads(self._seals[person_id].open(sealed or b"", place))
        except (Unsealable, ValueError):
            self.unreadable += 1
            return None

    def message(self, row: sa.Row[Any]) -> Plain:
        plain = _plain(row)
        body = self.open(row.person_id, plain.pop("body"), b"message" + row.id.bytes) or {}
        return {**plain, "from": "person" if plain.pop("inbound") else "sunup", **body}

    def fact(self, row: sa.Row[Any]) -> Plain:
        return {**_plain(row), "data": self.open(row.person_id, row.data, b"fact" + row.id.bytes)}

    def session(self, row: sa.Row[Any]) -> Plain:
        texts = {name: getattr(row, name) for name in ("bold_action", "biggest_win")}
        opened = {
            name: sealed and self.open(row.person_id, sealed, session_place(row.date, name))
            for name, sealed in texts.items()
        }
        return {**_plain(row), **opened}

    def affirmations(self, row: sa.Row[Any]) -> Plain:
        content = self.open(row.person_id, row.content, affirmations_place(row.version))
        return {**_plain(row), "content": content}

    def picture(self, row: sa.Row[Any]) -> Plain:
        caption = row.caption and self.open(row.person_id, row.caption, caption_place(row.media_id))
        return {**_plain(row), "caption": caption}

    def written(self, connection: sa.Connection, people: list[UUID]) -> Sequence[Plain]:
        """Return the broadcasts that they wrote."""
        broadcasts = tables.broadcasts
        mine = sa.select(broadcasts).where(broadcasts.c.author_id.in_(people)).order_by(broadcasts.c.id)
        return [
            {
                **{name: row._mapping[name] for name in ("id", "created_at", "audience", "local_at", "status")},
                **(self.open(row.author_id, row.body, b"broadcast" + row.id.bytes) or {}),
            }
            for row in connection.execute(mine)
        ]


def _person(row: sa.Row[Any]) -> Plain:
    names = ("id", "language", "zone", "goal", "market", "skill_level", "country", "created_at", "updated_at")
    return {name: row._mapping[name] for name in names}


def _identities(person: KnownPerson) -> Sequence[Plain]:
    return [
        {"channel": one.channel, "account": one.account, "address": one.address, "created_at": one.created_at}
        for one in person.identities
    ]


def _plain(row: sa.Row[Any]) -> Plain:
    # SQLAlchemy's names are a kind of text of its own, which JSON does not take as a key.
    return {str(name): value for name, value in row._mapping.items() if name not in _HIDDEN}


def _outcome(row: sa.Row[Any]) -> Plain:
    # PostgreSQL gives all the places that its column has.
    return {**_plain(row), "value": f"{row.value.normalize():f}"}


def _rows(
    connection: sa.Connection, table: sa.Table, people: list[UUID], read: Callable[[sa.Row[Any]], Plain]
) -> Sequence[Plain]:
    """Return a person's rows of a table, the oldest first; identifiers rise with time."""
    order = next(table.c[name] for name in ("id", "due_at", "at", "joined_at", "created_at") if name in table.c)
    theirs = sa.select(table).where(table.c.person_id.in_(people)).order_by(order)
    return [read(row) for row in connection.execute(theirs)]
