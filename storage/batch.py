"""A batch: one transaction's worth of turns.

Loads and locks the people whom its events concern, runs the events through the engine in order, and
writes everything at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from conversations.engine import Engine
from conversations.events import Event, MessageReceived
from conversations.state import State
from core import errors
from core.messages import InboundKind, InboundMessage
from core.ports import IdSource
from core.undigested import Undigested
from storage import tables
from storage.dead_letters import body_of, letter_row
from storage.keys import fitting_key
from storage.moving import move_chat
from storage.origin import origin
from storage.rows import Query, uuid_of
from storage.scribe import Dialogue, Report, Scribe
from storage.sealing import MasterKeyMissing, Sealer, Unsealable
from storage.states import States
from storage.strangers import conversation_row, identity_row, person_row

_log = structlog.get_logger()

_PERSON = (tables.people.c.id, tables.people.c.data_key, tables.people.c.state, tables.people.c.next_seq)
# Who keeps a key first has the message: no look before it, which two deliveries could take at the same moment.
_KEEP_KEYS = Query(
    "insert into inbox (account_id, key, received_at) select %s, value, %s from {given} where true "
    "on conflict do nothing returning key"
)
_BY_ADDRESS = Query(
    "select people.id, people.data_key, people.state, people.next_seq, "
    "identities.id, identities.address, conversations.id, conversations.chat "
    "from identities join people on people.id = identities.person_id "
    "left join conversations on conversations.identity_id = identities.id "
    "where identities.account_id = %s and identities.address {among} "
    "order by people.id {postgresql:for update of people}"
)
_BY_PERSON = (
    sa.select(*_PERSON, tables.people.c.conversation_id, tables.conversations.c.account_id)
    .outerjoin(tables.conversations, tables.conversations.c.id == tables.people.c.conversation_id)
    .where(tables.people.c.id.in_(sa.bindparam("people", expanding=True)))
    .order_by(tables.people.c.id)
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound message at the account that it came to."""

    account_id: UUID
    message: InboundMessage


@dataclass(frozen=True, slots=True)
class Means:
    """What turns are made with.

    Args:
        engine: The dialogue engine.
        sealer: Opens and closes personal content.
        ids: Makes identifiers.
        states: The states of people who wrote a moment ago.
    """

    engine: Engine
    sealer: Sealer
    ids: IdSource
    states: States = field(default_factory=States)


class _Stored(NamedTuple):
    person_id: UUID
    data_key: bytes | None
    state: bytes
    next_seq: int


