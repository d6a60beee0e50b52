"""Dead letters: what could not be digested, kept sealed with its reason until somebody looks."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.messages import InboundMessage
from core.ports import Clock, IdSource
from core.undigested import Undigested
from storage import tables
from storage.database import Database
from storage.keys import fitting_key
from storage.sealing import Sealer
from storage.upserts import insert

_letters = tables.dead_letters


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that could not be digested.

    Args:
        id: Its identity.
        source: Where it happened: `webhook`, `intake`, `engine`, `outbox` or `job`.
        channel: The channel it came from, if any.
        account: The account it came to, if any.
        key: The provider's key of it, or ours.
        reason: Why; never the content.
        at: When.
        replayed_at: When it was tried again, if it was.
    """

    id: UUID
    source: str
    channel: str
    account: str
    key: str
    reason: str
    at: datetime
    replayed_at: datetime | None


def body_of(message: InboundMessage) -> bytes:
    """Return an inbound message as a dead letter keeps it; whatever its text holds, it is kept."""
    try:
        return orjson.dumps(message)
    except TypeError:  # half of a surrogate pair has no UTF-8; a question mark stands for it
        return json.dumps(asdict(message), default=str, ensure_ascii=False).encode("utf-8", "replace")


def letter_row(sealer: Sealer, what: Undigested, body: bytes, *, letter_id: UUID, now: datetime) -> dict[str, Any]:
    """Return a dead letter as a row, its body sealed for no other place."""
    return {
        "id": letter_id,
        "source": what.source,
        "channel": what.channel,
        "account": what.account,
        "key": fitting_key(what.key),
        "reason": what.reason[:300],
        "body": sealer.close(body, b"dead letter" + letter_id.bytes),
        "at": now,
        "replayed_at": None,
    }


class DeadLetters:
    """The dead letters of this installation.

    Args:
        database: Where they are.
        sealer: Seals and opens their bodies.
        ids: Makes identifiers.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._ids = ids
        self._clock = clock

    def bury(self, what: Undigested, body: bytes) -> None:
        """Keep something that could not be digested.

        Raises:
            StorageUnavailable: The database does not answer; it was not kept.
        """
        row = self.row(what, body)
        with self._database.write() as connection:
            connection.execute(_letters.insert(), row)

    def row(self, what: Undigested, body: bytes) -> dict[str, Any]:
        """Return a dead letter as a row, for a transaction that the caller has open."""
        return letter_row(self._sealer, what, body, letter_id=self._ids.new(), now=self._clock.now())

    def bury_message(self, account_id: UUID, message: InboundMessage, reason: str) -> None:
        """Keep an inbound message that the database refused, and its key; a second delivery of it changes nothing.

        Raises:
            StorageUnavailable: The database does not answer; it was not kept.
        """
        what = Undigested("intake", reason, message.channel, account=message.account, key=message.key)
        letter = self.row(what, body_of(message))
        seen = {"account_id": account_id, "key": letter["key"], "received_at": letter["at"]}
        keep_key = insert(self._database.dialect, tables.inbox).on_conflict_do_nothing().returning(tables.inbox.c.key)
        with self._database.write() as connection:
            if connection.execute(keep_key, seen).first() is not None:
                connection.execute(_letters.insert(), letter)

    def newest(self, limit: int = 50) -> list[DeadLetter]:
        """Return the newest dead letters, without their bodies."""
        columns = [column for column in _letters.c if column.name != "body"]
        with self._database.read() as connection:
            rows = connection.execute(sa.select(*columns).order_by(_letters.c.at.desc()).limit(limit))
            return [DeadLetter(**row._mapping) for row in rows]

    def body(self, letter_id: UUID) -> bytes:
        """Return what could not be digested.

        Raises:
            LookupError: There is no such dead letter.
        """
        with self._database.read() as connection:
            sealed = connection.execute(sa.select(_letters.c.body).where(_letters.c.id == letter_id)).scalar()
        if sealed is None:
            raise LookupError(str(letter_id))
        return self._sealer.open(sealed, b"dead letter" + letter_id.bytes)

    def mark_replayed(self, letter_id: UUID) -> None:
        """Note that a dead letter was tried again."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(_letters).where(_letters.c.id == letter_id).values(replayed_at=self._clock.now())
            )
