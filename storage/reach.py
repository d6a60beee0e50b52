"""Reach: in which chat somebody is spoken to first, found for many people at once.

Where they want to be, else where they wrote last, else their newest chat; of these the first that takes a message now:
private, not closed by its platform, at an account in use, and either open to free words or with an approved template.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.messages import Capabilities
from storage import tables
from storage.templates import APPROVED, Template, templates_of
from storage.windows import last_words

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_accounts = tables.accounts
_MARGIN = timedelta(minutes=10)
"""So long before its end a window counts as closed: what is written waits for its turn among many."""
_ENGLISH = "en"

Able = Callable[[str, str], Capabilities | None]
"""What an account, by channel and name, can carry; None where nobody sends for it."""

BLOCKED, UNREACHABLE, PAUSED_ACCOUNT, WINDOW = "blocked", "unreachable", "account_paused", "window"
"""Why somebody is not reached: they blocked us, they have no chat of two, its account rests, its channel takes no free
words now and has no template."""

_CHATS = (
    sa.select(
        _identities.c.person_id,
        _conversations.c.id,
        _conversations.c.account_id,
        _conversations.c.closed_at,
        _accounts.c.channel,
        _accounts.c.name,
        _accounts.c.status,
    )
    .join(_identities, _identities.c.id == _conversations.c.identity_id)
    .join(_accounts, _accounts.c.id == _conversations.c.account_id)
    .where(_identities.c.person_id.in_(sa.bindparam("people", expanding=True)), _conversations.c.private)
)


@dataclass(frozen=True, slots=True)
class Reach:
    """A chat in which somebody is reached.

    Args:
        conversation_id: Which one.
        account_id: Our account.
        channel: Name of the channel.
        account: Name of our account on it.
        template: What stands for free words there; None where they are taken.
    """

    conversation_id: UUID
    account_id: UUID
    channel: str
    account: str
    template: Template | None = None


def reach(
    connection: sa.Connection, people: Sequence[Any], purpose: str, able: Able, *, now: datetime
) -> dict[UUID, Reach | str]:
    """Find where people are reached.

    Args:
        connection: An open transaction.
        people: Rows with `id`, `language`, `conversation_id` and `chosen_conversation_id`.
        purpose: For what a template would have to be approved.
        able: What accounts can carry.
        now: This moment.

    Returns:
        By person: their chat, or why there is none.
    """
    if not people:
        return {}
    chats: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in connection.execute(_CHATS, {"people": [one.id for one in people]}):
        chats[row.person_id].append(row)
    search = _Search(connection, purpose, able, now)
    search.learn(row for those in chats.values() for row in those)
    return {one.id: search.chat_of(one, chats[one.id]) for one in people}


class _Search:
    """What is known of accounts and windows while people are looked at."""

    def __init__(self, connection: sa.Connection, purpose: str, able: Able, now: datetime) -> None:
        self._connection = connection
        self._purpose = purpose
        self._able = able
        self._now = now
        self._accounts: dict[UUID, Capabilities | None] = {}
        self._templates: dict[UUID, Mapping[str, Template]] = {}
        self._written: dict[UUID, datetime] = {}

    def learn(self, rows: Iterable[Any]) -> None:
        """Look up what accounts can carry, and when people wrote where that matters."""
        narrow = []
        for row in rows:
            if row.account_id not in self._accounts:
                self._accounts[row.account_id] = self._able(row.channel, row.name)
            able = self._accounts[row.account_id]
            if able is not None and able.reply_window is not None and row.closed_at is None:
                narrow.append(row)
        for account_id in {row.account_id for row in narrow}:
            self._templates[account_id] = {
                one.language: one
                for one in templates_of(self._connection, account_id)
                if one.purpose == self._purpose and one.status == APPROVED
            }
        self._written = last_words(self._connection, [row.id for row in narrow])

    def chat_of(self, person: Any, chats: Sequence[Any]) -> Reach | str:
        """Return a person's chat, or why there is none."""
        reason = UNREACHABLE
        wanted = (person.chosen_conversation_id, person.conversation_id)
        # False sorts first; among the rest the newest comes first.
        for chat in sorted(chats, key=lambda row: (row.id != wanted[0], row.id != wanted[1], -row.id.int)):
            found = self._try(chat, person.language)
            if isinstance(found, Reach):
                return found
            reason = found if reason == UNREACHABLE else reason
        return reason

    def _try(self, chat: Any, language: str) -> Reach | str:
        able = self._accounts[chat.account_id]
        if chat.closed_at is not None:
            return BLOCKED
        if chat.status != "active":
            return PAUSED_ACCOUNT
        if able is None:
            return UNREACHABLE
        place = Reach(chat.id, chat.account_id, chat.channel, chat.name)
        if able.reply_window is None or self._is_open(chat.id, able.reply_window):
            return place
        template = self._template(chat.account_id, language)
        if template is None:
            return WINDOW
        return Reach(chat.id, chat.account_id, chat.channel, chat.name, template)

    def _is_open(self, conversation_id: UUID, window: timedelta) -> bool:
        written_at = self._written.get(conversation_id)
        return written_at is not None and self._now < written_at + window - _MARGIN

    def _template(self, account_id: UUID, language: str) -> Template | None:
        templates = self._templates[account_id]
        tags = (language, language.partition("-")[0], _ENGLISH)
        return next((templates[tag] for tag in tags if tag in templates), None)
