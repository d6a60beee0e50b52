"""History: what was said in a conversation, in order, for the person who was in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from core.history import HistoryEntry, Thread
from core.messages import Content, DeliveryStatus, Place
from storage import tables
from storage.bodies import attachments_from, content_from
from storage.database import Database
from storage.sealing import Sealer, Unsealable

_messages, _identities, _conversations = tables.messages, tables.identities, tables.conversations
_people, _accounts, _outbox = tables.people, tables.accounts, tables.outbox


_SINCE = (
    sa.select(_messages, _people.c.data_key)
    .join(_people, _people.c.id == _messages.c.person_id)
    .where(_messages.c.conversation_id == sa.bindparam("conversation"), _messages.c.seq > sa.bindparam("after"))
    .order_by(_messages.c.seq)
    .limit(sa.bindparam("most"))
)


def _ours(thread: Thread) -> sa.Select[Any]:
    """Return the query for the one conversation that belongs to this identity in this chat."""
    return (
        sa.select(_conversations.c.id)
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_accounts, _accounts.c.id == _identities.c.account_id)
        .where(
            _accounts.c.channel == thread.channel,
            _accounts.c.name == thread.account,
            _identities.c.address == thread.address,
            _conversations.c.chat == thread.chat,
        )
    )


class History:
    """Reads conversations; scoped to one identity, so that nobody sees what is not theirs.

    Args:
        database: Where they are.
        sealer: Opens them.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def since(self, thread: Thread, after: int, limit: int) -> Sequence[HistoryEntry]:
        """Return an identity's messages with numbers above `after`, oldest first.

        Args:
            thread: The conversation.
            after: The number of the last message that is known.
            limit: Most messages.

        Returns:
            The messages; one whose person was forgotten has no words.

        Raises:
            StorageUnavailable: The database does not answer.
        """
        with self._database.read() as connection:
            conversation = connection.execute(_ours(thread)).scalar()
            if conversation is None:
                return []
            rows = connection.execute(_SINCE, {"conversation": conversation, "after": after, "most": limit}).all()
        return [self._entry(row) for row in rows]

    def _entry(self, row: sa.Row[Any]) -> HistoryEntry:
        try:
            seal = self._sealer.seal_of(row.person_id, row.data_key)
            body = seal.open(row.body, b"message" + row.id.bytes)
        except Unsealable:
            # Blank, not left out: who reads page by page would take a short page for the end.
            return HistoryEntry(row.seq, row.inbound, row.at)
        if row.inbound:
            plain = orjson.loads(body)
            files = attachments_from(plain["attachments"])
            return HistoryEntry(row.seq, True, row.at, plain["text"], kind=row.kind, key=row.key, attachments=files)
        return spoken(row.seq, row.at, content_from(body))

    def seen(self, thread: Thread, seq: int) -> None:
        """Note that a person has read everything up to a number; an earlier note is never taken back."""
        ours = _ours(thread)
        lower = [status.value for status in DeliveryStatus if status.rank < DeliveryStatus.READ.rank]
        change = (
            sa.update(_outbox)
            .where(
                _outbox.c.conversation_id.in_(ours),
                _outbox.c.seq <= seq,
                _outbox.c.settled_at.is_not(None),
                _outbox.c.status.in_(lower),
            )
            .values(status=DeliveryStatus.READ.value)
        )
        with self._database.write() as connection:
            connection.execute(change)


def spoken(seq: int, at: datetime, content: Content) -> HistoryEntry:
    """Return the entry of something that we said; blank where it was shown beside the chat."""
    if content.place is not Place.CHAT:
        return HistoryEntry(seq, False, at)
    return HistoryEntry(
        seq, False, at, content.text, content.title, buttons=content.buttons, image=content.image, album=content.album
    )
