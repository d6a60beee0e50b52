"""Audiences as queries: what `core/audiences.py` reads, as a condition on rows of people."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.audiences import Audience, Both, Either, Everybody, Field, Not, Term, days
from core.executions import ExecutionStatus
from core.streaks import open_date
from core.zones import zone_names
from storage import tables
from storage.windows import SPOKEN

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_accounts, _messages, _executions = tables.accounts, tables.messages, tables.executions
_timers, _tags, _members = tables.timers, tables.people_tags, tables.members
_ENROLMENT = "enrolment:"
"""Begins the key of an enrolment's timer, which somebody who paused has none of; see `conversations/enrolments.py`."""
_COLUMNS = {
    Field.MARKET: _people.c.market,
    Field.GOAL: _people.c.goal,
    Field.LEVEL: _people.c.skill_level,
    Field.COUNTRY: _people.c.country,
}

Condition = sa.ColumnElement[bool]


def belongs(audience: Audience, now: datetime) -> Condition:
    """Return the condition for a row of `people` to belong to an audience.

    Args:
        audience: Who is meant.
        now: Times are counted back from this moment.
    """
    match audience:
        case Everybody():
            return sa.true()
        case Not(part=part):
            return sa.not_(belongs(part, now))
        case Both(parts=parts):
            return sa.and_(*(belongs(part, now) for part in parts))
        case Either(parts=parts):
            return sa.or_(*(belongs(part, now) for part in parts))
        case Term():
            return _asked(audience, now)


def _asked(term: Term, now: datetime) -> Condition:
    match term.field:
        case Field.MARKET | Field.GOAL | Field.LEVEL | Field.COUNTRY:
            return _COLUMNS[term.field].in_(term.values)
        case Field.LANGUAGE:
            return sa.or_(*(_speaks(tag) for tag in term.values))
        case Field.CHANNEL:
            return _has_chat(_accounts.c.channel.in_(term.values))
        case Field.TAG:
            tagged = sa.select(_tags.c.tag).where(_tags.c.person_id == _people.c.id, _tags.c.tag.in_(term.values))
            return tagged.exists()
        case Field.ACTIVE:
            return _wrote_since(now - days(term))
        case Field.SILENT:
            return sa.not_(_wrote_since(now - days(term)))
        case Field.STREAK:
            return _has_streak(term.number, now)
        case Field.ENROLLED:
            keys = [f"{_ENROLMENT}{name}" for name in term.values]
            planned = sa.select(_timers.c.key).where(_timers.c.person_id == _people.c.id, _timers.c.key.in_(keys))
            return planned.exists()
        case Field.DOING:
            return _has_execution(term, [status for status in ExecutionStatus if status.open])
        case Field.DID:
            return _has_execution(term, [ExecutionStatus.COMPLETED])


def _speaks(tag: str) -> Condition:
    """Return the condition for a language, which also means its regional forms."""
    language = sa.func.lower(_people.c.language)
    return sa.or_(language == tag, language.like(f"{tag}-%"))


def _has_chat(wanted: Condition) -> Condition:
    query = (
        sa.select(_conversations.c.id)
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_accounts, _accounts.c.id == _conversations.c.account_id)
        .where(
            _identities.c.person_id == _people.c.id,
            _conversations.c.private,
            _conversations.c.closed_at.is_(None),
            wanted,
        )
    )
    return query.exists()


def _wrote_since(moment: datetime) -> Condition:
    """Return the condition for having written; the row's own moment spares a look at the chats of most who did not."""
    last: sa.ScalarSelect[Any] = (
        sa.select(_messages.c.at)
        .where(
            _messages.c.conversation_id == _conversations.c.id,
            _messages.c.kind.in_([kind.value for kind in SPOKEN]),
        )
        .order_by(_messages.c.seq.desc())
        .limit(1)
        .correlate(_conversations)
        .scalar_subquery()
    )
    chats = (
        sa.select(_conversations.c.id)
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .where(_identities.c.person_id == _people.c.id, sa.type_coerce(last, _messages.c.at.type) >= moment)
    )
    return sa.and_(_people.c.updated_at >= moment, chats.exists())


def _has_execution(term: Term, statuses: list[ExecutionStatus]) -> Condition:
    query = sa.select(_executions.c.id).where(
        _executions.c.person_id == _people.c.id,
        _executions.c.workflow.in_(term.values),
        _executions.c.status.in_([status.value for status in statuses]),
    )
    return query.exists()


def _has_streak(length: int, now: datetime) -> Condition:
    """Return the condition for a streak that is alive on the person's own date, of which there are two or three."""
    zones: defaultdict[date, list[str]] = defaultdict(list)
    for name in zone_names():
        zones[open_date(now, name)].append(name)
    here = open_date(now, "UTC")
    elsewhere = [name for day, names in zones.items() if day != here for name in names]
    alive = [sa.and_(_people.c.zone.not_in(elsewhere), _members.c.alive_until >= here)]
    alive += [
        sa.and_(_people.c.zone.in_(names), _members.c.alive_until >= day) for day, names in zones.items() if day != here
    ]
    query = sa.select(_members.c.person_id).where(
        _members.c.person_id == _people.c.id, _members.c.streak >= length, sa.or_(*alive)
    )
    return query.exists()
