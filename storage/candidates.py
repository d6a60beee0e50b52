"""Candidates: conversations in which something may be sent now, found without reading past all that only waits.

Replies are found by their place in the line of all replies. What is less urgent is found account by account, so that
ten thousand broadcasts of an account that has enough to do are not even looked at, however many more there are.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from core.messages import DeliveryStatus, Priority
from storage import tables
from storage.accounts import AccountStatus

_accounts = tables.accounts
_conversations, _identities, _people = tables.conversations, tables.identities, tables.people
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_REPLY: sa.ColumnClause[int] = sa.literal_column(str(int(Priority.REPLY)))
"""As a word of the statement: for a parameter the planner does not know that the index of all others will do."""


def in_line(outbox: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition for what others of its conversation wait for: all but what is held and sleeps."""
    held = DeliveryStatus.HELD.value
    return sa.or_(outbox.c.status != held, outbox.c.next_attempt_at <= _NOW)


@lru_cache
def lock(dialect: str, *, of_channels: bool = False) -> sa.Select[Any]:
    """Return what locks conversations in which something may be sent, and passes over those that others lock.

    Its parameters are `now`, `most` and `fewer` (conversations at most, and of them those in which no reply waits),
    `full` and `busy` (accounts of which nothing is wanted, or only replies), and `channels`.

    Args:
        dialect: Name of the database's kind.
        of_channels: Whether only accounts of `channels` are looked at.
    """
    unwanted = (_accounts.c.status != AccountStatus.ACTIVE.value) | _accounts.c.id.in_(
        sa.bindparam("full", expanding=True)
    )
    if of_channels:
        unwanted |= _accounts.c.channel.not_in(sa.bindparam("channels", expanding=True))
    candidates = sa.union_all(
        sa.select(_replies(unwanted).subquery()), sa.select(_others(unwanted, dialect).subquery())
    ).subquery()
    first = (
        sa.select(candidates.c.conversation_id)
        .order_by(candidates.c.priority, candidates.c.id)
        .limit(sa.bindparam("most"))
    )
    return (
        sa.select(
            _conversations.c.id,
            _conversations.c.chat,
            _conversations.c.account_id,
            _identities.c.address,
            _identities.c.person_id,
            _people.c.data_key,
            _accounts.c.channel,
            _accounts.c.name.label("account"),
            _people.c.quiet_from,
            _people.c.quiet_until,
            _people.c.zone,
        )
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_people, _people.c.id == _identities.c.person_id)
        .join(_accounts, _accounts.c.id == _conversations.c.account_id)
        .where(_conversations.c.id.in_(first))
        .with_for_update(of=_conversations, skip_locked=True, key_share=True)
    )


def _replies(unwanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    outbox = tables.outbox.alias("reply")
    return (
        _places(outbox)
        .where(_can_go(outbox), outbox.c.priority == _REPLY)
        .where(outbox.c.account_id.not_in(sa.select(_accounts.c.id).where(unwanted)))
        .order_by(outbox.c.id)
        .limit(sa.bindparam("most"))
    )


def _others(unwanted: sa.ColumnElement[bool], dialect: str) -> sa.Select[Any]:
    line, outbox = tables.outbox.alias("line"), tables.outbox.alias("other")
    first_of_account = (
        sa.select(line.c.id)
        .where(line.c.account_id == _accounts.c.id, line.c.priority > _REPLY, _can_go(line))
        .order_by(line.c.priority, line.c.id)
        .limit(sa.bindparam("fewer"))
        .correlate(_accounts)
        .scalar_subquery()
    )
    return (
        _places(outbox)
        .select_from(_accounts.join(outbox, _is_among(outbox.c.id, first_of_account, dialect)))
        .where(~unwanted, _accounts.c.id.not_in(sa.bindparam("busy", expanding=True)))
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(sa.bindparam("fewer"))
    )


def _places(outbox: sa.FromClause) -> sa.Select[Any]:
    return sa.select(outbox.c.conversation_id, outbox.c.priority, outbox.c.id)


def _is_among(column: sa.ColumnElement[Any], found: sa.ScalarSelect[Any], dialect: str) -> sa.ColumnElement[bool]:
    """Return whether a column is one of what a subquery finds, in the words with which each database looks it up."""
    return column == sa.any_(sa.func.array(found)) if dialect == "postgresql" else column.in_(found)


def _can_go(outbox: sa.FromClause) -> sa.ColumnElement[bool]:
    head = tables.outbox.alias()
    # A conversation whose head cannot go must not take the place of one that can. As one look-up for each row and not
    # as a join: the planner's idea of how much is open is stale in a queue, and a join took seconds.
    head_can_go = (
        sa.select(sa.and_(head.c.lease_owner.is_(None), head.c.next_attempt_at <= _NOW))
        .where(head.c.conversation_id == outbox.c.conversation_id, head.c.settled_at.is_(None), in_line(head))
        .order_by(head.c.conversation_id, head.c.seq)
        .limit(1)
        .correlate(outbox)
        .scalar_subquery()
    )
    return sa.and_(
        outbox.c.settled_at.is_(None), outbox.c.lease_owner.is_(None), outbox.c.next_attempt_at <= _NOW, head_can_go
    )
