"""Legs: which broadcasts have something to be done, and the job that does a piece of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from conversations.broadcasting import LEG, LEG_JOB
from core.broadcasts import BroadcastStatus
from storage import tables
from storage.broadcast_writing import PLANNED, due_recipients

_broadcasts, _recipients, _jobs = tables.broadcasts, tables.broadcast_recipients, tables.jobs
RESULTS_KEPT_AFTER = timedelta(days=2)
"""After this long nothing more comes of a broadcast; the outbox forgets its copies later."""
_WITHDRAWN_FOR = timedelta(minutes=15)
"""So long a sender may still give back what it had claimed before a cancelling."""


def unfinished(now: datetime, most: int) -> sa.Select[Any]:
    """Return the query for broadcasts that something may be done for, those that are under way first."""
    status, ended_at = _broadcasts.c.status, _broadcasts.c.ended_at
    under_way = status.in_([one.value for one in BroadcastStatus if one.open])
    just_cancelled = (status == BroadcastStatus.CANCELLED.value) & (ended_at > now - _WITHDRAWN_FOR)
    to_be_counted = _broadcasts.c.results.is_(None) & (ended_at <= now - RESULTS_KEPT_AFTER)
    query = sa.select(_broadcasts.c.id).where(sa.or_(under_way, just_cancelled, to_be_counted))
    return query.order_by(ended_at.is_not(None), _broadcasts.c.id).limit(most)


def is_due(connection: sa.Connection, broadcast_id: UUID, now: datetime) -> bool:
    """Return whether somebody's moment has come."""
    return connection.execute(due_recipients(broadcast_id, now, 1)).first() is not None


def has_planned(connection: sa.Connection, broadcast_id: UUID) -> bool:
    """Return whether somebody's moment is still to come, or has come and they are not written to yet."""
    query = sa.select(_recipients.c.person_id).where(
        _recipients.c.broadcast_id == broadcast_id, _recipients.c.status == sa.literal_column(f"'{PLANNED}'")
    )
    return connection.execute(query.limit(1)).first() is not None


def leg_job(connection: sa.Connection, row: Any, job_id: UUID, *, payload: bytes, now: datetime) -> sa.Insert:
    """Return what makes the job: one row for each broadcast, which every leg takes over from the one before."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = {"id": job_id, "kind": LEG_JOB, "payload": payload, "status": "queued", "attempts": 0}
    fresh |= {"created_at": now, "next_attempt_at": now, "lease_owner": None, "lease_until": None}
    fresh |= {"ended_at": None, "error": ""}
    statement = make(_jobs).values(person_id=row.author_id, key=f"{LEG}{row.id}", **fresh)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "key"],
        set_={name: statement.excluded[name] for name in fresh},
        where=_jobs.c.ended_at.is_not(None),
    )
