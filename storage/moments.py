"""Moments: when something happens to a person by itself next, and whether anything is happening now."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from storage.attendance import Attended

_outbox, _timers, _jobs = tables.outbox, tables.timers, tables.jobs
_UNDONE = _jobs.c.ended_at.is_(None)


def next_moment(connection: sa.Connection, after: datetime, who: Attended) -> datetime | None:
    """Return the earliest moment after this one at which something of a person's is due; None where nothing is."""
    mine, waiting = _outbox.c.conversation_id == who.conversation_id, _outbox.c.settled_at.is_(None)
    earliest = (
        sa.select(sa.func.min(_timers.c.due_at)).where(_timers.c.person_id == who.person_id, _timers.c.due_at > after),
        sa.select(sa.func.min(_outbox.c.next_attempt_at)).where(mine, waiting, _outbox.c.next_attempt_at > after),
        sa.select(sa.func.min(_jobs.c.next_attempt_at)).where(
            _jobs.c.person_id == who.person_id, _UNDONE, _jobs.c.next_attempt_at > after
        ),
    )
    moments = [connection.execute(query).scalar() for query in earliest]
    return min((moment for moment in moments if moment is not None), default=None)


def is_busy(connection: sa.Connection, now: datetime, account_id: UUID) -> bool:
    """Return whether anything of anybody's is due or in hands; of messages those of one account count."""
    mine, waiting = _outbox.c.account_id == account_id, _outbox.c.settled_at.is_(None)
    in_hands = sa.or_(_outbox.c.next_attempt_at <= now, _outbox.c.lease_owner.is_not(None))
    due = (
        sa.select(_timers.c.key).where(_timers.c.due_at <= now),
        sa.select(_outbox.c.id).where(mine, waiting, in_hands),
        sa.select(_jobs.c.id).where(_UNDONE, sa.or_(_jobs.c.next_attempt_at <= now, _jobs.c.lease_owner.is_not(None))),
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in due)
