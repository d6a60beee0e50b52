"""Heartbeats: how senders and workers show that they live, so that what a dead one held waits for no lease to end.

While a sender holds messages, or a worker a job, it changes one row again and again. Whoever watches the row compares
no clocks: only that it changes, or that it does not. The row lies among the leases, under the holder's name.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import tables
from storage.upserts import insert

_leases, _outbox, _jobs = tables.leases, tables.outbox, tables.jobs
_PREFIX = "alive "
_LENGTH = timedelta(minutes=3)
"""What the row says of its own end. Nobody goes by it; it only has to differ from the beat before."""
_RENEW = sa.update(_leases).where(_leases.c.name == sa.bindparam("holder")).values(until=sa.bindparam("beat")).inline()


def beat(connection: sa.Connection, owner: str, now: datetime) -> None:
    """Write a heartbeat, the first one or a further one.

    Args:
        connection: An open transaction; that of a claim, so that nothing is ever held without a heartbeat.
        owner: Whose; at most 50 characters. Its leases are named `{owner}/{number}`.
        now: This moment.
    """
    statement = insert(connection.dialect.name, _leases).values(name=_PREFIX + owner, owner=owner, until=now + _LENGTH)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"until": statement.excluded.until})
    )


def renew(connection: sa.Connection, owner: str, now: datetime) -> bool:
    """Write a further heartbeat; return False, and write none, where its holder was taken for dead meanwhile."""
    return connection.execute(_RENEW, {"holder": _PREFIX + owner, "beat": now + _LENGTH}).rowcount > 0


def heartbeats(connection: sa.Connection) -> dict[str, datetime]:
    """Return the last heartbeat of everybody who has one, by owner."""
    found = sa.select(_leases.c.owner, _leases.c.until).where(_leases.c.name.startswith(_PREFIX))
    return {row.owner: row.until for row in connection.execute(found)}


def bury(connection: sa.Connection, owner: str, last: datetime, now: datetime) -> int:
    """End the leases of who is dead; `settlements.recover` and `jobs.due_jobs` then find what they held.

    Args:
        connection: An open transaction; the caller commits.
        owner: Whose.
        last: Their last heartbeat; if there is a later one they live, and nothing happens.
        now: This moment.

    Returns:
        How many messages and jobs they held.
    """
    mine = (_leases.c.name == _PREFIX + owner) & (_leases.c.until == last)
    if not connection.execute(sa.delete(_leases).where(mine)).rowcount:
        return 0
    messages = sa.update(_outbox).where(_outbox.c.settled_at.is_(None), _is_theirs(_outbox, owner))
    jobs = sa.update(_jobs).where(_jobs.c.ended_at.is_(None), _is_theirs(_jobs, owner))
    return sum(connection.execute(held.values(lease_until=now)).rowcount for held in (messages, jobs))


def _is_theirs(table: sa.Table, owner: str) -> sa.ColumnElement[bool]:
    return table.c.lease_owner.startswith(f"{owner}/", autoescape=True)
