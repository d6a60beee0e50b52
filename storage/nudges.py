"""Nudges: why each was, or was not, said to somebody, and what is planned; for admins, who are noted in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from conversations.enrolments import Enrolment
from conversations.state import State
from core.nudges import Reason, most_a_day, quiet_hours_of
from core.ports import Clock, IdSource
from storage import tables
from storage.audit import Audit
from storage.database import Database
from storage.merged import everybody_of, survivor
from storage.people import KnownPerson, PersonUnknown, known_person, people_at
from storage.sealing import Sealer, Unsealable

_people, _nudges, _outbox = tables.people, tables.nudges, tables.outbox
_identities = tables.identities
_MOST_OPENED = 5_000
"""People whose name is looked at, the newest: a name is sealed, so each one costs an opening."""
_MOST_FOUND = 8
_MOST_SHOWN = 12
_OF_PERSON = (
    sa.select(
        _nudges.c.rule,
        _nudges.c.date,
        _nudges.c.result,
        _nudges.c.reason,
        _nudges.c.at,
        _outbox.c.status,
        sa.func.coalesce(_outbox.c.error, "").label("error"),
    )
    .outerjoin(_outbox, _outbox.c.id == _nudges.c.message_id)
    .where(_nudges.c.person_id.in_(sa.bindparam("people", expanding=True)))
    .order_by(_nudges.c.at.desc(), _nudges.c.date.desc(), _nudges.c.rule)
    .limit(_MOST_SHOWN)
)

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Opened:
    known: KnownPerson
    state: State


class Nudges:
    """Tells what came to people by itself.

    Args:
        database: Where it is kept.
        sealer: Opens dialogues, for names and plans.
        ids: Makes identifiers.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._audit = Audit(ids)
        self._clock = clock

    def explain(self, words: str, by: str) -> Plain | None:
        """Return what `conversations/explaining.py` describes; None where nobody fits.

        Args:
            words: A name, an id, an address such as `501`, or one with its channel such as `telegram:501`.
            by: Who asks, for the audit.

        Raises:
            StorageUnavailable: The database does not answer.
        """
        with self._database.read() as connection:
            found = self._find(connection, words.strip())
            told = self._told(connection, found[0]) if len(found) == 1 else None
        if not found:
            return None
        if told is None:
            return {"people": [_who(one) for one in found[:_MOST_FOUND]]}
        with self._database.write() as connection:
            data = {"person": told["person"]["id"]}
            self._audit.note(connection, by, "nudges_explained", data, now=self._clock.now())
        return told

    def _find(self, connection: sa.Connection, words: str) -> list[_Opened]:
        people = _by_id(connection, words) or _by_address(connection, words)
        if people:
            opened = (self._open(connection, one) for one in people)
            return [one for one in opened if one is not None]
        return self._by_name(connection, words)

    def _by_name(self, connection: sa.Connection, words: str) -> list[_Opened]:
        """Open the newest people until enough of that name are found."""
        wanted = " ".join(words.casefold().split())
        query = (
            sa.select(_people.c.id, _people.c.data_key, _people.c.state)
            .where(_people.c.merged_into.is_(None), _people.c.data_key.is_not(None))
            .order_by(_people.c.id.desc())
            .limit(_MOST_OPENED)
        )
        found: list[UUID] = []
        for row in connection.execute(query):
            state = self._state(row.id, row.data_key, row.state)
            if state is not None and _is_named(state.person.name, wanted):
                found.append(row.id)
            if len(found) == _MOST_FOUND:
                break
        return [one for person in found if (one := self._open(connection, person)) is not None]

    def _open(self, connection: sa.Connection, person_id: UUID) -> _Opened | None:
        try:
            known = known_person(connection, person_id)
        except PersonUnknown:
            return None
        row = connection.execute(sa.select(_people).where(_people.c.id == known.id)).one()
        state = self._state(row.id, row.data_key, row.state)
        return None if state is None else _Opened(known, state)

    def _state(self, person_id: UUID, key: bytes | None, sealed: bytes | None) -> State | None:
        try:
            return State.from_json(self._sealer.seal_of(person_id, key).open(sealed or b"", b"state"))
        except (Unsealable, ValueError, TypeError, KeyError):
            return None

    def _told(self, connection: sa.Connection, one: _Opened) -> Plain:
        state, person = one.state, one.state.person
        hours = quiet_hours_of(person)
        everybody = list(connection.execute(everybody_of(one.known.id)).scalars())
        rows = connection.execute(_OF_PERSON, {"people": everybody}).all()
        return {
            "person": {
                **_who(one),
                "zone": person.zone,
                "held": _held(state),
                "quiet": f"{_clock(hours.start)}–{_clock(hours.end)}" if hours else "",
                "most": most_a_day(person),
            },
            "enrolments": [_enrolment(one) for one in state.enrolments],
            "nudges": [_nudge(row) for row in rows],
        }


def purge(connection: sa.Connection, before: datetime, most: int) -> int:
    """Delete what was recorded before a moment; what a person stands for last is part of their dialogue.

    Args:
        connection: An open transaction; the caller commits.
        before: Older rows go.
        most: How many at most.

    Returns:
        How many went.
    """
    key = sa.tuple_(_nudges.c.person_id, _nudges.c.rule, _nudges.c.date)
    columns = (_nudges.c.person_id, _nudges.c.rule, _nudges.c.date)
    oldest = sa.select(*columns).where(_nudges.c.at < before).order_by(_nudges.c.at).limit(most)
    return connection.execute(sa.delete(_nudges).where(key.in_(oldest))).rowcount


def _by_id(connection: sa.Connection, words: str) -> list[UUID]:
    try:
        wanted = UUID(words)
    except ValueError:
        return []
    found = connection.execute(sa.select(_people.c.id).where(_people.c.id == wanted)).scalar()
    return [] if found is None else [survivor(connection, found)]


def _by_address(connection: sa.Connection, words: str) -> Sequence[UUID]:
    channel, colon, address = words.partition(":")
    if colon:
        return people_at(connection, channel.strip().lower(), address.strip())
    accounts = sa.select(tables.accounts.c.id)
    query = sa.select(_identities.c.person_id).where(
        _identities.c.account_id.in_(accounts), _identities.c.address == words
    )
    return sorted(set(connection.execute(query).scalars()))


def _is_named(name: str, wanted: str) -> bool:
    own = " ".join(name.casefold().split())
    return bool(wanted) and (own == wanted or wanted in own.split())


def _who(one: _Opened) -> Plain:
    at = [f"{identity.channel}:{identity.address}" for identity in one.known.identities]
    return {"id": str(one.known.id), "name": one.state.person.name, "at": at}


def _held(state: State) -> str:
    held = {Reason.STOPPED: state.stopped, Reason.BLOCKED: state.blocked, Reason.PAUSED: state.paused}
    return next((reason for reason, holds in held.items() if holds), "")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _enrolment(one: Enrolment) -> Plain:
    return {
        "workflow": one.workflow,
        "schedule": one.schedule,
        "due_at": _iso(one.due_at),
        "paused_until": _iso(one.paused_until),
    }


def _nudge(row: Any) -> Plain:
    return {
        "rule": row.rule,
        "date": row.date.isoformat(),
        "result": row.result,
        "reason": row.reason,
        "at": row.at.isoformat(),
        "status": row.status,
        "error": row.error,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
