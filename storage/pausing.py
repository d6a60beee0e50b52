"""Pausing: an account that its platform no longer serves is left alone, and admins are told of it once.

The status and the words to the admins are one transaction, and only who changes the status says them: so they are told
once however many processes find out at the same moment, and however one of them ends.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from conversations import phrases, purposes
from core.messages import Content
from core.ports import Clock
from storage import tables
from storage.accounts import AccountStatus
from storage.database import Database
from storage.forwarding import Forwarding, Met
from storage.targets import other_conversations

_log = structlog.get_logger()

_accounts, _identities = tables.accounts, tables.identities

Address = tuple[str, str]
"""A channel, and somebody's immutable id there."""


class Pausing:
    """Pauses accounts.

    Args:
        database: Where they are.
        forwarding: Writes what admins are told.
        clock: The time.
        admins: Who is told.
    """

    def __init__(
        self, database: Database, forwarding: Forwarding, clock: Clock, admins: Collection[Address] = ()
    ) -> None:
        self._database = database
        self._forwarding = forwarding
        self._clock = clock
        self._admins = admins

    def pause(self, account_id: UUID, reason: str) -> bool:
        """Pause an account in use, and tell each admin who can be reached through another one.

        Args:
            account_id: Which one.
            reason: Why, for the operator and the admins; never a credential.

        Returns:
            Whether that changed anything.

        Raises:
            StorageUnavailable: Nothing was changed, and nobody was told.
        """
        change = (
            sa.update(_accounts)
            .where(_accounts.c.id == account_id, _accounts.c.status == AccountStatus.ACTIVE.value)
            .values(status=AccountStatus.PAUSED.value, reason=reason[:200])
            .returning(_accounts.c.channel, _accounts.c.name)
        )
        with self._database.write() as connection:
            paused = connection.execute(change).one_or_none()
            if paused is None:
                return False
            told = self._tell(connection, paused, reason)
        _log.error("account_paused", channel=paused.channel, account=paused.name, reason=reason, admins_told=told)
        return True

    def _tell(self, connection: sa.Connection, paused: Any, reason: str) -> int:
        people = {person for channel, address in self._admins for person in _people_at(connection, channel, address)}
        met = self._forwarding.meet(connection, people)
        distinct = {one.person_id: one for one in met.values()}
        return sum(self._tell_one(connection, one, paused, reason) for one in distinct.values())

    def _tell_one(self, connection: sa.Connection, met: Met, paused: Any, reason: str) -> bool:
        if met.state.stopped:
            return False
        # An account that is paused is none in which anybody is reached, this one from a moment ago included.
        targets = other_conversations(connection, met.person_id, ())
        if not targets:
            return False
        words = phrases.phrase(
            met.state.person.language, "account_paused", channel=paused.channel, account=paused.name, reason=reason
        )
        self._forwarding.say(
            connection, met, targets[0], Content(words, purpose=purposes.ACCOUNT_PAUSED), now=self._clock.now()
        )
        return True


def _people_at(connection: sa.Connection, channel: str, address: str) -> list[UUID]:
    query = (
        sa.select(_identities.c.person_id)
        .join(_accounts, _accounts.c.id == _identities.c.account_id)
        .where(_accounts.c.channel == channel, _identities.c.address == address)
    )
    return list(connection.execute(query).scalars())
