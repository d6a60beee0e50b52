"""Leases: tasks that only one process may do at a time, held for a while and renewed."""

from datetime import timedelta

import sqlalchemy as sa

from core.ports import Clock
from storage import tables
from storage.database import Database
from storage.upserts import insert

_leases = tables.leases


class Leases:
    """The leases of this installation.

    Args:
        database: Where they are.
        clock: The time; clocks of machines may differ by a small part of a lease.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, name: str, owner: str, lease: timedelta) -> bool:
        """Take a lease, or renew one's own.

        Args:
            name: What it is for, at most 60 characters.
            owner: Who wants it, at most 60 characters.
            lease: How long it holds.

        Returns:
            Whether it is the owner's now; False while another one holds it.

        Raises:
            StorageUnavailable: The database does not answer; an earlier lease of one's own holds until its end.
        """
        now = self._clock.now()
        statement = insert(self._database.dialect, _leases).values(name=name, owner=owner, until=now + lease)
        statement = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": statement.excluded.owner, "until": statement.excluded.until},
            where=(_leases.c.owner == owner) | (_leases.c.until <= now),
        )
        with self._database.write() as connection:
            return connection.execute(statement.returning(_leases.c.name)).first() is not None

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, so that another process need not wait for its end."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_leases).where(_leases.c.name == name, _leases.c.owner == owner))

    def end(self, name: str) -> bool:
        """End a lease, whoever holds it; return whether it still held. Of two at once only one is told so."""
        held = sa.delete(_leases).where(_leases.c.name == name, _leases.c.until > self._clock.now())
        with self._database.write() as connection:
            return connection.execute(held.returning(_leases.c.name)).first() is not None
