"""Targets: in which other conversations a person can be reached, where one of them takes nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from storage.accounts import AccountStatus
from storage.merged import survivor
from storage.windows import LAST_WRITTEN_AT

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_accounts = tables.accounts

_written_at = sa.func.coalesce(LAST_WRITTEN_AT, _conversations.c.created_at)


@dataclass(frozen=True, slots=True)
class Target:
    """A conversation in which a person can be reached.

    Args:
        conversation_id: Which one.
        account_id: Our account.
        channel: Name of the channel.
        account: Name of our account on it.
        chat: Where messages go.
        address: Who the person is there.
        written_at: When they last wrote in it.
    """

    conversation_id: UUID
    account_id: UUID
    channel: str
    account: str
    chat: str
    address: str
    written_at: datetime


def other_conversations(connection: sa.Connection, person_id: UUID, not_in: Collection[UUID]) -> Sequence[Target]:
    """Return where else a person can be reached: where they want to be first, then where they wrote last.

    Only private chats that the platform has not closed, at accounts in use. Whether the channel takes free text at
    this moment is for the caller to see, from `written_at`.

    Args:
        connection: An open transaction.
        person_id: Who; whom they were merged into counts.
        not_in: Conversations that are out of the question.
    """
    query = (
        sa.select(
            _conversations.c.id,
            _conversations.c.account_id,
            _accounts.c.channel,
            _accounts.c.name,
            _conversations.c.chat,
            _identities.c.address,
            sa.type_coerce(_written_at, tables.messages.c.at.type),
        )
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_people, _people.c.id == _identities.c.person_id)
        .join(_accounts, _accounts.c.id == _conversations.c.account_id)
        .where(
            _people.c.id == survivor(connection, person_id),
            _conversations.c.private,
            _conversations.c.closed_at.is_(None),
            _accounts.c.status == AccountStatus.ACTIVE.value,
            _conversations.c.id.not_in(not_in),
        )
        .order_by(
            sa.case((_conversations.c.id == _people.c.chosen_conversation_id, 0), else_=1),
            _written_at.desc(),
            _conversations.c.id.desc(),
        )
    )
    return [Target(*row) for row in connection.execute(query)]