class Batch:
    """One transaction's worth of turns."""

    def __init__(self, connection: sa.Connection, means: Means, now: datetime) -> None:
        self._connection = connection
        self._engine = means.engine
        self._sealer = means.sealer
        self._ids = means.ids
        self._states = means.states
        self._now = now
        self._scribe = Scribe(means.ids, now)
        self._ledger = self._scribe.ledger
        self.report = self._scribe.report
        self._dialogues: dict[UUID, Dialogue] = {}
        self._foreign: set[UUID] = set()  # people of a master key that is not configured
        self._people: dict[tuple[UUID, str], tuple[UUID, UUID]] = {}  # (account, address) → (person, identity)
        self._conversations: dict[tuple[UUID, str], UUID] = {}  # (identity, chat) → conversation

    # -- loading -----------------------------------------------------------------------------

    def without_duplicates(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Keep the keys of what is new, and drop what was seen before, in this batch or ever."""
        wanted: dict[tuple[UUID, str], Arrival] = {}
        for arrival in arrivals:
            wanted.setdefault((arrival.account_id, fitting_key(arrival.message.key)), arrival)
        fresh: set[tuple[UUID, str]] = set()
        # Two processes that keep the same keys in different orders would wait for each other.
        for account, keys in _by_account(wanted):
            fresh.update((account, key) for (key,) in _KEEP_KEYS.rows(self._connection, account, self._now, keys))
        self.report.dropped += len(arrivals) - len(fresh)
        return [arrival for key, arrival in wanted.items() if key in fresh]

    def load_addresses(self, arrivals: Iterable[Arrival]) -> None:
        """Lock and load the people who wrote."""
        for account, addresses in _by_account((one.account_id, one.message.address) for one in arrivals):
            for row in _BY_ADDRESS.rows(self._connection, account, addresses):
                stored = _Stored(uuid_of(row[0]), *row[1:4])
                identity_id, address, conversation_id, chat = uuid_of(row[4]), *row[5:]
                self._people[(account, address)] = (stored.person_id, identity_id)
                if conversation_id is not None:
                    self._conversations[(identity_id, chat)] = uuid_of(conversation_id)
                self._open(stored, None, None)

    def load_people(self, people: Sequence[UUID], *, skip_locked: bool = False) -> list[UUID]:
        """Lock and load people; return those who could be."""
        if not people:
            return []
        statement = _BY_PERSON.with_for_update(of=tables.people, skip_locked=skip_locked)
        for row in self._connection.execute(statement, {"people": people}):
            self._open(_Stored(*row[:4]), row.conversation_id, row.account_id)
        return [person for person in people if person in self._dialogues]

    def _open(self, stored: "_Stored", conversation_id: UUID | None, account_id: UUID | None) -> None:
        person_id = stored.person_id
        if person_id in self._dialogues:
            return
        try:
            seal = self._sealer.seal_of(person_id, stored.data_key)
            state = self._states.find(person_id, stored.state) or State.from_json(seal.open(stored.state, b"state"))
        except MasterKeyMissing:
            self._foreign.add(person_id)
            return
        except (Unsealable, ValueError, TypeError, KeyError) as error:
            _log.error("dialogue_unreadable", person_id=str(person_id), error=type(error).__name__)
            return
        self._dialogues[person_id] = Dialogue(
            person_id, seal, state, stored.next_seq, conversation_id, account_id, before=state
        )

    # -- turns -------------------------------------------------------------------------------

    def receive(self, arrival: Arrival) -> None:
        """Run one inbound message through the engine, or bury it."""
        message = arrival.message
        if message.kind is InboundKind.MOVED:
            move_chat(self._connection, arrival.account_id, message.chat, message.moved_to)
            return
        dialogue = self._dialogue_of(arrival)
        if dialogue is None:
            self._bury(arrival, "the dialogue cannot be read")
            return
        kept = None
        try:
            kept = self._scribe.keep_inbound(dialogue, message)
            turn = self._engine.advance(dialogue.state, MessageReceived(self._ids.new(), message), self._now)
        except errors.StorageUnavailable:
            raise  # a workflow could not be read just now, which is no fault of the message
        except Exception as error:  # noqa: BLE001 - poison must neither stop its neighbours nor come again for a day
            self._log_failure(error, dialogue.person_id, message_id=str(kept or ""))
            self._bury(arrival, f"turn failed: {type(error).__name__}")
            return
        self.report.taken += 1
        self._scribe.apply(dialogue, turn.state, turn.effects)

    def advance(self, person_id: UUID, event: Event) -> None:
        """Run one event that no message brought through the engine."""
        dialogue = self._dialogues.get(person_id)
        if dialogue is None:
            return
        try:
            turn = self._engine.advance(dialogue.state, event, self._now)
        except errors.StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one person's broken turn must not stop the others of the batch
            self._log_failure(error, person_id, happened=type(event).__name__)
            self._keep_dead(Undigested("engine", f"{type(event).__name__} failed", key=str(person_id)), b"{}")
            return
        self._scribe.apply(dialogue, turn.state, turn.effects)

    def _log_failure(self, error: Exception, person_id: UUID, **ids: str) -> None:
        _log.error("turn_failed", person_id=str(person_id), error=type(error).__name__, origin=origin(error), **ids)

    def _dialogue_of(self, arrival: Arrival) -> Dialogue | None:
        """Return the dialogue that a message belongs to, made anew for a stranger, set to its conversation."""
        message = arrival.message
        known = self._people.get((arrival.account_id, message.address))
        person_id, identity_id = known or self._new_person(arrival.account_id, message)
        if person_id in self._foreign:
            raise MasterKeyMissing
        dialogue = self._dialogues.get(person_id)
        if dialogue is None:
            return None
        conversation_id = self._conversations.get((identity_id, message.chat))
        if conversation_id is None:
            conversation_id = self._new_conversation(identity_id, arrival.account_id, message.chat)
        dialogue.conversation_id = conversation_id
        dialogue.account_id = arrival.account_id
        return dialogue

    def _new_person(self, account_id: UUID, message: InboundMessage) -> tuple[UUID, UUID]:
        person_id, identity_id = self._ids.new(), self._ids.new()
        data_key = self._sealer.new_key(person_id)
        dialogue = Dialogue(
            person_id, self._sealer.seal_of(person_id, data_key), State(), 1, None, account_id, changed=True
        )
        self._dialogues[person_id] = dialogue
        self._people[(account_id, message.address)] = (person_id, identity_id)
        self._ledger.people.append(person_row(person_id, data_key, self._now))
        identity = identity_row(identity_id, person_id, account_id, message.address)
        self._ledger.identities.append({**identity, "created_at": self._now})
        return person_id, identity_id

    def _new_conversation(self, identity_id: UUID, account_id: UUID, chat: str) -> UUID:
        conversation_id = self._ids.new()
        self._conversations[(identity_id, chat)] = conversation_id
        row = conversation_row(conversation_id, identity_id, account_id, chat)
        self._ledger.conversations.append({**row, "created_at": self._now})
        return conversation_id

    # -- writing -----------------------------------------------------------------------------

    def _bury(self, arrival: Arrival, reason: str) -> None:
        self.report.buried += 1
        message = arrival.message
        what = Undigested("intake", reason, message.channel, account=message.account, key=message.key)
        self._keep_dead(what, body_of(message))

    def _keep_dead(self, what: Undigested, body: bytes) -> None:
        row = letter_row(self._sealer, what, body, letter_id=self._ids.new(), now=self._now)
        self._ledger.dead_letters.append(row)

    def close(self) -> Report:
        """Write everything; the caller commits."""
        made = {row["id"]: row for row in self._ledger.people}
        for dialogue in self._dialogues.values():
            if dialogue.changed:
                sealed = self._scribe.write_dialogue(dialogue, made.get(dialogue.person_id))
                self._states.keep(dialogue.person_id, sealed, dialogue.state)
        # As with the inbox: two processes that meet the same strangers must meet them in one order.
        self._ledger.identities.sort(key=lambda row: (row["account_id"], row["address"]))
        self._ledger.write(self._connection)
        return self.report


def _by_account(pairs: Iterable[tuple[UUID, str]]) -> list[tuple[UUID, list[str]]]:
    """Return each account with what belongs to it, everything in one order for all processes."""
    found: dict[UUID, set[str]] = {}
    for account, one in pairs:
        found.setdefault(account, set()).add(one)
    return [(account, sorted(those)) for account, those in sorted(found.items())]
