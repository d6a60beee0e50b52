"""Erasure: what was kept of a person becomes unreadable for good, while the history stays as long as it is.

The data key is destroyed, and with it everything that it had sealed: messages, facts, files, the dialogue. What names
the person and is not sealed with that key is removed: identities, profile, files and uploads, dead letters of theirs.
What remains is numbers: executions, outcomes, and when something was said.
"""

import contextlib
import re
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from core.ports import Clock
from storage import tables
from storage.audit import Audit
from storage.broadcast_copies import end_broadcasts_of
from storage.database import Database
from storage.media import Media
from storage.merged import PersonMoved, everybody_of, lock_everybody_of
from storage.people import KnownIdentity, known_person
from storage.sealing import Sealer, Unsealable
from storage.uploads import Uploads

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_outbox, _timers, _jobs, _letters = tables.outbox, tables.timers, tables.jobs, tables.dead_letters
_codes = tables.link_codes
_FROM_CHANNELS = ("webhook", "intake")
"""Sources of dead letters that hold what somebody has written."""
_MOST_RACES = 4


class Erasure:
    """Erases people; who writes again afterwards is a stranger.

    Args:
        database: Where they are.
        sealer: Opens dead letters, to see whose they are.
        media: Their files.
        uploads: What their browsers handed in.
        audit: Notes who did it.
        clock: The time.
    """

    def __init__(
        self, database: Database, sealer: Sealer, *, media: Media, uploads: Uploads, audit: Audit, clock: Clock
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._media = media
        self._uploads = uploads
        self._audit = audit
        self._clock = clock

    def erase(self, person_id: UUID, by: str) -> None:
        """Erase a person; once more for somebody who is erased finishes what was interrupted.

        Args:
            person_id: Whom.
            by: Who does it, for the audit.

        Raises:
            PersonUnknown: There is no such person.
            StorageUnavailable: Database or media store do not answer; try again, nothing is half readable.
        """
        for _ in range(_MOST_RACES - 1):
            # A linking in this very moment changes whose the chats are; the next attempt finds it.
            with contextlib.suppress(PersonMoved):
                return self._erase(person_id, by)
        return self._erase(person_id, by)

    def _erase(self, person_id: UUID, by: str) -> None:
        with self._database.read() as connection:
            person = known_person(connection, person_id)
        person_id, identities = person.id, person.identities
        # These are sealed under the master key, so they go first, while it is known where they are.
        for identity in identities:
            self._uploads.remove_of(identity.address)
        with self._database.write() as connection:
            people = self._destroy(connection, person_id, identities)
            now, data = self._clock.now(), {"person": str(person_id)}
            self._audit.note(connection, by, "person_erased", data, now=now)
        # Nobody can read these any more; they only take room.
        for one in people:
            self._media.remove_of(one)

    def _destroy(
        self, connection: sa.Connection, person_id: UUID, identities: tuple[KnownIdentity, ...]
    ) -> Collection[UUID]:
        """Destroy the keys of a person and of all whom they were before; return these people.

        Raises:
            PersonMoved: A linking changed meanwhile what is theirs.
        """
        if connection.dialect.name == "sqlite":
            # What an update frees in the file is overwritten with zeros, or the key would stay there for a while.
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        ours = sa.select(_identities.c.id).where(_identities.c.person_id == person_id)
        threads = sa.select(_conversations.c.id).where(_conversations.c.identity_id.in_(ours))
        # The order of everybody else who changes messages, jobs and people: or two would wait for each other.
        unsent = _outbox.c.conversation_id.in_(list(connection.execute(threads).scalars()))
        connection.execute(sa.select(_outbox.c.id).where(unsent).with_for_update()).all()
        theirs = _jobs.c.person_id.in_(everybody_of(person_id))
        connection.execute(sa.select(_jobs.c.id).where(theirs).with_for_update()).all()
        end_broadcasts_of(connection, person_id, self._clock.now())
        people = list(lock_everybody_of(connection, {person_id}))
        if known_person(connection, person_id).identities != identities:
            raise PersonMoved

        connection.execute(sa.delete(_outbox).where(unsent))
        connection.execute(sa.delete(_jobs).where(theirs))
        connection.execute(sa.delete(_codes).where(_codes.c.person_id.in_(people)))
        for table in (tables.broadcast_recipients, tables.people_tags):
            connection.execute(sa.delete(table).where(table.c.person_id.in_(people)))
        connection.execute(sa.delete(_timers).where(_timers.c.person_id == person_id))
        _leave_the_protocol(connection, people)
        connection.execute(sa.delete(_conversations).where(_conversations.c.identity_id.in_(ours)))
        connection.execute(sa.delete(_identities).where(_identities.c.person_id == person_id))
        connection.execute(sa.delete(_letters).where(_letters.c.id.in_(self._letters_of(connection, identities))))
        connection.execute(sa.update(_people).where(_people.c.id.in_(people)).values(self._blank()))
        return people

    def _blank(self) -> dict[str, object]:
        names = ("zone", "goal", "market", "skill_level", "country")
        nothing = ("data_key", "state", "conversation_id", "chosen_conversation_id", "quiet_from", "quiet_until")
        unknown: dict[str, object] = {**dict.fromkeys(nothing), "language": "en"}
        return {**unknown, **dict.fromkeys(names, ""), "updated_at": self._clock.now()}

    def _letters_of(self, connection: sa.Connection, identities: tuple[KnownIdentity, ...]) -> list[UUID]:
        """Return the dead letters that name one of somebody's addresses."""
        found = []
        for one in identities:
            query = sa.select(_letters.c.id, _letters.c.body).where(
                _letters.c.channel == one.channel,
                _letters.c.account == one.account,
                _letters.c.source.in_(_FROM_CHANNELS),
            )
            address = re.compile(rf"(?<!\w){re.escape(one.address)}(?!\w)".encode())
            found += [row.id for row in connection.execute(query) if address.search(self._opened(row.id, row.body))]
        return found

    def _opened(self, letter_id: UUID, body: bytes) -> bytes:
        try:
            return self._sealer.open(body, b"dead letter" + letter_id.bytes)
        except Unsealable:
            return b""


def _leave_the_protocol(connection: sa.Connection, people: list[UUID]) -> None:
    """Remove daily sessions, affirmations and boards; a member number stays, so that nobody gets it a second time."""
    for table in (tables.daily_sessions, tables.affirmations, tables.vision_boards):
        connection.execute(sa.delete(table).where(table.c.person_id.in_(people)))
    members = sa.update(tables.members).where(tables.members.c.person_id.in_(people))
    connection.execute(members.values(opted_in=False, streak=0, alive_until=None))
