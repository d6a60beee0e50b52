"""Replays: what became a dead letter is tried once more, in the transaction that marks the letter as replayed.

A letter is replayed at most once. If it fails again it becomes a new letter, which may be replayed in its turn.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core import errors
from core.messages import DeliveryStatus, InboundKind, InboundMessage
from storage import tables
from storage.bodies import attachments_from
from storage.dead_letters import DeadLetter
from storage.deliveries import UNTOLD
from storage.keys import fitting_key

_letters, _outbox, _jobs = tables.dead_letters, tables.outbox, tables.jobs
_HEAD = [column for column in _letters.c if column.name != "body"]
AGAIN = "~again"
"""What a replayed message's key ends in, so that the inbox does not take it for a repeat of the first one."""


class ReplayRefused(errors.SunupError):
    """This dead letter cannot be replayed."""


def find_letter(connection: sa.Connection, letter_id: UUID) -> DeadLetter | None:
    """Return a dead letter without its body; None where there is none."""
    row = connection.execute(sa.select(*_HEAD).where(_letters.c.id == letter_id)).one_or_none()
    return None if row is None else DeadLetter(**row._mapping)


def waiting_letters(connection: sa.Connection, limit: int) -> list[DeadLetter]:
    """Return the newest letters that nobody has replayed."""
    query = sa.select(*_HEAD).where(_letters.c.replayed_at.is_(None)).order_by(_letters.c.at.desc()).limit(limit)
    return [DeadLetter(**row._mapping) for row in connection.execute(query)]


def claim_letter(connection: sa.Connection, letter_id: UUID, now: datetime) -> None:
    """Mark a letter as replayed.

    Raises:
        ReplayRefused: It has been replayed before, perhaps in this very moment by somebody else.
    """
    change = (
        sa.update(_letters).where(_letters.c.id == letter_id, _letters.c.replayed_at.is_(None)).values(replayed_at=now)
    )
    if not connection.execute(change).rowcount:
        raise ReplayRefused("This dead letter has been replayed already; what failed again is a letter of its own.")


def message_from(body: bytes) -> InboundMessage:
    """Return the inbound message that a letter of the intake holds, under a key that was not seen before.

    Raises:
        ReplayRefused: The letter holds no message.
    """
    try:
        plain: dict[str, Any] = orjson.loads(body)
        sent_at = plain["sent_at"]
        plain["kind"] = InboundKind(plain["kind"])
        plain["attachments"] = attachments_from(plain["attachments"])
        plain["sent_at"] = datetime.fromisoformat(sent_at) if sent_at else None
        plain["key"] = fitting_key(plain["key"] + AGAIN)
        return InboundMessage(**plain)
    except (ValueError, TypeError, KeyError) as error:
        raise ReplayRefused("This dead letter holds no message that can be read.") from error


def requeue_message(connection: sa.Connection, message_id: UUID, now: datetime) -> None:
    """Put a message that was given up back into the outbox, as if it had been written now.

    Raises:
        ReplayRefused: The outbox does not have it any more.
    """
    change = (
        sa.update(_outbox)
        .where(_outbox.c.id == message_id, _outbox.c.settled_at.is_not(None))
        .values(
            status=DeliveryStatus.QUEUED.value,
            # It counts as new: its validity would otherwise have run out long ago.
            created_at=now,
            next_attempt_at=now,
            attempts=0,
            error="",
            lease_owner=None,
            lease_until=None,
            settled_at=None,
            **UNTOLD,
        )
    )
    if not connection.execute(change).rowcount:
        raise ReplayRefused("The outbox does not have this message any more, or still tries to send it.")


def requeue_job(connection: sa.Connection, job_id: UUID, now: datetime) -> None:
    """Have a job that was given up done once more, from its first attempt on.

    Raises:
        ReplayRefused: There is no such job, or it has not ended.
    """
    change = (
        sa.update(_jobs)
        .where(_jobs.c.id == job_id, _jobs.c.ended_at.is_not(None))
        .values(
            status="queued",
            attempts=0,
            next_attempt_at=now,
            ended_at=None,
            error="",
            lease_owner=None,
            lease_until=None,
        )
    )
    if not connection.execute(change).rowcount:
        raise ReplayRefused("There is no such job any more, or it is still being worked on.")
