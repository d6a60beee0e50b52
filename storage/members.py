"""Members: who takes part in the daily protocol, their numbers, and those of them who want to be seen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from conversations.state import State
from core.ports import Clock
from core.streaks import open_date
from storage import tables
from storage.database import Database
from storage.merged import survivor
from storage.sealing import Sealer, Unsealable

_members, _people = tables.members, tables.people
_NUMBERING: Final = 0x53554E4D
"""The lock that only one process holds at a time while it gives numbers; any constant does."""
_MOST: Final = 20
_PAGE: Final = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Leader:
    """One line of the leaderboard: all that others see of somebody who wants to be on it."""

    name: str
    number: int
    streak: int


class Members:
    """The members of this installation.

    Args:
        database: Where they are.
        sealer: Opens the names of those who want to be seen.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def number(self, person_id: UUID) -> int:
        """Return a member's number, given now to everybody who waits for one, in the order in which they joined.

        Numbers count from 1, none is given twice, and nobody's ever changes.

        Raises:
            LookupError: They are no member.
            StorageUnavailable: The database does not answer.
        """
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                # SQLite has one writer at a time anyway. A number is final once it is committed, and the lock with it.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_NUMBERING)))
            self._give(connection)
            who = survivor(connection, person_id)
            found = connection.execute(sa.select(_members.c.number).where(_members.c.person_id == who)).scalar()
        if found is None:
            raise LookupError(person_id)
        return int(found)

    def _give(self, connection: sa.Connection) -> None:
        waiting = (
            sa.select(_members.c.person_id)
            .where(_members.c.number.is_(None))
            .order_by(_members.c.joined_at, _members.c.person_id)
        )
        last = connection.execute(sa.select(sa.func.max(_members.c.number))).scalar() or 0
        given = {who: last + place for place, who in enumerate(connection.execute(waiting).scalars(), 1)}
        if given:
            change = sa.update(_members).where(_members.c.person_id == sa.bindparam("who"))
            rows = [{"who": who, "given": given[who]} for who in sorted(given)]
            connection.execute(change.values(number=sa.bindparam("given")), rows)

    def leaders(self) -> list[Leader]:
        """Return those who want to be seen and whose streak is alive on their own date, the longest first; at most 20.

        Raises:
            StorageUnavailable: The database does not answer.
        """
        found: list[Leader] = []
        with self._database.read() as connection:
            for page in range(0, _MOST * _PAGE, _PAGE):
                rows = connection.execute(self._listed(page)).all()
                found += [leader for row in rows if (leader := self._leader(row)) is not None]
                if len(found) >= _MOST or len(rows) < _PAGE:
                    break
        return found[:_MOST]

    def _listed(self, after: int) -> sa.Select[tuple[UUID, str, bytes, bytes, int, int]]:
        # No zone is further than a day behind UTC, and what is left is judged by each person's own.
        earliest = self._clock.now().date() - _DAY
        return (
            sa.select(
                _people.c.id, _people.c.zone, _people.c.data_key, _people.c.state, _members.c.number,
                _members.c.streak, _members.c.alive_until,
            )
            .join(_people, _people.c.id == _members.c.person_id)
            .where(_members.c.opted_in, _members.c.streak > 0, _members.c.alive_until >= earliest)
            .order_by(_members.c.streak.desc(), _members.c.number)
            .limit(_PAGE)
            .offset(after)
        )  # fmt: skip

    def _leader(self, row: sa.Row[tuple[UUID, str, bytes, bytes, int, int]]) -> Leader | None:
        if row.alive_until < open_date(self._clock.now(), row.zone):
            return None
        try:
            seal = self._sealer.seal_of(row.id, row.data_key)
            name = State.from_json(seal.open(row.state or b"", b"state")).person.name
        except (Unsealable, ValueError, TypeError, KeyError):
            return None
        return Leader(name, row.number or 0, row.streak)
