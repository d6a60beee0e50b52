"""What an installation has kept, read from its own database while it runs."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.ids import MediaId
from storage import tables
from storage.database import Database
from storage.media import Media
from storage.media_store import MediaStore
from sunup.composition import Foundation, found
from sunup.settings import PREFIX, Settings
from tests.acceptance.program import Program


class Records:
    """The database of one installation.

    Args:
        program: Whose.
    """

    def __init__(self, program: Program) -> None:
        plain: dict[str, Any] = {
            name.removeprefix(PREFIX).lower(): value for name, value in program.settings.items() if value
        }
        self.settings = Settings(_env_file=None, **plain)
        self._base: Foundation | None = None

    @property
    def base(self) -> Foundation:
        """What a process of the installation stands on; joined late, since the program makes the key."""
        if self._base is None:
            self._base = found(self.settings)
        return self._base

    @property
    def database(self) -> Database:
        return self.base.database

    def close(self) -> None:
        """Let go of the database."""
        if self._base is not None:
            self._base.database.close()
            self._base = None

    def rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        """Return the rows of a query."""
        with self.database.read() as connection:
            return connection.execute(query).all()

    def count(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        """Return how many rows there are."""
        return int(self.rows(sa.select(sa.func.count()).select_from(table).where(*where))[0][0])

    def person(self, address: object, account: str = "default", channel: str = "telegram") -> UUID:
        """Return who stands behind an address."""
        query = (
            sa.select(tables.identities.c.person_id)
            .join(tables.accounts, tables.accounts.c.id == tables.identities.c.account_id)
            .where(
                tables.identities.c.address == str(address),
                tables.accounts.c.name == account,
                tables.accounts.c.channel == channel,
            )
        )
        return UUID(str(self.rows(query)[0][0]))

    def said(self, person: UUID, *, inbound: bool) -> list[str]:
        """Return what a person wrote, or what was written to them, oldest first."""
        return [text for _, text in self._messages(person, inbound=inbound)]

    def outbound(self, person: UUID) -> list[tuple[UUID, str]]:
        """Return what was written to a person, oldest first, each with the id of its message."""
        return self._messages(person, inbound=False)

    def _messages(self, person: UUID, *, inbound: bool) -> list[tuple[UUID, str]]:
        messages, people = tables.messages, tables.people
        query = (
            sa.select(messages.c.id, messages.c.body, people.c.data_key)
            .join(people, people.c.id == messages.c.person_id)
            .where(messages.c.person_id == person, messages.c.inbound == inbound)
            .order_by(messages.c.seq)
        )
        found = []
        for row in self.rows(query):
            seal = self.base.sealer.seal_of(person, row.data_key)
            found.append((row.id, str(orjson.loads(seal.open(row.body, b"message" + row.id.bytes))["text"])))
        return found

    def keys(self) -> Counter[str]:
        """Return the providers' keys of everything that was taken in, each with how often it acted."""
        query = sa.select(tables.messages.c.key).where(tables.messages.c.inbound)
        return Counter(row.key for row in self.rows(query))

    def facts(self, person: UUID, kind: str) -> int:
        """Return how often something happened to a person."""
        return self.count(tables.facts, tables.facts.c.person_id == person, tables.facts.c.kind == kind)

    def executions(self, person: UUID, workflow: str) -> Sequence[Any]:
        """Return a person's executions of a workflow, oldest first."""
        executions = tables.executions
        here = (executions.c.person_id == person) & (executions.c.workflow == workflow)
        return self.rows(sa.select(executions).where(here).order_by(executions.c.id))

    def outcomes(self, person: UUID) -> Sequence[Any]:
        """Return a person's outcomes."""
        return self.rows(sa.select(tables.outcomes).where(tables.outcomes.c.person_id == person))

    def media(self, person: UUID) -> Sequence[Any]:
        """Return what was kept of a person's files, as rows."""
        return self.rows(sa.select(tables.media).where(tables.media.c.person_id == person))

    def original(self, person: UUID, media: UUID) -> bytes:
        """Return a kept file as it came."""
        kept = self._files().original(person, MediaId(media))
        assert kept is not None
        return kept[0]

    def picture(self, person: UUID, media: UUID) -> bytes:
        """Return the copy of a kept picture that is shown."""
        kept = self._files().picture(person, MediaId(media))
        assert kept is not None
        return kept[0]

    def _files(self) -> Media:
        return Media(self.database, self.base.sealer, MediaStore(self.settings.media_url), self.base.clock)

    def waiting(self) -> int:
        """Return how many messages are still to be sent."""
        return self.count(tables.outbox, tables.outbox.c.settled_at.is_(None))

    def open_jobs(self) -> int:
        """Return how many jobs are still to be done."""
        return self.count(tables.jobs, tables.jobs.c.ended_at.is_(None))

    def letters(self) -> list[str]:
        """Return the reasons of all dead letters, newest first."""
        return [letter.reason for letter in self.base.dead_letters.newest(500)]

    def end_leases(self, pid: int) -> int:
        """Let a dead worker's leases run out now, so that a test need not wait for minutes; returns how many."""
        past = self.base.clock.now() - timedelta(seconds=1)
        owner = tables.jobs.c.lease_owner
        held = sa.update(tables.jobs).where(owner.contains(f"-{pid}-") | owner.contains(f"-{pid}/"))
        with self.database.write() as connection:
            return connection.execute(held.values(lease_until=past)).rowcount

    def hurry(self) -> None:
        """Let everything that was put off be tried now, so that a test need not wait for it."""
        with self.database.write() as connection:
            for table, is_open in ((tables.outbox, tables.outbox.c.settled_at), (tables.jobs, tables.jobs.c.ended_at)):
                connection.execute(
                    sa.update(table).where(is_open.is_(None)).values(next_attempt_at=self.base.clock.now())
                )
