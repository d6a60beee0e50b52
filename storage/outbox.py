"""The outbox: messages that wait to be sent, and how a sender takes hold of them.

A sender *claims* messages by putting a lease on their rows. It holds a conversation as a whole: what it claims
of one is a run without gaps that begins at the oldest message not settled yet, so that no later message can
overtake an earlier one and no two senders speak in one conversation at once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.ids import MessageId
from core.messages import Content, DeliveryStatus, OnUnknown, OutboundMessage, Priority
from core.retry import VALIDITY
from storage import tables
from storage.bodies import content_from
from storage.sealing import Sealer, Unsealable

_log = structlog.get_logger()

LONGEST_RUN = 8
"""Most messages of one conversation in one claim, so that a chatty one does not hold up the others."""

_outbox, _accounts = tables.outbox, tables.accounts
_conversations, _identities, _people = tables.conversations, tables.identities, tables.people
_head = _outbox.alias("head")
_OPEN = _outbox.c.settled_at.is_(None)

_head_can_go = (
    sa.select(sa.and_(_head.c.lease_owner.is_(None), _head.c.next_attempt_at <= sa.bindparam("now")))
    .where(_head.c.conversation_id == _outbox.c.conversation_id, _head.c.settled_at.is_(None))
    .order_by(_head.c.conversation_id, _head.c.seq)
    .limit(1)
    .scalar_subquery()
)

_CANDIDATES = (
    sa.select(_outbox.c.conversation_id)
    .where(
        _OPEN,
        _outbox.c.lease_owner.is_(None),
        _outbox.c.next_attempt_at <= sa.bindparam("now"),
        _outbox.c.account_id.not_in(sa.select(_accounts.c.id).where(_accounts.c.status != "active")),
        _outbox.c.account_id.not_in(sa.bindparam("full", expanding=True)),
        sa.or_(
            _outbox.c.priority == int(Priority.REPLY),
            _outbox.c.account_id.not_in(sa.bindparam("busy", expanding=True)),
        ),
        # A conversation whose head cannot go must not take the place of one that can. As one look-up for each row and
        # not as a join: the planner's idea of how much is open is stale in a queue, and a join then took seconds.
        _head_can_go,
    )
    .order_by(_outbox.c.priority, _outbox.c.id)
    .limit(sa.bindparam("most"))
)
_HOLD = (
    sa.select(
        _conversations.c.id,
        _conversations.c.chat,
        _conversations.c.account_id,
        _identities.c.address,
        _identities.c.person_id,
        _people.c.data_key,
        _accounts.c.channel,
        _accounts.c.name.label("account"),
    )
    .join(_identities, _identities.c.id == _conversations.c.identity_id)
    .join(_people, _people.c.id == _identities.c.person_id)
    .join(_accounts, _accounts.c.id == _conversations.c.account_id)
    .where(_conversations.c.id.in_(sa.bindparam("conversations", expanding=True)))
    .order_by(_conversations.c.id)
    .with_for_update(of=_conversations, skip_locked=True, key_share=True)
)
_WAITING = (
    sa.select(
        _outbox.c.id,
        _outbox.c.conversation_id,
        _outbox.c.seq,
        _outbox.c.priority,
        _outbox.c.on_unknown,
        _outbox.c.tap_id,
        _outbox.c.notice,
        _outbox.c.created_at,
        _outbox.c.next_attempt_at,
        _outbox.c.attempts,
        _outbox.c.parts_sent,
        _outbox.c.external_ids,
        _outbox.c.lease_owner,
        tables.messages.c.body,
    )
    .outerjoin(tables.messages, tables.messages.c.id == _outbox.c.id)
    .where(_OPEN, _outbox.c.conversation_id.in_(sa.bindparam("conversations", expanding=True)))
    .order_by(_outbox.c.conversation_id, _outbox.c.seq)
    .limit(sa.bindparam("most"))
)
_LEASE = (
    sa.update(_outbox)
    .where(_outbox.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        lease_owner=sa.bindparam("owner"), lease_until=sa.bindparam("until"), attempts=_outbox.c.attempts + sa.text("1")
    )
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a sender holds.

    Args:
        message: As its adapter takes it.
        conversation_id: The conversation; its messages are sent one after another.
        account_id: Through which account.
        person_id: To whom.
        address: Their immutable id on the channel.
        attempts: How often it was tried, counting the one to come.
        created_at: When it was written.
        lease: What proves that it is still held; no other claim has the same.
        external_ids: The platform's ids of the parts that earlier attempts delivered, separated by spaces.
        refusal: Why it must not be sent after all (`expired`, `forgotten`, `unreadable`); empty for "send it".
    """

    message: OutboundMessage
    conversation_id: UUID
    account_id: UUID
    person_id: UUID
    address: str
    attempts: int
    created_at: datetime
    lease: str
    external_ids: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sender would like to claim.

    Args:
        owner: The sender and the number of its claim, unique among all claims ever; at most 60 characters.
        lease: How long it may hold what it claims; longer than any send takes.
        limit: Most conversations.
        full: Accounts of which nothing is wanted.
        busy: Accounts of which only replies are wanted.
    """

    owner: str
    lease: timedelta
    limit: int
    full: Collection[UUID] = ()
    busy: Collection[UUID] = ()


class Outbox:
    """Claims messages.

    Args:
        sealer: Opens their bodies.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def claim(self, connection: sa.Connection, wish: Wish, now: datetime) -> list[Claimed]:
        """Claim messages that are due: replies before nudges before broadcasts, within a conversation in order.

        Args:
            connection: An open transaction; the claim holds once it is committed.
            wish: What is wanted.
            now: This moment.

        Returns:
            Runs of messages, one conversation after the other. One with a `refusal` is to be settled unsent.
        """
        parameters = {"now": now, "most": wish.limit, "full": list(wish.full), "busy": list(wish.busy)}
        found = list(dict.fromkeys(connection.execute(_CANDIDATES, parameters).scalars()))
        if not found:
            return []
        # Whoever holds the lock of a conversation's row sees all its leases: the next statement reads afresh.
        held = {row.id: row for row in connection.execute(_HOLD, {"conversations": found})}
        if not held:
            return []
        most = len(held) * LONGEST_RUN * 2
        rows = connection.execute(_WAITING, {"conversations": list(held), "most": most}).all()
        runs = {conversation: _run(those, now) for conversation, those in groupby(rows, attrgetter("conversation_id"))}
        chosen = [row for conversation in found for row in runs.get(conversation, ())]
        if chosen:
            ids = [row.id for row in chosen]
            connection.execute(_LEASE, {"ids": ids, "owner": wish.owner, "until": now + wish.lease})
        return [self._claimed(row, held[row.conversation_id], wish.owner, now) for row in chosen]

    def _claimed(self, row: Any, place: Any, lease: str, now: datetime) -> Claimed:
        priority = Priority(row.priority)
        content, refusal = self._content(row, place)
        if not refusal and now >= row.created_at + VALIDITY[priority]:
            refusal = "expired"
        message = OutboundMessage(
            id=MessageId(row.id),
            channel=place.channel,
            account=place.account,
            chat=place.chat,
            content=content,
            priority=priority,
            on_unknown=OnUnknown(row.on_unknown),
            tap_id=row.tap_id,
            seq=row.seq,
            parts_sent=row.parts_sent,
        )
        return Claimed(
            message=message,
            conversation_id=row.conversation_id,
            account_id=place.account_id,
            person_id=place.person_id,
            address=place.address,
            attempts=row.attempts + 1,
            created_at=row.created_at,
            lease=lease,
            external_ids=row.external_ids,
            refusal=refusal,
        )

    def _content(self, row: Any, place: Any) -> tuple[Content, str]:
        if not place.data_key:
            return Content(""), "forgotten"
        if row.tap_id:
            return Content(row.notice), ""
        try:
            seal = self._sealer.seal_of(place.person_id, place.data_key)
            return content_from(seal.open(row.body or b"", b"message" + row.id.bytes)), ""
        except (Unsealable, ValueError, TypeError, KeyError) as error:
            _log.error("outbox_unreadable", message_id=str(row.id), error=type(error).__name__)
            return Content(""), "unreadable"


def _run(rows: Iterable[Any], now: datetime) -> list[Any]:
    """Return the messages at the head of a conversation that may be sent now."""
    run: list[Any] = []
    for row in rows:
        if row.lease_owner is not None or row.next_attempt_at > now or len(run) == LONGEST_RUN:
            break
        # If a sender dies, nobody knows how far it came. What must not be sent twice is therefore held alone at the
        # head, so that being held means being sent; the answer to a tap is worth no such care.
        if run and row.on_unknown == OnUnknown.GIVE_UP.value and not row.tap_id:
            break
        run.append(row)
    return run


def waiting(connection: sa.Connection) -> int:
    """Return how many messages are not settled."""
    return connection.execute(sa.select(sa.func.count()).select_from(_outbox).where(_OPEN)).scalar() or 0


SENT = frozenset({DeliveryStatus.WIRED, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ})
"""Statuses of a message that the platform took."""
