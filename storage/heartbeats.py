"""Heartbeats: how a sender shows that it lives, so that what a dead one held need not wait for its leases to end.

While a sender holds messages it changes one row again and again. Whoever watches the row compares no clocks: only that
it changes, or that it does not. The row lies among the leases, under the owner's name.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage import tables

_leases, _outbox = tables.leases, tables.outbox
_PREFIX = "sender "
_LENGTH = timedelta(minutes=3)
"""What the row says of its own end. Nobody goes by it; it only has to differ from the beat before."""
_RENEW = sa.update(_leases).where(_leases.c.name == sa.bindparam("sender")).values(until=sa.bindparam("beat")).inline()


def beat(connection: sa.Connection, owner: str, now: datetime) -> None:
    """Write a sender's heartbeat, the first one or a further one.

    Args:
        connection: An open transaction; that of a claim, so that nothing is ever held without a heartbeat.
        owner: Whose; at most 53 characters. Its leases are named `{owner}/{number}`.
        now: This moment.
    """
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(_leases).values(name=_PREFIX + owner, owner=owner, until=now + _LENGTH)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"until": statement.excluded.until})
    )


def renew(connection: sa.Connection, owner: str, now: datetime) -> bool:
    """Write a further heartbeat; return False, and write none, where its sender was held to be dead meanwhile."""
    return connection.execute(_RENEW, {"sender": _PREFIX + owner, "beat": now + _LENGTH}).rowcount > 0


def heartbeats(connection: sa.Connection) -> dict[str, datetime]:
    """Return the last heartbeat of every sender that has one."""
    found = sa.select(_leases.c.owner, _leases.c.until).where(_leases.c.name.startswith(_PREFIX))
    return {row.owner: row.until for row in connection.execute(found)}


def bury(connection: sa.Connection, owner: str, last: datetime, now: datetime) -> int:
    """End the leases of a sender that is dead; `settlements.recover` then finds what it held.

    Args:
        connection: An open transaction; the caller commits.
        owner: Whose.
        last: Its last heartbeat; if there is a later one it lives, and nothing happens.
        now: This moment.

    Returns:
        How many messages it held.
    """
    mine = (_leases.c.name == _PREFIX + owner) & (_leases.c.until == last)
    if not connection.execute(sa.delete(_leases).where(mine)).rowcount:
        return 0
    held = sa.update(_outbox).where(
        _outbox.c.settled_at.is_(None), _outbox.c.lease_owner.startswith(f"{owner}/", autoescape=True)
    )
    return connection.execute(held.values(lease_until=now)).rowcount
