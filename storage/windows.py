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

_LATE = 20
"""So many messages are looked back on: one that came late, after an outage or out of a dead letter, stands after those
that were written after it."""

_spoken = (
    sa.select(_messages.c.at)
    .where(
        _messages.c.conversation_id == _conversations.c.id,
        _messages.c.kind.in_([kind.value for kind in SPOKEN]),
    )
    .order_by(_messages.c.seq.desc())
    .limit(_LATE)
    .correlate(_conversations)
    .subquery()
)
LAST_WRITTEN_AT = sa.type_coerce(sa.select(sa.func.max(_spoken.c.at)).scalar_subquery(), _messages.c.at.type)
"""When its person last wrote in a conversation of the query that this stands in; null where nobody has."""
_LAST_WORDS = sa.select(_conversations.c.id, LAST_WRITTEN_AT.label("at")).where(
    _conversations.c.id.in_(sa.bindparam("conversations", expanding=True))
)


def last_words(connection: sa.Connection, conversations: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when a person last wrote in each conversation; those in which nobody has are left out."""
    if not conversations:
        return {}
    found = connection.execute(_LAST_WORDS, {"conversations": list(conversations)})
    return {row.id: row.at for row in found if row.at is not None}
