"""Copies of a broadcast in the outbox: how many wait, held by a pause, taken out again, and what became of them."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.broadcasts import ANSWERED_WITHIN, WORTH, BroadcastStatus
from core.messages import DeliveryStatus
from storage import tables
from storage.broadcast_writing import PLANNED, SKIPPED
from storage.holding import BY_AN_ADMIN
from storage.merged import everybody_of
from storage.outbox import SENT
from storage.windows import SPOKEN

_outbox, _messages = tables.outbox, tables.messages
_broadcasts, _recipients = tables.broadcasts, tables.broadcast_recipients
_ENDED = (BroadcastStatus.DONE, BroadcastStatus.CANCELLED)
WITHDRAWN = "withdrawn"
_CHUNK = 1_000
_FOR_EVER = timedelta(days=3_650)


@dataclass(frozen=True, slots=True)
class BroadcastResults:
    """What has become of a broadcast, in people.

    Args:
        recipients: Who belonged to it when it was confirmed.
        planned: Their moment has not come, or they are not written to yet.
        waiting: Their copy is in the outbox.
        sent: The platform has taken it, whatever came of it then.
        delivered: Reported as arrived.
        read: Reported as read.
        answered: They wrote within a day of it.
        withdrawn: Taken out of the outbox by a cancelling.
        skipped: Not written to, by reason.
        failed: Written and not sent, by reason.
    """

    recipients: int = 0
    planned: int = 0
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    answered: int = 0
    withdrawn: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the stored form."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_json(cls, stored: str) -> "BroadcastResults":
        """Read the stored form."""
        return cls(**orjson.loads(stored))


def waiting_copies(broadcast_id: UUID, most: int) -> sa.Select[Any]:
    """Return the query that counts copies that are not settled, up to a number."""
    mine = sa.select(_outbox.c.id).where(_outbox.c.broadcast_id == broadcast_id, _outbox.c.settled_at.is_(None))
    return sa.select(sa.func.count()).select_from(mine.limit(most).subquery())


def hold_back(connection: sa.Connection, broadcast_id: UUID, now: datetime) -> int:
    """Let what no sender has claimed wait for the end of a pause; return how many copies that are."""
    values = {
        "status": DeliveryStatus.HELD.value,
        "error": BY_AN_ADMIN,
        "next_attempt_at": now + _FOR_EVER,
    }
    return _change(connection, broadcast_id, _outbox.c.error != BY_AN_ADMIN, values)


def let_on(connection: sa.Connection, broadcast_id: UUID, now: datetime, *, local_at: str) -> int:
    """End what `hold_back` began: the copies are as good as new, but those for a local time may come too late now."""
    values = {"status": DeliveryStatus.QUEUED.value, "error": "", "next_attempt_at": now, "created_at": now}
    values |= {} if local_at else {"expires_at": now + WORTH}
    return _change(connection, broadcast_id, _outbox.c.error == BY_AN_ADMIN, values)


def withdraw(connection: sa.Connection, broadcast_id: UUID, now: datetime) -> int:
    """Take out of the outbox what no sender has claimed; return how many copies that were."""
    values = {"status": DeliveryStatus.FAILED.value, "error": WITHDRAWN, "settled_at": now}
    return _change(connection, broadcast_id, sa.true(), values)


def _change(
    connection: sa.Connection, broadcast_id: UUID, which: sa.ColumnElement[bool], values: dict[str, Any]
) -> int:
    """Change copies that nobody has claimed. One that a sender claims at this moment is on its way, and left alone."""
    mine = (
        sa.select(_outbox.c.id)
        .where(
            _outbox.c.broadcast_id == broadcast_id,
            _outbox.c.settled_at.is_(None),
            _outbox.c.lease_owner.is_(None),
            which,
        )
        .limit(_CHUNK)
        .with_for_update(skip_locked=True)
    )
    changed = 0
    while ids := list(connection.execute(mine).scalars()):
        connection.execute(sa.update(_outbox).where(_outbox.c.id.in_(ids)).values(**values))
        changed += len(ids)
    return changed


def end_broadcasts_of(connection: sa.Connection, author: UUID, now: datetime) -> None:
    """End what somebody has under way who is being erased; the caller destroys the key of their words.

    Their broadcasts are locked before people are, as everybody does who writes copies.
    """
    mine = _broadcasts.c.author_id.in_(everybody_of(author))
    query = sa.select(_broadcasts.c.id, _broadcasts.c.status).where(mine).order_by(_broadcasts.c.id).with_for_update()
    open_ones = [row.id for row in connection.execute(query) if row.status not in _ENDED]
    values = {"status": BroadcastStatus.CANCELLED.value, "reason": "author_erased", "ended_at": now}
    for broadcast_id in open_ones:
        withdraw(connection, broadcast_id, now)
        connection.execute(sa.update(_broadcasts).where(_broadcasts.c.id == broadcast_id).values(**values))


def results_of(connection: sa.Connection, broadcast_id: UUID) -> BroadcastResults:
    """Count what has become of a broadcast."""
    by_status: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    noted = sa.select(_recipients.c.status, _recipients.c.reason, sa.func.count().label("people"))
    noted = noted.where(_recipients.c.broadcast_id == broadcast_id)
    for row in connection.execute(noted.group_by(_recipients.c.status, _recipients.c.reason)):
        by_status[row.status] += row.people
        if row.status == SKIPPED:
            skipped[row.reason] += row.people
    return BroadcastResults(
        # Who was merged into somebody else is that one now, and counted as such.
        recipients=by_status.total() - skipped.pop("merged", 0),
        planned=by_status[PLANNED],
        skipped=dict(skipped),
        answered=_answered(connection, broadcast_id),
        **_sent(connection, broadcast_id),
    )


def _sent(connection: sa.Connection, broadcast_id: UUID) -> dict[str, Any]:
    open_ = _outbox.c.settled_at.is_(None).label("open")
    columns = (_outbox.c.status, _outbox.c.reported, _outbox.c.error, open_)
    query = sa.select(*columns, sa.func.count().label("people")).where(_outbox.c.broadcast_id == broadcast_id)
    figures: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for row in connection.execute(query.group_by(*columns)):
        if row.open:
            figures["waiting"] += row.people
        elif row.status in SENT:
            figures["sent"] += row.people
            told = DeliveryStatus(row.reported or row.status)
            figures["delivered"] += row.people * (told in (DeliveryStatus.DELIVERED, DeliveryStatus.READ))
            figures["read"] += row.people * (told is DeliveryStatus.READ)
        elif row.error == WITHDRAWN:
            figures["withdrawn"] += row.people
        else:
            failed[row.error.partition(":")[0].strip() or row.status] += row.people
    return {**figures, "failed": dict(failed)}


def _answered(connection: sa.Connection, broadcast_id: UUID) -> int:
    """Count copies after which their person wrote in the same chat within a day."""
    if connection.dialect.name == "postgresql":
        until: sa.ColumnElement[Any] = _outbox.c.settled_at + sa.literal(ANSWERED_WITHIN, sa.Interval)
        wrote_at: sa.ColumnElement[Any] = _messages.c.at
    else:
        days = f"+{ANSWERED_WITHIN.total_seconds():.0f} seconds"
        until, wrote_at = sa.func.datetime(_outbox.c.settled_at, days), sa.func.datetime(_messages.c.at)
    answer = sa.select(_messages.c.id).where(
        _messages.c.conversation_id == _outbox.c.conversation_id,
        _messages.c.seq > _outbox.c.seq,
        _messages.c.kind.in_([kind.value for kind in SPOKEN]),
        wrote_at <= until,
    )
    query = sa.select(sa.func.count()).select_from(_outbox)
    query = query.where(
        _outbox.c.broadcast_id == broadcast_id,
        _outbox.c.settled_at.is_not(None),
        _outbox.c.status.in_([status.value for status in SENT]),
        answer.exists(),
    )
    return int(connection.execute(query).scalar() or 0)
