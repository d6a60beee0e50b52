"""Due: which timers have come, without firing them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from storage.sealing import MasterKeyMissing, Sealer, Unsealable

_timers, _people, _inbox = tables.timers, tables.people, tables.inbox


def next_due(connection: sa.Connection) -> datetime | None:
    """Return the moment of the earliest timer; None where there is none."""
    return connection.execute(sa.select(sa.func.min(_timers.c.due_at))).scalar()


def due_people(connection: sa.Connection, now: datetime, most: int) -> list[UUID]:
    """Return people with due timers, the longest due first."""
    due = sa.select(_timers.c.person_id).where(_timers.c.due_at <= now).order_by(_timers.c.due_at).limit(most)
    return list(dict.fromkeys(connection.execute(due).scalars()))


def is_anybody_writing(connection: sa.Connection, since: datetime) -> bool:
    """Return whether a message came in after a moment."""
    recent = sa.select(_inbox.c.key).where(_inbox.c.received_at > since).order_by(_inbox.c.received_at.desc()).limit(1)
    return connection.execute(recent).first() is not None


def postpone(connection: sa.Connection, person_id: UUID, now: datetime, until: datetime) -> list[str]:
    """Put a person's due timers off, unless somebody works on this person; return their keys."""
    return _of(connection, person_id, now, sa.update(_timers).values(due_at=until))


def drop(connection: sa.Connection, person_id: UUID, now: datetime) -> list[str]:
    """Remove a person's due timers, unless somebody works on this person; return their keys."""
    return _of(connection, person_id, now, sa.delete(_timers))


def is_foreign(connection: sa.Connection, sealer: Sealer, person_id: UUID) -> bool:
    """Return whether a person's data key was wrapped under a master key that is not configured."""
    wrapped = connection.execute(sa.select(_people.c.data_key).where(_people.c.id == person_id)).scalar()
    try:
        sealer.seal_of(person_id, wrapped)
    except MasterKeyMissing:
        return True
    except Unsealable:
        return False
    return False


def _of(connection: sa.Connection, person_id: UUID, now: datetime, change: sa.Update | sa.Delete) -> list[str]:
    lock = sa.select(_people.c.id).where(_people.c.id == person_id).with_for_update(skip_locked=True)
    if connection.execute(lock).first() is None:
        return []
    mine = change.where(_timers.c.person_id == person_id, _timers.c.due_at <= now)
    return list(connection.execute(mine.returning(_timers.c.key)).scalars())
