"""Settlements: what became of claimed messages, written back in batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core import errors
from core.messages import DeliveryStatus, OnUnknown, Priority
from core.retry import Attempt, next_attempt
from storage import tables

_outbox = tables.outbox
_LONGEST_IDS = 2000
_LONGEST_ERROR = 200
_MOST_RECOVERED = 500

_SETTLE = (
    sa.update(_outbox)
    .where(
        _outbox.c.id == sa.bindparam("message"),
        _outbox.c.lease_owner == sa.bindparam("lease"),
        _outbox.c.settled_at.is_(None),
    )
    .values(
        status=sa.bindparam("new_status"),
        next_attempt_at=sa.bindparam("new_next_attempt_at"),
        attempts=sa.bindparam("new_attempts"),
        parts_sent=sa.bindparam("new_parts_sent"),
        external_ids=sa.bindparam("new_external_ids"),
        error=sa.bindparam("new_error"),
        settled_at=sa.bindparam("new_settled_at"),
        lease_owner=None,
        lease_until=None,
    )
)
_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "message": sa.Uuid(),
    "lease": sa.String(),
    **{f"new_{name}": column.type for name, column in _outbox.c.items() if f"new_{name}" in _SETTLE.compile().params},
}
_given = (
    sa.func.unnest(*(sa.bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in _COLUMNS.items()))
    .table_valued(*(sa.column(name, kind) for name, kind in _COLUMNS.items()), name="given")
    .render_derived()
)
_SETTLE_ALL = (
    sa.update(_outbox)
    .where(_outbox.c.id == _given.c.message, _outbox.c.lease_owner == _given.c.lease, _outbox.c.settled_at.is_(None))
    .values({name.removeprefix("new_"): _given.c[name] for name in _COLUMNS if name.startswith("new_")})
    .values(lease_owner=None, lease_until=None)
)
"""The same for PostgreSQL, in one statement: a quarter of the cost of one for each message."""
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
    rows = [_parameters(one) for one in settlements]
    if connection.dialect.name == "postgresql" and len(rows) > 1:
        return connection.execute(_SETTLE_ALL, {name: [row[name] for row in rows] for name in _COLUMNS}).rowcount
    return connection.execute(_SETTLE, rows).rowcount


def _parameters(one: Settlement) -> dict[str, Any]:
    return {
        "message": one.message,
        "lease": one.lease,
        "new_status": one.status.value,
        "new_next_attempt_at": one.next_attempt_at or one.at,
        "new_attempts": one.attempts,
        "new_parts_sent": one.parts_sent,
        "new_external_ids": _whole_ids(one.external_ids),
        "new_error": one.error[:_LONGEST_ERROR],
        "new_settled_at": one.at if one.is_settled else None,
    }


def _whole_ids(ids: str) -> str:
    """Return as many ids as the column holds, none of them cut in two."""
    return ids if len(ids) <= _LONGEST_IDS else ids[: _LONGEST_IDS + 1].rpartition(" ")[0]


def recover(connection: sa.Connection, now: datetime) -> list[Settlement]:
    """Settle messages whose lease ran out: whoever held them died between sending and writing it down.

    Their outcome is unknown, so the policy of each decides. Nothing is sent again silently: the caller
    counts and logs what is returned.

    Args:
        connection: An open transaction; the caller commits.
        now: This moment.
    """
    recovered = [_recovered(row, now) for row in connection.execute(_ABANDONED, {"now": now}).all()]
    settle(connection, recovered)
    return recovered


def _recovered(row: Any, now: datetime) -> Settlement:
    attempt = Attempt(row.id, row.attempts, row.created_at, Priority(row.priority), OnUnknown(row.on_unknown))
    again = next_attempt(errors.OutcomeUnknown(), attempt, now)
    return Settlement(
        message=row.id,
        lease=row.lease_owner,
        status=DeliveryStatus.UNKNOWN if again is None else DeliveryStatus.ERRORED,
        at=now,
        next_attempt_at=again.at if again else None,
        attempts=row.attempts,
        parts_sent=row.parts_sent,
        external_ids=row.external_ids,
        error="the sender died while it held this message",
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
