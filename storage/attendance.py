"""Attendance: who is there, and what waits for one person, for a process that serves nobody else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.executions import ExecutionStatus
from storage import tables
from storage.merged import everybody_of

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_outbox, _timers, _jobs = tables.outbox, tables.timers, tables.jobs
_MOST_JOBS = 20


@dataclass(frozen=True, slots=True)
class Attended:
    """The person at one address, and their conversation there.

    Args:
        person_id: Who.
        conversation_id: The thread.
        next_seq: The number that its next message takes.
    """

    person_id: UUID
    conversation_id: UUID
    next_seq: int


@dataclass(frozen=True, slots=True)
class Due:
    """What waits for a person now.

    Args:
        messages: Whether something is to be sent to them.
        put_off: Whether a part of it was put off without being tried.
        timers: Whether a timer of theirs has come.
        jobs: Jobs of theirs that nobody works on.
    """

    messages: bool
    put_off: bool
    timers: bool
    jobs: tuple[UUID, ...]

    def __bool__(self) -> bool:
        return self.messages or self.timers or bool(self.jobs)


def attended(connection: sa.Connection, account_id: UUID, address: str) -> Attended | None:
    """Return the person at an address, in the chat of the same name; None for a stranger."""
    query = (
        sa.select(_people.c.id, _conversations.c.id.label("conversation_id"), _people.c.next_seq)
        .join(_identities, _identities.c.person_id == _people.c.id)
        .join(_conversations, _conversations.c.identity_id == _identities.c.id)
        .where(
            _identities.c.account_id == account_id, _identities.c.address == address, _conversations.c.chat == address
        )
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Attended(row.id, row.conversation_id, row.next_seq)


def due_for(connection: sa.Connection, who: Attended, now: datetime) -> Due:
    """Return what waits for a person now."""
    jobs = (
        sa.select(_jobs.c.id)
        .where(
            _jobs.c.person_id.in_(everybody_of(who.person_id)),
            _jobs.c.ended_at.is_(None),
            _jobs.c.next_attempt_at <= now,
            sa.or_(_jobs.c.lease_until.is_(None), _jobs.c.lease_until <= now),
        )
        .order_by(_jobs.c.id)
        .limit(_MOST_JOBS)
    )
    timers = sa.select(_timers.c.key).where(_timers.c.person_id == who.person_id, _timers.c.due_at <= now).limit(1)
    unsent = (_outbox.c.conversation_id == who.conversation_id) & _outbox.c.settled_at.is_(None)
    put_off = sa.and_(unsent, _outbox.c.attempts == 0, _outbox.c.next_attempt_at > now)
    return Due(
        messages=connection.execute(sa.select(_outbox.c.id).where(unsent).limit(1)).first() is not None,
        put_off=connection.execute(sa.select(_outbox.c.id).where(put_off).limit(1)).first() is not None,
        timers=connection.execute(timers).first() is not None,
        jobs=tuple(connection.execute(jobs).scalars()),
    )


def people_under_way(connection: sa.Connection) -> list[UUID]:
    """Return everybody who is in the middle of a workflow."""
    executions = tables.executions
    open_ones = [status.value for status in ExecutionStatus if status.open]
    query = sa.select(executions.c.person_id).where(executions.c.status.in_(open_ones)).distinct()
    return sorted(connection.execute(query).scalars())


def first_unsent(connection: sa.Connection, who: Attended) -> int | None:
    """Return the number of the first message that is still to be sent; None where none is."""
    query = sa.select(sa.func.min(_outbox.c.seq)).where(
        _outbox.c.conversation_id == who.conversation_id, _outbox.c.settled_at.is_(None)
    )
    return connection.execute(query).scalar()


def bring_forward(connection: sa.Connection, who: Attended, now: datetime) -> int:
    """Make due at once what a sender put off that cannot reach this person; return how many messages that were.

    What failed keeps its pause: only a message that nobody has tried yet is brought forward.
    """
    change = (
        sa.update(_outbox)
        .where(
            _outbox.c.conversation_id == who.conversation_id,
            _outbox.c.settled_at.is_(None),
            _outbox.c.lease_owner.is_(None),
            _outbox.c.attempts == 0,
            _outbox.c.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
    )
    return connection.execute(change).rowcount
