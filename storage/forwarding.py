"""Forwarding: what is said to a person outside of any turn of their dialogue.

A message whose own chat does not take it is written once more in another one, where it takes the place behind
everything else; the history of both chats stays what was said in them. The other is a word to an admin.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from conversations.state import State
from core.messages import Content, DeliveryStatus, OnUnknown, Priority
from core.ports import IdSource
from storage import tables
from storage.bodies import outbound_body
from storage.deliveries import UNTOLD
from storage.merged import survivor
from storage.outbox import Claimed
from storage.sealing import Seal, Sealer, Unsealable
from storage.targets import Target

_log = structlog.get_logger()

_people, _messages, _outbox = tables.people, tables.messages, tables.outbox
_MOST_MERGES = 8
_COLUMNS = (_people.c.id, _people.c.data_key, _people.c.state, _people.c.next_seq, _people.c.merged_into)


@dataclass(slots=True)
class Met:
    """A person whose row is locked.

    Args:
        person_id: Who.
        seal: Closes what is said to them.
        state: Their dialogue; read only.
        next_seq: The number that the next message takes.
    """

    person_id: UUID
    seal: Seal
    state: State
    next_seq: int


class Forwarding:
    """Writes messages that no turn has written.

    Args:
        sealer: Opens states and closes messages.
        ids: Makes identifiers.
    """

    def __init__(self, sealer: Sealer, ids: IdSource) -> None:
        self._sealer = sealer
        self._ids = ids

    def meet(self, connection: sa.Connection, people: Collection[UUID]) -> dict[UUID, Met]:
        """Lock people in the order in which everybody locks them; rows of the outbox are to be locked before.

        Returns:
            By the ids that were asked for: whoever they are by now. Those whose dialogue cannot be read are left out.
        """
        became, rows = self._locked(connection, people)
        met = {row.id: one for row in rows if (one := self._met(row)) is not None}
        return {person: met[who] for person, who in became.items() if who in met}

    def _locked(self, connection: sa.Connection, people: Collection[UUID]) -> tuple[dict[UUID, UUID], list[Any]]:
        became: dict[UUID, UUID] = {}
        rows: list[Any] = []
        for _ in range(_MOST_MERGES):
            became = {person: survivor(connection, person) for person in people}
            query = sa.select(*_COLUMNS).where(_people.c.id.in_(set(became.values()))).order_by(_people.c.id)
            rows = list(connection.execute(query.with_for_update()))
            if not any(row.merged_into for row in rows):
                return became, rows
        # Whoever became somebody else once more is left alone; their message is looked at again.
        return became, [row for row in rows if row.merged_into is None]

    def _met(self, row: Any) -> Met | None:
        try:
            seal = self._sealer.seal_of(row.id, row.data_key)
            state = State.from_json(seal.open(row.state or b"", b"state"))
        except (Unsealable, ValueError, TypeError, KeyError) as error:
            _log.error("dialogue_unreadable", person_id=str(row.id), error=type(error).__name__)
            return None
        return Met(row.id, seal, state, row.next_seq)

    def say(self, connection: sa.Connection, met: Met, to: Target, content: Content, *, now: datetime) -> None:
        """Say something to a person now."""
        message_id, seq = self._keep(connection, met, to, content, priority=Priority.REPLY, now=now)
        row = {
            "id": message_id,
            "conversation_id": to.conversation_id,
            "account_id": to.account_id,
            "seq": seq,
            "priority": int(Priority.REPLY),
            "status": DeliveryStatus.QUEUED.value,
            "on_unknown": OnUnknown.SEND_AGAIN.value,
            "tap_id": "",
            "notice": "",
            "created_at": now,
            "next_attempt_at": now,
            "attempts": 0,
            "parts_sent": 0,
            "external_ids": "",
            "error": "",
        }
        connection.execute(_outbox.insert(), row)

    def forward(self, connection: sa.Connection, met: Met, claimed: Claimed, to: Target, *, now: datetime) -> None:
        """Let a claimed message go out in another conversation, as the last one that waits there.

        It is as valid there as it was, and its attempts are counted anew.
        """
        message = claimed.message
        message_id, seq = self._keep(connection, met, to, message.content, priority=message.priority, now=now)
        moved = {
            "id": message_id,
            "conversation_id": to.conversation_id,
            "account_id": to.account_id,
            "seq": seq,
            "status": DeliveryStatus.QUEUED.value,
            "next_attempt_at": now,
            "attempts": 0,
            "parts_sent": 0,
            "external_ids": "",
            "error": "",
            **UNTOLD,
            "lease_owner": None,
            "lease_until": None,
        }
        mine = (_outbox.c.id == message.id) & (_outbox.c.lease_owner == claimed.lease)
        connection.execute(sa.update(_outbox).where(mine).values(moved))
        _log.info(
            "message_forwarded",
            message_id=str(message.id),
            copy_id=str(message_id),
            channel=to.channel,
            account=to.account,
        )

    def _keep(
        self,
        connection: sa.Connection,
        met: Met,
        to: Target,
        content: Content,
        *,
        priority: Priority,
        now: datetime,
    ) -> tuple[UUID, int]:
        message_id, seq = self._ids.new(), met.next_seq
        met.next_seq += 1
        row = {
            "id": message_id,
            "conversation_id": to.conversation_id,
            "person_id": met.person_id,
            "seq": seq,
            "inbound": False,
            "kind": priority.name.lower(),
            "at": now,
            "key": "",
            "body": met.seal.close(outbound_body(content), b"message" + message_id.bytes),
        }
        connection.execute(_messages.insert(), row)
        connection.execute(sa.update(_people).where(_people.c.id == met.person_id).values(next_seq=met.next_seq))
        return message_id, seq
