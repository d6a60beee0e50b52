"""Deliveries: what platforms tell, later and in any order, of messages that they took from us."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.messages import DeliveryReport, DeliveryStatus
from storage import tables
from storage.accounts import Accounts
from storage.database import Database

_outbox = tables.outbox
_FINAL = (DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.FAILED)


class Deliveries:
    """Keeps the furthest that a platform has told of each message.

    It stands beside what the sender wrote, since a report may come before the sender has written anything.

    Args:
        database: Where the messages are.
        accounts: Whose they are.
    """

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def apply(self, reports: Sequence[DeliveryReport]) -> list[DeliveryReport]:
        """Write reports down; one that tells less than is known, or nothing that we know, changes nothing.

        Returns:
            Those that were news.

        Raises:
            StorageUnavailable: Nothing was kept; the platform tells it again.
        """
        telling = [(one, one.status) for one in reports if one.status is not None and one.message_id is not None]
        if not telling:
            return []
        with self._database.write() as connection:
            return [one for one, status in telling if self._apply_one(connection, one, status)]

    def _apply_one(self, connection: sa.Connection, report: DeliveryReport, status: DeliveryStatus) -> bool:
        change = (
            sa.update(_outbox)
            .where(
                _outbox.c.id == report.message_id,
                # Whoever can prove to be one account tells nothing about another's messages.
                _outbox.c.account_id == self._accounts.id_of(report.channel, report.account),
                sa.or_(_outbox.c.reported.is_(None), _outbox.c.reported.in_(_before(status))),
            )
            .values(reported=status.value, reported_code=report.code[:20])
        )
        return connection.execute(change).rowcount > 0


def _before(status: DeliveryStatus) -> list[str]:
    """Return the statuses that a report may follow: a message that arrived has not failed, whatever comes late."""
    lower = [one for one in DeliveryStatus if one.rank < status.rank]
    if status is DeliveryStatus.FAILED:
        lower = [one for one in lower if one not in _FINAL]
    return [one.value for one in lower]
