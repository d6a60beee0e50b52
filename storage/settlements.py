"""Settlements: what became of claimed messages, written back in batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core import errors
from core.messages import DeliveryStatus, OnUnknown, Priority
from core.retry import Attempt, next_attempt
from storage import rows, tables
from storage.outbox import NOT_BEGUN, SENT

_outbox = tables.outbox
_LONGEST_IDS = 2000
_LONGEST_ERROR = 200
_MOST_RECOVERED = 500
DIED = "the sender died while it held this message"

_CHANGES = ("status", "next_attempt_at", "attempts", "parts_sent", "external_ids", "error")
_END = ("settled_at", "id", "lease_owner")
_SETTLE = rows.Statement(
    _outbox,
    # A second moment needs a column of its kind to be read as one; this one is emptied anyway.
    {
        **{column: column for column in _CHANGES},
        "lease_until": "refused_settled_at",
        **{column: column for column in _END},
    },
    postgresql=f"update outbox set {', '.join(f'{column} = given.{column}' for column in _CHANGES)}, "  # noqa: S608 - names of our own columns
    "settled_at = case when reported = 'failed' then given.refused_settled_at else given.settled_at end, "
    "lease_owner = null, lease_until = null from {given} "
    "where outbox.id = given.id and outbox.lease_owner = given.lease_owner",
    sqlite=f"update outbox set {', '.join(f'{column} = ?' for column in _CHANGES)}, "  # noqa: S608 - names of our own columns
    "settled_at = case when reported = 'failed' then ? else ? end, "
    "lease_owner = null, lease_until = null where id = ? and lease_owner = ?",
)
"""Only while the lease is the one that the settlement was made under; nothing that is settled has one.

What the platform has refused before we could write down that it took it stays open: the refusal is to be acted on.
"""
_ABANDONED = (
    sa.select(_outbox)
    .where(_outbox.c.settled_at.is_(None), _outbox.c.lease_until <= sa.bindparam("now"))
    .order_by(_outbox.c.priority, _outbox.c.id)
    .limit(_MOST_RECOVERED)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one claimed message.

    Args:
        message: Which one.
        lease: Under which claim it was held; one that was taken away meanwhile changes nothing.
        status: Where it stands.
        at: When that was seen.
        next_attempt_at: When it is tried again; None where nothing is left to be done.
        attempts: How often it was tried.
        parts_sent: How many of its parts are delivered.
        external_ids: The platform's ids of them, separated by spaces.
        error: What the platform said, without the message's text; empty where all went well.
    """

    message: UUID
    lease: str
    status: DeliveryStatus
    at: datetime
    next_attempt_at: datetime | None
    attempts: int
    parts_sent: int
    external_ids: str
    error: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be done."""
        return self.next_attempt_at is None


def settle(connection: sa.Connection, settlements: Sequence[Settlement]) -> int:
    """Write back what became of messages.

    Args:
        connection: An open transaction; the caller commits.
        settlements: Any number, of any conversations.

    Returns:
        How many were still held as the settlements say. What is missing was taken away when its lease ran out.
    """
    if not settlements:
        return 0
    given = [_row(one) for one in settlements]
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(_SETTLE.postgresql, (orjson.dumps(given).decode(),)).rowcount
    return connection.exec_driver_sql(_SETTLE.sqlite, [tuple(_SETTLE.bind(row)) for row in given]).rowcount


def _row(one: Settlement) -> dict[str, Any]:
    return {
        "id": one.message,
        "lease_owner": one.lease,
        "status": one.status.value,
        "next_attempt_at": one.next_attempt_at or one.at,
        "attempts": one.attempts,
        "parts_sent": one.parts_sent,
        "external_ids": _whole_ids(one.external_ids),
        "error": one.error.replace("\x00", "")[:_LONGEST_ERROR],  # PostgreSQL keeps no NUL in a text
        "settled_at": one.at if one.is_settled else None,
        "refused_settled_at": one.at if one.is_settled and one.status not in SENT else None,
    }


def _whole_ids(ids: str) -> str:
    """Return as many ids as the column holds, none of them cut in two."""
    return ids if len(ids) <= _LONGEST_IDS else ids[: _LONGEST_IDS + 1].rpartition(" ")[0]


def recover(
    connection: sa.Connection, now: datetime, can_ask: Callable[[UUID], bool] = lambda account_id: False
) -> list[Settlement]:
    """Settle messages whose lease ran out: whoever held them died between sending and writing it down.

    Their outcome is unknown, so the policy of each decides. Nothing is sent again silently: the caller
    counts and logs what is returned. Those whose calls had certainly not begun go back as if nobody had held them.

    Args:
        connection: An open transaction; the caller commits.
        now: This moment.
        can_ask: Of which accounts the platform can tell what went out; a sender then asks before anything else.
    """
    abandoned = connection.execute(_ABANDONED, {"now": now}).all()
    recovered = [_recovered(row, now, can_ask=can_ask(row.account_id)) for row in abandoned]
    settle(connection, recovered)
    return recovered


def _recovered(row: Any, now: datetime, *, can_ask: bool) -> Settlement:
    if row.lease_owner.endswith(NOT_BEGUN):
        return _untouched(row, now)
    attempt = Attempt(
        row.id,
        row.attempts,
        row.created_at,
        Priority(row.priority),
        OnUnknown(row.on_unknown),
        can_ask=can_ask,
        until=row.expires_at,
    )
    again = next_attempt(errors.OutcomeUnknown(), attempt, now)
    return Settlement(
        message=row.id,
        lease=row.lease_owner,
        status=DeliveryStatus.UNKNOWN if again is None or can_ask else DeliveryStatus.ERRORED,
        at=now,
        next_attempt_at=again.at if again else None,
        attempts=row.attempts,
        parts_sent=row.parts_sent,
        external_ids=row.external_ids,
        error=DIED,
    )


def _untouched(row: Any, now: datetime) -> Settlement:
    return Settlement(
        message=row.id,
        lease=row.lease_owner,
        status=DeliveryStatus(row.status),
        at=now,
        next_attempt_at=now,
        attempts=row.attempts - 1,
        parts_sent=row.parts_sent,
        external_ids=row.external_ids,
        error=row.error,
    )


def purge(connection: sa.Connection, before: datetime, most: int) -> int:
    """Delete settled messages that were written before a moment; the outbox is no history.

    Args:
        connection: An open transaction; the caller commits.
        before: Older ones go.
        most: How many at most.

    Returns:
        How many went.
    """
    # Ids begin with their moment, so the primary key finds the oldest without an index of its own.
    oldest = (
        sa.select(_outbox.c.id)
        .where(_outbox.c.id < _first_id(before), _outbox.c.settled_at.is_not(None))
        .order_by(_outbox.c.id)
        .limit(most)
    )
    ids = list(connection.execute(oldest).scalars())
    if ids:
        connection.execute(sa.delete(_outbox).where(_outbox.c.id.in_(ids)))
    return len(ids)


def _first_id(moment: datetime) -> UUID:
    """Return the smallest UUIDv7 of a moment. Source: RFC 9562, 48 bits of milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
