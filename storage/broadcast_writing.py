"""Writing a broadcast: who belongs to it is noted, and copies go to the outbox, each batch in one transaction.

The row of the broadcast is locked first and people after it, in the order in which everybody locks people; rows of
recipients belong to whoever holds either. So each person gets one copy, whoever dies at whichever moment: that they
are `written` is committed with the copy itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from conversations.state import State
from conversations.text import Template
from core.audiences import read
from core.broadcasts import WORTH_AT_A_TIME, due_at, expires_at
from core.messages import Content, DeliveryStatus, OnUnknown, Priority
from core.ports import IdSource
from storage import rows, tables
from storage.audiences import belongs
from storage.bodies import outbound_body
from storage.reach import Able, Reach, reach
from storage.sealing import Seal, Sealer, Unsealable

GATHERED_AT_ONCE = 1_000
WRITTEN_AT_ONCE = 200
"""People in one transaction."""

PLANNED, WRITTEN, SKIPPED = "planned", "written", "skipped"
"""Where a recipient stands."""

_people, _recipients, _broadcasts = tables.people, tables.broadcast_recipients, tables.broadcasts
_given = ("id", "conversation_id", "account_id", "seq", "created_at", "next_attempt_at", "expires_at", "broadcast_id")
_same = {
    "priority": str(int(Priority.BROADCAST)),
    "status": f"'{DeliveryStatus.QUEUED}'",
    "on_unknown": f"'{OnUnknown.GIVE_UP}'",
    **dict.fromkeys(("tap_id", "notice", "external_ids", "error"), "''"),
    **dict.fromkeys(("attempts", "parts_sent"), "0"),
    "quiet": "true",
}
_OUTBOX = rows.insert(
    tables.outbox,
    constants={one.name: _same.get(one.name, "null") for one in tables.outbox.c if one.name not in _given},
)
_MESSAGES = rows.insert(tables.messages)
_NUMBER = rows.update(_people, {"next_seq": "new_seq"}, {"id": "person"})
_NOTE = rows.update(
    _recipients,
    {"status": "new_status", "reason": "new_reason", "written_at": "new_written_at"},
    {"broadcast_id": "broadcast", "person_id": "person"},
)
_PLAN = rows.insert(_recipients, "on conflict (broadcast_id, person_id) do nothing")
_FIRST = UUID(int=0)
_NOT_MERGED = sa.literal_column("not (people.merged_into is not null)", sa.Boolean)
"""Said so that SQLite does not take the index of `merged_into`, and sort everybody anew for each batch."""


def members(audience: str, since: datetime, after: UUID, most: int) -> sa.Select[Any]:
    """Return the query for people of an audience, in the order of their ids.

    Args:
        audience: As `core/audiences.py` reads it.
        since: Who came later does not belong to it, and times are counted back from here.
        after: The last person that was seen before.
        most: Most people.
    """
    return (
        sa.select(
            _people.c.id,
            _people.c.zone,
            _people.c.language,
            _people.c.stopped,
            _people.c.conversation_id,
            _people.c.chosen_conversation_id,
        )
        .where(
            _people.c.id > after,
            _NOT_MERGED,
            _people.c.data_key.is_not(None),
            _people.c.created_at <= since,
            belongs(read(audience), since),
        )
        .order_by(_people.c.id)
        .limit(most)
    )


def due_recipients(broadcast_id: UUID, now: datetime, most: int) -> sa.Select[Any]:
    """Return the query for recipients whose moment has come, the earliest first."""
    return (
        sa.select(_recipients.c.person_id, _recipients.c.due_at)
        .where(
            _recipients.c.broadcast_id == broadcast_id,
            _recipients.c.status == sa.literal_column(f"'{PLANNED}'"),
            _recipients.c.due_at <= now,
        )
        .order_by(_recipients.c.due_at, _recipients.c.person_id)
        .limit(most)
    )


def gather(connection: sa.Connection, broadcast: Any, now: datetime) -> None:
    """Note the next people of the audience as recipients, and how far that is.

    Args:
        connection: An open transaction that holds the broadcast's row.
        broadcast: The row.
        now: This moment.
    """
    query = members(broadcast.audience, broadcast.confirmed_at, broadcast.gathered_to or _FIRST, GATHERED_AT_ONCE)
    found = connection.execute(query).all()
    planned = []
    for person in found:
        due = due_at(broadcast.local_at, person.zone, broadcast.confirmed_at)
        planned.append(
            {
                "broadcast_id": broadcast.id,
                "person_id": person.id,
                "status": PLANNED if due else SKIPPED,
                "reason": "" if due else "late",
                "due_at": due or broadcast.confirmed_at,
                "written_at": None,
            }
        )
    rows.execute(connection, [(_PLAN, planned)])
    place = {"gathered_to": found[-1].id} if found else {}
    whole = {} if len(found) == GATHERED_AT_ONCE else {"gathered_at": now}
    connection.execute(sa.update(_broadcasts).where(_broadcasts.c.id == broadcast.id).values(**place, **whole))


class CopyWriter:
    """Writes copies of one broadcast.

    Args:
        sealer: Opens dialogues and seals copies.
        ids: Makes identifiers.
        able: What accounts can carry.
        broadcast: The broadcast's row.
        content: What it says.
    """

    def __init__(self, sealer: Sealer, ids: IdSource, able: Able, *, broadcast: Any, content: Content) -> None:
        self._sealer = sealer
        self._ids = ids
        self._able = able
        self._broadcast = broadcast
        self._content = content
        self._words = Template(content.text)

    def write(self, connection: sa.Connection, most: int, now: datetime) -> int:
        """Write copies for those whose moment has come; return how many recipients were looked at.

        Args:
            connection: An open transaction that holds the broadcast's row.
            most: Most recipients.
            now: This moment.
        """
        due = {row.person_id: row.due_at for row in connection.execute(due_recipients(self._broadcast.id, now, most))}
        if not due:
            return 0
        held = connection.execute(
            sa.select(_people).where(_people.c.id.in_(due)).order_by(_people.c.id).with_for_update()
        ).all()
        batch = _Batch(self._broadcast, now)
        self._follow(connection, [one for one in held if one.merged_into is not None], due, batch)
        have = _have_it_already(connection, self._broadcast.id, due)
        met = [one for one in held if one.merged_into is None]
        places = reach(connection, met, self._content.purpose, self._able, now=now)
        for person in met:
            reason = "merged" if person.id in have else self._too_late(due[person.id], now)
            self._write_one(person, reason or places[person.id], due[person.id], batch)
        for person_id in due.keys() - {one.id for one in held}:
            batch.skip(person_id, "erased")
        batch.close(connection)
        return len(due)

    def _too_late(self, due: datetime, now: datetime) -> str:
        return "late" if self._broadcast.local_at and now > due + WORTH_AT_A_TIME else ""

    def _follow(
        self, connection: sa.Connection, gone: Sequence[Any], due: dict[UUID, datetime], batch: "_Batch"
    ) -> None:
        """Let whoever somebody has become get the copy, once, whether or not they were meant themselves."""
        planned = [
            {
                "broadcast_id": self._broadcast.id,
                "person_id": person.merged_into,
                "status": PLANNED,
                "reason": "",
                "due_at": due[person.id],
                "written_at": None,
            }
            for person in gone
        ]
        # One that is there already stays as it is, also where two of these rows name the same person.
        distinct = {row["person_id"]: row for row in planned}
        rows.execute(connection, [(_PLAN, list(distinct.values()))])
        for person in gone:
            batch.skip(person.id, "merged")

    def _write_one(self, person: Any, place: Reach | str, due: datetime, batch: "_Batch") -> None:
        if isinstance(place, str):
            batch.skip(person.id, place)
            return
        opened = self._open(person)
        if isinstance(opened, str):
            batch.skip(person.id, opened)
            return
        seal, state = opened
        text = self._words.render({"name": state.person.name})
        message_id = self._ids.new()
        body = seal.close(outbound_body(replace(self._content, text=text)), b"message" + message_id.bytes)
        batch.copy(person, place, message_id, body, until=expires_at(self._broadcast.local_at, due, batch.now))

    def _open(self, person: Any) -> tuple[Seal, State] | str:
        """Return what closes a person's copy and their dialogue, or why they get none."""
        if not person.data_key:
            return "erased"
        try:
            seal = self._sealer.seal_of(person.id, person.data_key)
            state = State.from_json(seal.open(person.state or b"", b"state"))
        except (Unsealable, ValueError, TypeError, KeyError):
            return "unreadable"
        for reason in ("stopped", "blocked", "paused"):
            if getattr(state, reason):
                return reason
        return seal, state


