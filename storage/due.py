"""Due: which timers have come, without firing them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables

_timers, _people = tables.timers, tables.people


def next_due(connection: sa.Connection) -> datetime | None:
    """Return the moment of the earliest timer; None where there is none."""
    return connection.execute(sa.select(sa.func.min(_timers.c.due_at))).scalar()


def due_people(connection: sa.Connection, now: datetime, most: int) -> list[UUID]:
    """Return people with due timers, the longest due first."""
    due = sa.select(_timers.c.person_id).where(_timers.c.due_at <= now).order_by(_timers.c.due_at).limit(most)
    return list(dict.fromkeys(connection.execute(due).scalars()))


def postpone(connection: sa.Connection, person_id: UUID, now: datetime, until: datetime) -> int:
    """Put a person's due timers off, unless somebody works on this person; return how many."""
    return _of(connection, person_id, now, sa.update(_timers).values(due_at=until))


def drop(connection: sa.Connection, person_id: UUID, now: datetime) -> int:
    """Remove a person's due timers, unless somebody works on this person; return how many."""
    return _of(connection, person_id, now, sa.delete(_timers))


def _of(connection: sa.Connection, person_id: UUID, now: datetime, change: sa.Update | sa.Delete) -> int:
    lock = sa.select(_people.c.id).where(_people.c.id == person_id).with_for_update(skip_locked=True)
    if connection.execute(lock).first() is None:
        return 0
    return connection.execute(change.where(_timers.c.person_id == person_id, _timers.c.due_at <= now)).rowcount
