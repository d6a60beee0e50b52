"""Holding: messages that wait until their channel takes them.

A held message is not in the line of its conversation: what is written after it passes by. Once its person writes, it
comes back to its place, ahead of the answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.messages import DeliveryStatus
from storage import tables
from storage.outbox import Claimed

_outbox, _accounts = tables.outbox, tables.accounts
_conversations, _identities = tables.conversations, tables.identities
BY_AN_ADMIN = "its broadcast is paused"
"""Why a message waits that only an admin lets go on, whatever its person writes meanwhile."""
_HELD = (_outbox.c.status == DeliveryStatus.HELD.value) & _outbox.c.settled_at.is_(None)


def _asleep(now: datetime) -> sa.ColumnElement[bool]:
    awaits_its_person = _outbox.c.error != BY_AN_ADMIN
    return _HELD & _outbox.c.lease_owner.is_(None) & (_outbox.c.next_attempt_at > now) & awaits_its_person


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is not settled.

    Args:
        id: Which one.
        person_id: For whom.
        channel: Name of the channel.
        account: Name of our account on it.
        status: Where it stands.
        created_at: When it was written.
        next_attempt_at: When it is looked at again.
        reason: Why it waits; empty where it only waits for its turn.
    """

    id: UUID
    person_id: UUID
    channel: str
    account: str
    status: str
    created_at: datetime
    next_attempt_at: datetime
    reason: str


def hold(connection: sa.Connection, claimed: Claimed, reason: str, *, until: datetime) -> None:
    """Let a claimed message wait, as if it had not been tried; whatever the platform told of it stays with it.

    Args:
        connection: An open transaction; the caller commits.
        claimed: Which one.
        reason: Why, for whoever looks.
        until: When it is looked at again, at the latest.
    """
    mine = (_outbox.c.id == claimed.message.id) & (_outbox.c.lease_owner == claimed.lease)
    change = sa.update(_outbox).where(mine)
    connection.execute(
        change.values(
            status=DeliveryStatus.HELD.value,
            error=reason[:200],
            next_attempt_at=until,
            attempts=claimed.attempts - 1,
            lease_owner=None,
            lease_until=None,
        )
    )


def held_in(connection: sa.Connection, conversations: Collection[UUID], now: datetime) -> set[UUID]:
    """Return in which of these conversations something is held that is not looked at again yet."""
    query = sa.select(_outbox.c.conversation_id).where(_outbox.c.conversation_id.in_(conversations), _asleep(now))
    return set(connection.execute(query.distinct()).scalars())


def let_go(connection: sa.Connection, conversation_id: UUID, written_at: datetime, now: datetime) -> int:
    """Bring what is held in a conversation back to its place in the line, now that its person has written.

    Args:
        connection: An open transaction; the caller commits.
        conversation_id: Which one.
        written_at: When they did; what was held later is not concerned.
        now: This moment.

    Returns:
        How many messages that were.
    """
    mine = (_outbox.c.conversation_id == conversation_id) & (_outbox.c.created_at < written_at)
    return connection.execute(sa.update(_outbox).where(mine, _asleep(now)).values(next_attempt_at=now)).rowcount


def waiting_messages(connection: sa.Connection, limit: int, *, held: bool = False) -> list[Waiting]:
    """Return messages that are not settled, the oldest first.

    Args:
        connection: An open transaction.
        limit: Most messages.
        held: Whether only those are returned that are held.
    """
    query = (
        sa.select(
            _outbox.c.id,
            _identities.c.person_id,
            _accounts.c.channel,
            _accounts.c.name,
            _outbox.c.status,
            _outbox.c.created_at,
            _outbox.c.next_attempt_at,
            _outbox.c.error,
        )
        .join(_conversations, _conversations.c.id == _outbox.c.conversation_id)
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_accounts, _accounts.c.id == _outbox.c.account_id)
        .where(_HELD if held else _outbox.c.settled_at.is_(None))
        .order_by(_outbox.c.created_at, _outbox.c.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in connection.execute(query)]


def look_again(connection: sa.Connection, account_id: UUID, now: datetime) -> int:
    """Have everything that is held for an account looked at again; return how many messages that are."""
    mine = sa.update(_outbox).where(_outbox.c.account_id == account_id, _asleep(now))
    return connection.execute(mine.values(next_attempt_at=now)).rowcount
