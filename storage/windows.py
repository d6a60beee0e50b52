"""Windows: when a person last wrote in a conversation, for channels that take free text only for a while after it.

Nothing is kept for it: the history has an index by conversation and number, and its last inbound message is near the
end. Only conversations of channels with a window are asked about.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.messages import InboundKind
from storage import tables

_conversations, _messages = tables.conversations, tables.messages
SPOKEN = (InboundKind.TEXT, InboundKind.TAP, InboundKind.MEDIA, InboundKind.OTHER)
"""Kinds of messages with which a person writes; that they blocked us opens nothing, and ours are of other kinds."""

_last = (
    sa.select(_messages.c.at)
    .where(
        _messages.c.conversation_id == _conversations.c.id,
        _messages.c.kind.in_([kind.value for kind in SPOKEN]),
    )
    .order_by(_messages.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_WORDS = sa.select(_conversations.c.id, sa.type_coerce(_last, _messages.c.at.type).label("at")).where(
    _conversations.c.id.in_(sa.bindparam("conversations", expanding=True))
)


def last_words(connection: sa.Connection, conversations: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when a person last wrote in each conversation; those in which nobody has are left out.

    It is the moment at which the message was taken in, which after an outage may be later than it was written.
    """
    if not conversations:
        return {}
    found = connection.execute(_LAST_WORDS, {"conversations": list(conversations)})
    return {row.id: row.at for row in found if row.at is not None}