class _Batch:
    """The rows of one transaction."""

    def __init__(self, broadcast: Any, now: datetime) -> None:
        self.now = now
        self._broadcast_id: UUID = broadcast.id
        self._messages: list[rows.Row] = []
        self._outbox: list[rows.Row] = []
        self._numbers: list[rows.Row] = []
        self._notes: list[rows.Row] = []

    def skip(self, person_id: UUID, reason: str) -> None:
        self._note(person_id, SKIPPED, reason, None)

    def copy(self, person: Any, place: Reach, message_id: UUID, body: bytes, *, until: datetime) -> None:
        where = {"id": message_id, "conversation_id": place.conversation_id, "seq": person.next_seq}
        self._messages.append(
            {
                **where,
                "person_id": person.id,
                "inbound": False,
                "kind": Priority.BROADCAST.name.lower(),
                "at": self.now,
                "key": "",
                "body": body,
            }
        )
        self._outbox.append(
            {
                **where,
                "account_id": place.account_id,
                "created_at": self.now,
                "next_attempt_at": self.now,
                "expires_at": until,
                "broadcast_id": self._broadcast_id,
            }
        )
        self._numbers.append({"person": person.id, "new_seq": person.next_seq + 1})
        self._note(person.id, WRITTEN, "", self.now)

    def close(self, connection: sa.Connection) -> None:
        rows.execute(
            connection,
            [
                (_MESSAGES, self._messages),
                (_OUTBOX, self._outbox),
                (_NUMBER, self._numbers),
                (_NOTE, self._notes),
            ],
        )

    def _note(self, person_id: UUID, status: str, reason: str, written_at: datetime | None) -> None:
        whose = {"broadcast": self._broadcast_id, "person": person_id}
        self._notes.append({**whose, "new_status": status, "new_reason": reason, "new_written_at": written_at})


def _have_it_already(connection: sa.Connection, broadcast_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """Return those who got their copy as somebody whom they were before."""
    query = (
        sa.select(_people.c.merged_into)
        .join(_recipients, _recipients.c.person_id == _people.c.id)
        .where(
            _people.c.merged_into.in_(people),
            _recipients.c.broadcast_id == broadcast_id,
            _recipients.c.status == WRITTEN,
        )
    )
    return {person for person in connection.execute(query).scalars() if person is not None}


Looking = Callable[[Sequence[Any], dict[UUID, Reach | str]], None]
"""Takes people and where each is reached."""


def look_over(
    connection: sa.Connection, audience: str, purpose: str, able: Able, *, now: datetime, see: Looking
) -> None:
    """Show everybody of an audience, batch by batch, with where they would be reached now.

    Args:
        connection: Statements that change nothing.
        audience: As `core/audiences.py` reads it.
        purpose: For what a template would have to be approved.
        able: What accounts can carry.
        now: This moment.
        see: Called with each batch.
    """
    after = _FIRST
    while found := connection.execute(members(audience, now, after, GATHERED_AT_ONCE)).all():
        see(found, reach(connection, found, purpose, able, now=now))
        after = found[-1].id
