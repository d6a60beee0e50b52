"""Moving: a chat that lives at another address now keeps its history."""

from uuid import UUID

import sqlalchemy as sa

from storage import tables

_conversations, _outbox = tables.conversations, tables.outbox
_other = tables.conversations.alias("other")


def move_chat(connection: sa.Connection, account_id: UUID, chat: str, moved_to: str) -> None:
    """Give the conversations of a chat its new address; their history stays theirs.

    Whoever has spoken at the new address already has a conversation there: the old one is left as it is,
    and what waits to be sent in it goes out in the new one.

    Source: Telegram gives a group a new id when it becomes a supergroup.
    """
    here = (_conversations.c.account_id == account_id) & (_conversations.c.chat == chat)
    there = (_other.c.identity_id == _conversations.c.identity_id) & (_other.c.chat == moved_to)
    doubled = sa.select(_conversations.c.id, _other.c.id).join(_other, there).where(here)
    for old, new in connection.execute(doubled).all():
        connection.execute(
            sa.update(_outbox)
            .where(_outbox.c.conversation_id == old, _outbox.c.settled_at.is_(None))
            .values(conversation_id=new)
        )
    connection.execute(
        sa.update(_conversations).where(here, ~sa.exists(sa.select(_other.c.id).where(there))).values(chat=moved_to)
    )
