"""Stock: what waits in the database and what was sent lately, for the operator's figures."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.messages import DeliveryStatus
from storage import tables
from storage.database import Database

_outbox, _timers, _jobs, _letters = tables.outbox, tables.timers, tables.jobs, tables.dead_letters

LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stock:
    """What waits, and what was sent lately.

    Args:
        waiting: Counts by kind: `outbox` (to be sent), `held` (until their channel takes them), `timers` (overdue),
            `jobs` (not ended) and `dead_letters` (not replayed).
        oldest_seconds: For how long the oldest of them has waited, by kind; 0 where none waits.
        sent: Messages of the last hour, by channel and status.
    """

    waiting: dict[str, int] = field(default_factory=dict)
    oldest_seconds: dict[str, float] = field(default_factory=dict)
    sent: dict[tuple[str, str], int] = field(default_factory=dict)


def stock(database: Database, now: datetime) -> Stock:
    """Count what waits and what was sent lately.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    held = DeliveryStatus.HELD.value
    kinds = {
        "outbox": (_outbox.c.created_at, _outbox.c.settled_at.is_(None) & (_outbox.c.status != held)),
        "held": (_outbox.c.created_at, _outbox.c.settled_at.is_(None) & (_outbox.c.status == held)),
        "timers": (_timers.c.due_at, _timers.c.due_at <= now),
        "jobs": (_jobs.c.created_at, _jobs.c.ended_at.is_(None)),
        "dead_letters": (_letters.c.at, _letters.c.replayed_at.is_(None)),
    }
    found = Stock()
    with database.read() as connection:
        for kind, (moment, condition) in kinds.items():
            count, oldest_at = _read(connection, moment, condition)
            found.waiting[kind] = count
            found.oldest_seconds[kind] = max(0.0, (now - oldest_at).total_seconds()) if oldest_at else 0.0
        found.sent.update(_sent(connection, now - LATELY))
    return found


def _read(
    connection: sa.Connection, moment: sa.Column[datetime], condition: sa.ColumnElement[bool]
) -> tuple[int, datetime | None]:
    count, oldest_at = connection.execute(sa.select(sa.func.count(), sa.func.min(moment)).where(condition)).one()
    return count, oldest_at


def _sent(connection: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    query = (
        sa.select(tables.accounts.c.channel, _outbox.c.status, sa.func.count())
        .join(tables.accounts, tables.accounts.c.id == _outbox.c.account_id)
        .where(_outbox.c.id >= _first_id_at(since))
        .group_by(tables.accounts.c.channel, _outbox.c.status)
    )
    return {(channel, status): count for channel, status, count in connection.execute(query)}


def _first_id_at(moment: datetime) -> UUID:
    """Return the lowest UUIDv7 of a moment: ids rise with time, so the primary key finds what is younger."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)
