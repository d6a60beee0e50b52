"""Deliveries: what platforms tell, later and in any order, of messages that they took from us."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.messages import DeliveryReport, DeliveryStatus
from core.ports import Clock
from storage import tables
from storage.accounts import Accounts
from storage.database import Database
from storage.outbox import SENT

_outbox = tables.outbox
_FINAL = (DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.FAILED)
_DEAD = "-"
"""Stands before the id of a part that the platform refused after it had taken it."""


class Deliveries:
    """Keeps the furthest that a platform has told of each message.

    It stands beside what the sender wrote, since a report may come before the sender has written anything. A message
    that was refused after all waits to be sent once more: a sender then sees what the refusal means.

    Args:
        database: Where the messages are.
        accounts: Whose they are.
        clock: The time.
    """

    def __init__(self, database: Database, accounts: Accounts, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

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
                # What was refused once is told again; by then the same message may be on its way another time.
                ~_outbox.c.external_ids.contains(_DEAD + report.external_id, autoescape=True),
            )
            .values(reported=status.value, reported_code=report.code[:20], **self._reopened(status))
        )
        return connection.execute(change).rowcount > 0

    def _reopened(self, status: DeliveryStatus) -> dict[str, Any]:
        if status is not DeliveryStatus.FAILED:
            return {}
        # One that nobody has settled yet stays open by itself: see `storage.settlements`.
        taken = _outbox.c.status.in_([one.value for one in SENT])
        return {
            "settled_at": sa.case((taken, None), else_=_outbox.c.settled_at),
            "next_attempt_at": sa.case((taken, self._clock.now()), else_=_outbox.c.next_attempt_at),
        }


def refused_ids(external_ids: str) -> str:
    """Return the ids of a message whose parts were all refused after the platform had taken them."""
    return " ".join(_DEAD + one.removeprefix(_DEAD) for one in external_ids.split())


def live_ids(external_ids: str) -> str:
    """Return those ids of a message that were not refused."""
    return " ".join(one for one in external_ids.split() if not one.startswith(_DEAD))


def _before(status: DeliveryStatus) -> list[str]:
    """Return the statuses that a report may follow: a message that arrived has not failed, whatever comes late."""
    lower = [one for one in DeliveryStatus if one.rank < status.rank]
    if status is DeliveryStatus.FAILED:
        lower = [one for one in lower if one not in _FINAL]
    return [one.value for one in lower]
