"""Stock: what waits in the database, for the operator's figures."""

from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.database import Database

_outbox, _timers, _jobs, _letters = tables.outbox, tables.timers, tables.jobs, tables.dead_letters


def stock(database: Database, now: datetime) -> dict[str, float]:
    """Return counts of what waits, and ages in seconds of what waits longest.

    Returns:
        `outbox_waiting`, `outbox_oldest_seconds`, `timers_overdue`, `timers_oldest_seconds`, `jobs_waiting`,
        `jobs_oldest_seconds` and `dead_letters` (those nobody has tried again).

    Raises:
        StorageUnavailable: The database does not answer.
    """
    with database.read() as connection:
        sent = _read(connection, _outbox.c.created_at, _outbox.c.settled_at.is_(None))
        timers = _read(connection, _timers.c.due_at, _timers.c.due_at <= now)
        jobs = _read(connection, _jobs.c.created_at, _jobs.c.ended_at.is_(None))
        letters = sa.select(sa.func.count()).select_from(_letters).where(_letters.c.replayed_at.is_(None))
        dead = connection.execute(letters).scalar() or 0
    found: dict[str, float] = {"dead_letters": float(dead)}
    for name, waiting, (count, oldest_at) in (
        ("outbox", "waiting", sent),
        ("timers", "overdue", timers),
        ("jobs", "waiting", jobs),
    ):
        found[f"{name}_{waiting}"] = float(count)
        found[f"{name}_oldest_seconds"] = max(0.0, (now - oldest_at).total_seconds()) if oldest_at else 0.0
    return found


def _read(
    connection: sa.Connection, moment: sa.Column[datetime], condition: sa.ColumnElement[bool]
) -> tuple[int, datetime | None]:
    count, oldest_at = connection.execute(sa.select(sa.func.count(), sa.func.min(moment)).where(condition)).one()
    return count, oldest_at
