"""Arrivals: when an account last brought something."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables

_inbox = tables.inbox
_NEWEST = (
    sa.select(_inbox.c.received_at)
    .where(_inbox.c.account_id == sa.bindparam("account"))
    .order_by(_inbox.c.received_at.desc())
    .limit(1)
)


def newest_arrival(connection: sa.Connection, account_id: UUID) -> datetime | None:
    """Return when an account's newest message was taken in; None where it never brought one."""
    found: datetime | None = connection.execute(_NEWEST, {"account": account_id}).scalar()
    return found
