"""Deliveries: what platforms tell, later and in any order, of messages that they took from us."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.messages import DeliveryReport, DeliveryStatus
from core.ports import Clock
from storage import tables
from storage.accounts import Accounts
from storage.database import Database
from storage.outbox import SENT

_outbox = tables.outbox
_ARRIVED = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)
_DEAD = "-"
"""Stands before the id of a part that the platform refused after it had taken it."""
_SILENT = "-"
"""Stands for a part of which nothing has been told."""
UNTOLD: Mapping[str, None] = {"reported": None, "reported_code": None, "reported_parts": None}
"""What a message begins with that goes out anew: whatever was told is about the attempts before."""


class Deliveries:
    """Keeps the furthest that a platform has told of each message; one in parts is as far as the last of them.

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
        # Two processes that hear of the same messages in different orders would wait for each other.
        telling.sort(key=lambda told: str(told[0].message_id))
        with self._database.write() as connection:
            return [one for one, status in telling if self._apply_one(connection, one, status)]

    def _apply_one(self, connection: sa.Connection, report: DeliveryReport, status: DeliveryStatus) -> bool:
        meant = sa.and_(
            _outbox.c.id == report.message_id,
            # Whoever can prove to be one account tells nothing about another's messages.
            _outbox.c.account_id == self._accounts.id_of(report.channel, report.account),
            # What was refused once is told again; by then the same message may be on its way another time.
            ~_outbox.c.external_ids.contains(_DEAD + report.external_id, autoescape=True),
        )
        query = sa.select(_outbox.c.reported, _outbox.c.reported_parts).where(meant).with_for_update()
        row = connection.execute(query).one_or_none()
        if row is None:
            return False
        parts = _parts(row.reported if report.parts == 1 else row.reported_parts, report.parts)
        place = min(report.part, len(parts)) - 1
        if not _may_follow(parts[place], status):
            return False
        parts[place] = status
        told = {"reported": _reached(parts), "reported_parts": _words(parts) if report.parts > 1 else None}
        if status is DeliveryStatus.FAILED:
            told |= {"reported_code": report.code[:20], **self._reopened()}
        connection.execute(sa.update(_outbox).where(_outbox.c.id == report.message_id).values(told))
        return True

    def _reopened(self) -> dict[str, Any]:
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


def _parts(words: str | None, parts: int) -> list[DeliveryStatus | None]:
    """Return what was told of each part of a message so far; None for nothing."""
    told = [None if word == _SILENT else DeliveryStatus(word) for word in (words or "").split()]
    return told + [None] * (parts - len(told))


def _words(parts: Sequence[DeliveryStatus | None]) -> str:
    return " ".join(_SILENT if one is None else one.value for one in parts)


def _may_follow(before: DeliveryStatus | None, status: DeliveryStatus) -> bool:
    """Return whether a report is news: a part that arrived has not failed, whatever comes late."""
    if before is None:
        return True
    return before.rank < status.rank and not (status is DeliveryStatus.FAILED and before in _ARRIVED)


def _reached(parts: Sequence[DeliveryStatus | None]) -> str | None:
    """Return how far a message is: failed if one of its parts is, else as far as the last of them."""
    told = [one for one in parts if one is not None]
    if DeliveryStatus.FAILED in told:
        return DeliveryStatus.FAILED.value
    return min(told, key=lambda one: one.rank).value if len(told) == len(parts) else None
