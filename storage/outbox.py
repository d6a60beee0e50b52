"""The outbox: messages that wait to be sent, and how a sender takes hold of them.

A sender *claims* messages by putting a lease on their rows. It holds a conversation as a whole: what it claims
of one is a run without gaps that begins at the oldest message not settled yet, so that no later message can
overtake an earlier one and no two senders speak in one conversation at once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.messages import Content, DeliveryStatus, OnUnknown, OutboundMessage, Priority
from core.nudges import quiet_hours
from core.retry import VALIDITY
from storage import rows, tables
from storage.bodies import content_from
from storage.candidates import in_line, lock
from storage.sealing import Seal, Sealer, Unsealable

_log = structlog.get_logger()

LONGEST_RUN = 8
"""Most messages of one conversation in one claim, so that a chatty one does not hold up the others."""
MOST_PATIENT = 32
"""Most conversations in one claim in which no reply waits: a reply that comes meanwhile has to wait for the claim."""

_outbox, _people = tables.outbox, tables.people
_OPEN = _outbox.c.settled_at.is_(None)


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
        _outbox.c.attempts,
        _outbox.c.parts_sent,
        _outbox.c.external_ids,
        _outbox.c.status,
        sa.case(
            (_outbox.c.reported == DeliveryStatus.FAILED.value, sa.func.coalesce(_outbox.c.reported_code, ""))
        ).label("refused_code"),
        sa.and_(_outbox.c.lease_owner.is_(None), _outbox.c.next_attempt_at <= sa.bindparam("now")).label("can_go"),
        tables.messages.c.body,
        tables.messages.c.person_id.label("sealed_for"),
        _outbox.c.expires_at,
        _outbox.c.quiet,
    )
    .outerjoin(tables.messages, tables.messages.c.id == _outbox.c.id)
    .where(_OPEN, in_line(_outbox), _outbox.c.conversation_id.in_(sa.bindparam("conversations", expanding=True)))
    .order_by(_outbox.c.conversation_id, _outbox.c.seq)
    .limit(sa.bindparam("most"))
)
_KEYS = sa.select(_people.c.id, _people.c.data_key).where(_people.c.id.in_(sa.bindparam("people", expanding=True)))
_LEASE = rows.update(
    _outbox, {"lease_owner": "owner", "lease_until": "until", "attempts": "attempts"}, where={"id": "id"}
)
_BEGIN = rows.update(_outbox, {"lease_owner": "owner"}, where={"id": "id"})
NOT_BEGUN = "?"
"""What the lease of a message ends with that must not be sent twice, until its call is noted to begin. If its sender
dies before, it is certain that nothing went out."""
_PRIORITIES = {int(priority): priority for priority in Priority}
_STATUSES = {status.value: status for status in DeliveryStatus}
_POLICIES = {policy.value: policy for policy in OnUnknown}
_VALIDITY = {int(priority): validity for priority, validity in VALIDITY.items()}


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
        status: Where it stood when it was claimed; with `UNKNOWN`, the platform can tell whether it went out.
        refused_code: With what code the platform refused it after it had taken it; None where it did not.
        expires_at: From when on it is not worth sending; None for what its priority says.
        quiet_until: When the quiet hours end that its person has now and that it waits for; None where it goes.
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
    status: DeliveryStatus = DeliveryStatus.QUEUED
    refused_code: str | None = None
    expires_at: datetime | None = None
    quiet_until: datetime | None = None

    @property
    def must_be_noted(self) -> bool:
        """Whether its call may begin only once that is written down; see `begin`."""
        return self.lease.endswith(NOT_BEGUN)

    def begun(self) -> "Claimed":
        """Return it as it is held once its call is noted to begin."""
        return replace(self, lease=self.lease.removesuffix(NOT_BEGUN))

    @property
    def worth_until(self) -> datetime:
        """From when on it is not worth sending."""
        return self.expires_at or self.created_at + VALIDITY[self.message.priority]


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
        channels: Names of the channels whose messages are claimed; every channel's where None.
    """

    def __init__(self, sealer: Sealer, channels: Collection[str] | None = None) -> None:
        self._sealer = sealer
        self._reach = {} if channels is None else {"channels": tuple(channels)}

    def claim(self, connection: sa.Connection, wish: Wish, now: datetime) -> list[Claimed]:
        """Claim messages that are due: replies before nudges before broadcasts, within a conversation in order.

        Args:
            connection: An open transaction; the claim holds once it is committed.
            wish: What is wanted.
            now: This moment.

        Returns:
            Runs of messages, each run of one conversation and in its order.
        """
        wanted = {
            "now": now,
            "most": wish.limit,
            "fewer": min(wish.limit, MOST_PATIENT),
            "full": list(wish.full),
            "busy": list(wish.busy),
            **self._reach,
        }
        places = lock(connection.dialect.name, of_channels=bool(self._reach))
        # Whoever holds the lock of a conversation's row sees all its leases: the next statement reads afresh.
        held = {place.id: place for place in connection.execute(places, wanted)}
        if not held:
            return []
        most = len(held) * LONGEST_RUN * 2
        found = connection.execute(_WAITING, {"now": now, "conversations": list(held), "most": most}).all()
        runs = [run for _, waiting in groupby(found, attrgetter("conversation_id")) if (run := _run(waiting))]
        runs.sort(key=_urgency)
        until = now + wish.lease
        leases = [
            {"id": row.id, "owner": _lease(wish.owner, row), "until": until, "attempts": row.attempts + 1}
            for run in runs
            for row in run
        ]
        rows.execute(connection, [(_LEASE, leases)])
        seals = self._seals(connection, held, runs)
        return [
            claimed
            for run in runs
            for claimed in self._claimed(run, held[run[0].conversation_id], seals, lease=wish.owner, now=now)
        ]

    def _claimed(
        self, run: Sequence[Any], place: Any, seals: Mapping[UUID, Seal | str], *, lease: str, now: datetime
    ) -> Iterator[Claimed]:
        conversation_id, chat, account_id, address, person_id, _, channel, account, *quiet_hours = place
        # Taken apart at once and given by place: by name, rows and values cost half of a claim.
        for row in run:
            (
                id_,
                _,
                seq,
                order,
                policy,
                tap_id,
                notice,
                created_at,
                attempts,
                parts_sent,
                external_ids,
                status,
                refused_code,
                _,
                body,
                whom,
                expires_at,
                quiet,
            ) = row
            content, refusal = _content(id_, seals[whom or person_id], body, notice if tap_id else None)
            priority = _PRIORITIES[order]
            if not refusal and now >= (expires_at or created_at + _VALIDITY[order]):
                refusal = "expired"
            on_unknown = _POLICIES[policy]
            message = OutboundMessage(
                id_, channel, account, chat, content, priority, on_unknown, tap_id, seq, parts_sent, address=address
            )
            yield Claimed(
                message,
                conversation_id,
                account_id,
                person_id,
                address,
                attempts + 1,
                created_at,
                _lease(lease, row),
                external_ids,
                refusal,
                _STATUSES[status],
                refused_code,
                expires_at,
                _quiet_until(quiet_hours, now) if quiet else None,
            )

    def _seals(
        self, connection: sa.Connection, held: Mapping[UUID, Any], runs: Sequence[Sequence[Any]]
    ) -> dict[UUID, Seal | str]:
        """Return what opens the messages, by whom they were sealed for: mostly those whose chats they are."""
        keys = {place.person_id: place.data_key for place in held.values()}
        others = {row.sealed_for for run in runs for row in run} - keys.keys() - {None}
        if others:
            keys.update((row.id, row.data_key) for row in connection.execute(_KEYS, {"people": list(others)}))
        return {person_id: self._seal(person_id, data_key) for person_id, data_key in keys.items()}

    def _seal(self, person_id: UUID, data_key: bytes | None) -> Seal | str:
        """Return what opens a person's messages, or why nothing does."""
        if not data_key:
            return "forgotten"
        try:
            return self._sealer.seal_of(person_id, data_key)
        except Unsealable as error:
            _log.error("outbox_unreadable", person_id=str(person_id), error=type(error).__name__)
            return "unreadable"


