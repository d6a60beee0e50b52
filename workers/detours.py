"""Detours: the ways of a message whose own chat does not take it: a template, another chat of the person, or patience.

Everything happens in the caller's transaction, which has locked the row of the message before.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from bots.adapter import Adapter
from conversations import purposes
from core.messages import OutboundMessage, Place
from storage import tables
from storage.forwarding import Forwarding, Met
from storage.holding import hold
from storage.outbox import Claimed
from storage.targets import Target, other_conversations
from storage.templates import find_template
from storage.windows import last_words
from workers.wording import fill

MARGIN = timedelta(seconds=60)
"""So long before its end a window counts as closed: clocks differ, and a message takes its time."""
LOOK = timedelta(minutes=5)
"""A held message is looked at so often, beside the moment at which its person writes."""

_conversations, _identities = tables.conversations, tables.identities


def is_open(written_at: datetime | None, window: timedelta, now: datetime) -> bool:
    """Return whether free text is taken now from somebody who last wrote at a moment."""
    return written_at is not None and now < written_at + window - MARGIN


def may_go_elsewhere(message: OutboundMessage) -> bool:
    """Return whether a message means the same in another chat: the answer to a tap and a home do not."""
    return not message.tap_id and message.content.place is Place.CHAT


class Detours:
    """Finds another way for a message.

    Args:
        forwarding: Writes messages in other chats.
        adapter_of: Finds an account's adapter; None where this process cannot send for it just now.
    """

    def __init__(self, forwarding: Forwarding, adapter_of: Callable[[UUID], Adapter | None]) -> None:
        self._forwarding = forwarding
        self._adapter_of = adapter_of

    def meet(self, connection: sa.Connection, people: Collection[UUID]) -> dict[UUID, Met]:
        """Lock people; see `Forwarding.meet`."""
        return self._forwarding.meet(connection, people)

    def worded(self, connection: sa.Connection, claimed: Claimed, met: Met) -> Claimed | None:
        """Return a message as its approved template; None where there is none."""
        message, person = claimed.message, met.state.person
        template = find_template(connection, claimed.account_id, purpose_of(message), person.language)
        if template is None:
            return None
        use = fill(template, message.content, person.name)
        return replace(claimed, message=replace(message, template=use, parts_sent=0))

    def forward(self, connection: sa.Connection, claimed: Claimed, met: Met, now: datetime) -> bool:
        """Let a message go out in another open chat of its person that takes it now; return whether there is one."""
        if not may_go_elsewhere(claimed.message):
            return False
        others = other_conversations(connection, met.person_id, [claimed.conversation_id])
        target = next((one for one in others if self._takes(connection, one, claimed, met, now=now)), None)
        if target is None:
            return False
        self._forwarding.forward(connection, met, claimed, target, now=now)
        return True

    def hold(
        self, connection: sa.Connection, claimed: Claimed, met: Met, written_at: datetime | None, *, now: datetime
    ) -> None:
        """Let a message wait until its person writes, or until it is not worth sending any more."""
        since = f"since {written_at:%Y-%m-%d %H:%M} UTC" if written_at else "yet"
        purpose, language = purpose_of(claimed.message), met.state.person.language
        reason = (
            f"The person has not written {since}; no approved template for {purpose} in {language}, no other open chat."
        )
        hold(connection, claimed, reason, until=min(now + LOOK, claimed.worth_until))

    def close(self, connection: sa.Connection, claimed: Claimed, now: datetime) -> None:
        """Note that a platform refuses a conversation for good; its person opens it by writing."""
        mine = (_conversations.c.id == claimed.conversation_id) & _conversations.c.closed_at.is_(None)
        connection.execute(sa.update(_conversations).where(mine).values(closed_at=now))

    def must_be_told(self, connection: sa.Connection, claimed: Claimed, met: Met) -> bool:
        """Return whether the dialogue must hear that a conversation of its person is closed.

        A group says nothing of the chat of two. Where the dialogue knows of several chats it closes this one of them;
        where it does not, the person is out of reach, unless another chat is open all the same.
        """
        if _is_private(connection, claimed.conversation_id):
            known = bool(met.state.connections)
            return known or not other_conversations(connection, met.person_id, [claimed.conversation_id])
        return not _has_open(connection, met.person_id)

    def _takes(self, connection: sa.Connection, target: Target, claimed: Claimed, met: Met, *, now: datetime) -> bool:
        adapter = self._adapter_of(target.account_id)
        if adapter is None:
            return False
        window = adapter.capabilities.reply_window
        if window is None:
            return True
        written_at = last_words(connection, [target.conversation_id]).get(target.conversation_id)
        if is_open(written_at, window, now):
            return True
        purpose, language = purpose_of(claimed.message), met.state.person.language
        return find_template(connection, target.account_id, purpose, language) is not None


def purpose_of(message: OutboundMessage) -> str:
    """Return for what purpose a template must be approved to stand for a message."""
    return message.content.purpose or purposes.ANSWER


def _is_private(connection: sa.Connection, conversation_id: UUID) -> bool:
    query = sa.select(_conversations.c.private).where(_conversations.c.id == conversation_id)
    return bool(connection.execute(query).scalar())


def _has_open(connection: sa.Connection, person_id: UUID) -> bool:
    query = (
        sa.select(_conversations.c.id)
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .where(_identities.c.person_id == person_id, _conversations.c.closed_at.is_(None))
        .limit(1)
    )
    return connection.execute(query).first() is not None
