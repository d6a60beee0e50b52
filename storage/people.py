"""People: who is known, and what is kept of somebody, told without opening anything that is sealed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core import errors
from storage import tables
from storage.merged import everybody_of, survivor

_people, _identities, _accounts = tables.people, tables.identities, tables.accounts
_KEPT = {
    "messages": tables.messages,
    "executions": tables.executions,
    "facts": tables.facts,
    "outcomes": tables.outcomes,
    "files": tables.media,
    "timers": tables.timers,
    "nudges": tables.nudges,
    "jobs": tables.jobs,
}


class PersonUnknown(errors.SunupError):
    """There is no such person; `sunup people list` shows those that there are."""


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """A person on one channel.

    Args:
        channel: Name of the channel.
        account: Name of our account on it.
        address: Who they are there, for instance a Telegram user id.
        created_at: When they first wrote.
    """

    channel: str
    account: str
    address: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is known of a person without opening anything.

    Args:
        id: Who.
        identities: On which channels; none for somebody who was erased.
        language: What they are spoken to in.
        zone: Their IANA time zone; empty where it is not known.
        created_at: When they first wrote.
        updated_at: When their dialogue last changed, or when they were erased.
        erased: Whether their data key was destroyed, and with it all that it had sealed.
    """

    id: UUID
    identities: tuple[KnownIdentity, ...]
    language: str
    zone: str
    created_at: datetime
    updated_at: datetime
    erased: bool


def known_people(connection: sa.Connection, limit: int, *, erased: bool = False) -> list[KnownPerson]:
    """Return people, those whose dialogue changed last first.

    Args:
        connection: An open transaction.
        limit: Most people.
        erased: Whether those are returned too who were erased.
    """
    query = sa.select(_people).order_by(_people.c.updated_at.desc(), _people.c.id.desc()).limit(limit)
    query = query.where(_people.c.merged_into.is_(None))
    return _known(connection, query if erased else query.where(_people.c.data_key.is_not(None)))


def known_person(connection: sa.Connection, person_id: UUID) -> KnownPerson:
    """Return one person; whom they have become, where they were merged into another.

    Raises:
        PersonUnknown: There is none of this id.
    """
    found = _known(connection, sa.select(_people).where(_people.c.id == survivor(connection, person_id)))
    if not found:
        raise PersonUnknown(f"There is no person {person_id}; `sunup people list` shows those that there are.")
    return found[0]


def people_at(connection: sa.Connection, channel: str, address: str) -> list[UUID]:
    """Return who has an address on a channel: one person for each account of ours that they wrote to."""
    query = (
        sa.select(_identities.c.person_id)
        .join(_accounts, _accounts.c.id == _identities.c.account_id)
        .where(_accounts.c.channel == channel, _identities.c.address == address)
    )
    return sorted(set(connection.execute(query).scalars()))


def kept_of(connection: sa.Connection, person_id: UUID) -> dict[str, int]:
    """Return how many rows of each kind are kept of a person and of whom they were before, by the kind's name."""
    counts = {}
    for name, table in _KEPT.items():
        query = sa.select(sa.func.count()).select_from(table).where(table.c.person_id.in_(everybody_of(person_id)))
        counts[name] = int(connection.execute(query).scalar() or 0)
    return counts


def _known(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[KnownPerson]:
    rows = connection.execute(query).all()
    identities = _identities_of(connection, [row.id for row in rows])
    return [
        KnownPerson(
            row.id,
            tuple(identities[row.id]),
            row.language,
            row.zone,
            row.created_at,
            row.updated_at,
            erased=row.data_key is None,
        )
        for row in rows
    ]


def _identities_of(connection: sa.Connection, people: Sequence[UUID]) -> dict[UUID, list[KnownIdentity]]:
    query = (
        sa.select(_identities, _accounts.c.channel, _accounts.c.name)
        .join(_accounts, _accounts.c.id == _identities.c.account_id)
        .where(_identities.c.person_id.in_(people))
        .order_by(_identities.c.created_at, _identities.c.id)
    )
    found: dict[UUID, list[KnownIdentity]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.person_id].append(KnownIdentity(row.channel, row.name, row.address, row.created_at))
    return found