def _content(message: UUID, seal: Seal | str, body: bytes | None, notice: str | None) -> tuple[Content, str]:
    """Return what a message says, or why it cannot be said; the notice over a chat was never sealed."""
    if seal == "forgotten":
        return Content(""), "forgotten"
    if notice is not None:
        return Content(notice), ""
    if isinstance(seal, str):
        return Content(""), seal
    try:
        return content_from(seal.open(body or b"", b"message" + message.bytes)), ""
    except (Unsealable, ValueError, TypeError, KeyError) as error:
        _log.error("outbox_unreadable", message_id=str(message), error=type(error).__name__)
        return Content(""), "unreadable"


def _quiet_until(columns: Sequence[Any], now: datetime) -> datetime | None:
    """Return when the quiet hours end that a person has now, by the columns of their row."""
    hours = quiet_hours(*columns)
    return hours.end_after(now) if hours is not None and hours.hold(now) else None


def _run(waiting: Iterable[Any]) -> list[Any]:
    """Return the messages at the head of a conversation that may be sent now."""
    run: list[Any] = []
    for row in waiting:
        if not row.can_go or len(run) == LONGEST_RUN:
            break
        # If a sender dies, nobody knows how far it came. What must not be sent twice is therefore held alone at the
        # head, so that being held means being sent; the answer to a tap is worth no such care.
        if run and row.on_unknown == OnUnknown.GIVE_UP.value and not row.tap_id:
            break
        run.append(row)
    return run


def _lease(owner: str, row: Any) -> str:
    return owner + NOT_BEGUN if row.on_unknown == OnUnknown.GIVE_UP.value and not row.tap_id else owner


def _urgency(run: Sequence[Any]) -> tuple[int, datetime]:
    """Return the place of a run among others: by its most urgent message, then by age."""
    return min(row.priority for row in run), run[0].created_at


def still_held(connection: sa.Connection, claimed: Iterable[Claimed]) -> set[UUID]:
    """Lock the rows of messages, ahead of people as everybody does, and return those that are held as they were."""
    leases = {one.message.id: one.lease for one in claimed}
    query = sa.select(_outbox.c.id, _outbox.c.lease_owner).where(_outbox.c.id.in_(leases)).order_by(_outbox.c.id)
    return {row.id for row in connection.execute(query.with_for_update()) if row.lease_owner == leases[row.id]}


def begin(connection: sa.Connection, claimed: Sequence[Claimed]) -> set[UUID]:
    """Note that the calls of messages begin, once the caller has committed that; return those that are still held."""
    held = still_held(connection, claimed)
    begun = [{"id": one.message.id, "owner": one.begun().lease} for one in claimed if one.message.id in held]
    rows.execute(connection, [(_BEGIN, begun)])
    return held


def waiting(connection: sa.Connection) -> int:
    """Return how many messages are not settled."""
    return connection.execute(sa.select(sa.func.count()).select_from(_outbox).where(_OPEN)).scalar() or 0


SENT = frozenset({DeliveryStatus.WIRED, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ})
"""Statuses of a message that the platform took."""
