"""A batch: one transaction's worth of turns.

Loads and locks the people whom its events concern, runs the events through the engine in order, and
writes everything at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from conversations.engine import Engine
from conversations.events import Event, MessageReceived, SignalRaised, TimerFired
from conversations.state import State
from core import errors
from core.ids import ConversationId
from core.messages import InboundKind, InboundMessage
from core.ports import IdSource
from core.undigested import Undigested
from storage.dead_letters import body_of, letter_row
from storage.keys import fitting_key
from storage.merged import PersonMoved
from storage.moving import move_chat
from storage.origin import origin
from storage.rows import Query, moment_of, uuid_of
from storage.scribe import Dialogue, Report, Scribe
from storage.sealing import MasterKeyMissing, Sealer, Unsealable
from storage.states import States
from storage.strangers import conversation_row, identity_row, person_row

_log = structlog.get_logger()

_SILENT = (InboundKind.PROFILE, InboundKind.HOME)
"""Kinds of messages in which nobody said anything: they have no place in the history."""
_UNWRITTEN = (*_SILENT, InboundKind.BLOCKED, InboundKind.UNBLOCKED)
"""Kinds of messages that do not make a conversation the one in which the person last wrote."""
# Who keeps a key first has the message: no look before it, which two deliveries could take at the same moment.
_KEEP_KEYS = Query(
    "insert into inbox (account_id, key, received_at) select %s, value, %s from {given} where true "
    "on conflict do nothing returning key"
)
_IDENTITIES = (
    "from identities join people on people.id = identities.person_id "
    "left join conversations on conversations.identity_id = identities.id "
    "where identities.account_id {among_ids} and identities.address {among} "
)
# All accounts at once, since a person may have addresses at several: everybody is locked in the one order of ids.
_BY_ADDRESS = Query(
    "select people.id, people.data_key, people.state, people.next_seq, people.conversation_id, people.merged_into, "
    "people.parted, identities.id, identities.account_id, identities.address, conversations.id, conversations.chat, "
    f"conversations.closed_at {_IDENTITIES} order by people.id {{postgresql:for update of people}}"
)
_WHO_IS_WHO = Query(f"select people.id, identities.account_id, identities.address {_IDENTITIES}")
_THEIRS = (
    "select people.id, people.data_key, people.state, people.next_seq, people.conversation_id, people.merged_into, "
    "people.chosen_conversation_id, last.account_id, chosen.id, chosen.account_id "
)
_THREADS = (
    "left join conversations as last on last.id = people.conversation_id "
    "left join conversations as chosen on chosen.id = people.chosen_conversation_id and chosen.closed_at is null "
)
_BY_PERSON = f"{_THEIRS} from people {_THREADS} where people.id {{among_ids}} order by people.id"
_LOOK_AT_PEOPLE = Query(_BY_PERSON)
_WAIT_FOR_PEOPLE = Query(f"{_BY_PERSON} {{postgresql:for update of people}}")
_TAKE_FREE_PEOPLE = Query(f"{_BY_PERSON} {{postgresql:for update of people skip locked}}")
# Whoever is locked is passed over before anybody is counted, so that each of several processes gets people of its own.
# Never sorted: where nothing was due when the planner last counted, it would sort a whole wave for every batch of it.
_TAKE_DUE_PEOPLE = Query(
    f"{_THEIRS} from timers join people on people.id = timers.person_id {_THREADS} "
    "where timers.due_at <= %s order by timers.due_at limit %s {postgresql:for update of people skip locked}",
    by_index=True,
)
# Likewise the moment is no condition for an index: these people are to be looked up, and not all that is due.
_TAKE_TIMERS = Query(
    "delete from timers where person_id {among_ids} and (due_at <= %s) is true returning person_id, key, due_at"
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
        admins: Channel and address of those who may use the commands for admins.
        states: The states of people who wrote a moment ago.
    """

    engine: Engine
    sealer: Sealer
    ids: IdSource
    admins: frozenset[tuple[str, str]] = frozenset()
    states: States = field(default_factory=States)


class _Stored(NamedTuple):
    person_id: UUID
    data_key: bytes | None
    state: bytes
    next_seq: int
    written_in: UUID | None


class Batch:
    """One transaction's worth of turns.

    Args:
        connection: An open transaction.
        means: What turns are made with.
        now: The moment of the turns.
        in_passing: Whether its people will not come again soon, so that nothing of them is kept at hand.
    """

    def __init__(self, connection: sa.Connection, means: Means, now: datetime, *, in_passing: bool = False) -> None:
        self._connection = connection
        self._engine = means.engine
        self._sealer = means.sealer
        self._seal_of = means.sealer.seal_for_once if in_passing else means.sealer.seal_of
        self._ids = means.ids
        self._admins = means.admins
        self._states = None if in_passing else means.states
        self._now = now
        self._scribe = Scribe(means.ids, now)
        self._ledger = self._scribe.ledger
        self.report = self._scribe.report
        self._dialogues: dict[UUID, Dialogue] = {}
        self._foreign: set[UUID] = set()  # people of a master key that is not configured
        self._people: dict[tuple[UUID, str], tuple[UUID, UUID]] = {}  # (account, address) → (person, identity)
        self._conversations: dict[tuple[UUID, str], UUID] = {}  # (identity, chat) → conversation
        self._closed: set[UUID] = set()  # conversations that the platform refuses
        self._chosen: dict[UUID, tuple[UUID, UUID]] = {}  # person → conversation and account that they want nudges in

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

    def load_addresses(self, arrivals: Sequence[Arrival]) -> None:
        """Lock and load the people who wrote.

        Raises:
            PersonMoved: One of them has become somebody else while their row was waited for.
        """
        if not arrivals:
            return
        accounts = sorted({one.account_id for one in arrivals})
        addresses = sorted({one.message.address for one in arrivals})
        parted = False
        for row in _BY_ADDRESS.rows(self._connection, accounts, addresses):
            person, key, state, seq, written_in, merged_into, once_parted, identity, account, address, *thread = row
            if merged_into is not None:
                raise PersonMoved
            parted = parted or bool(once_parted)
            person_id, identity_id = uuid_of(person), uuid_of(identity)
            self._people[(uuid_of(account), address)] = (person_id, identity_id)
            conversation_id, chat, closed_at = thread
            if conversation_id is not None:
                self._conversations[(identity_id, chat)] = uuid_of(conversation_id)
                if closed_at is not None:
                    self._closed.add(uuid_of(conversation_id))
            self._open(_Stored(person_id, key, state, seq, None if written_in is None else uuid_of(written_in)))
        if parted:
            self._see_who_is_who(accounts, addresses)

    def _see_who_is_who(self, accounts: list[UUID], addresses: list[str]) -> None:
        """Look again whose the addresses are: one may have been parted from somebody while their row was waited for."""
        for person, account, address in _WHO_IS_WHO.rows(self._connection, accounts, addresses):
            if self._people[(uuid_of(account), address)][0] != uuid_of(person):
                raise PersonMoved

    def load_people(self, people: Sequence[UUID], *, skip_locked: bool = False) -> list[UUID]:
        """Lock and load people; return those who could be. Somebody who was merged into another is none of them."""
        if not people:
            return []
        query = _TAKE_FREE_PEOPLE if skip_locked else _WAIT_FOR_PEOPLE
        return self._load(query.rows(self._connection, list(people)))

    def load_due(self, most: int) -> list[UUID]:
        """Lock and load people with due timers, the longest due first; whom another process works on is left to it.

        Args:
            most: How many timers are looked at.

        Returns:
            Those who could be loaded.
        """
        return self._load(_TAKE_DUE_PEOPLE.rows(self._connection, self._now, most))

    def take_timers(self, people: Sequence[UUID]) -> list[tuple[UUID, str, datetime]]:
        """Take the due timers of loaded people off the plan; return whose, their keys and moments, the earliest first.

        Only who holds the lock of a person's row sees all that others have done with their timers before.
        """
        if not people:
            return []
        taken = _TAKE_TIMERS.rows(self._connection, list(people), self._now)
        due = [(uuid_of(person), key, moment_of(due_at)) for person, key, due_at in taken]
        due.sort(key=itemgetter(2, 1))
        return due

    def _load(self, found: Sequence[tuple[Any, ...]]) -> list[UUID]:
        """Open the people of these rows; return those who could be, each once."""
        if any(_is_torn(row) for row in found):
            found = _LOOK_AT_PEOPLE.rows(self._connection, [uuid_of(row[0]) for row in found])
        for person, key, state, seq, written_in, merged_into, _, account, chosen, chosen_account in found:
            person_id = uuid_of(person)
            if merged_into is None:
                self._open(_Stored(person_id, key, state, seq, None if written_in is None else uuid_of(written_in)))
            dialogue = self._dialogues.get(person_id)
            if dialogue is None:
                continue
            dialogue.conversation_id = None if written_in is None else uuid_of(written_in)
            dialogue.account_id = None if account is None else uuid_of(account)
            if chosen is not None:
                self._chosen[person_id] = (uuid_of(chosen), uuid_of(chosen_account))
        people = dict.fromkeys(uuid_of(row[0]) for row in found)
        self.report.unread += people.keys() - self._dialogues.keys()
        return [person for person in people if person in self._dialogues]

    def _open(self, stored: "_Stored") -> None:
        person_id = stored.person_id
        if person_id in self._dialogues:
            return
        try:
            seal = self._seal_of(person_id, stored.data_key)
            at_hand = self._states and self._states.find(person_id, stored.state)
            state = at_hand or State.from_json(seal.open(stored.state, b"state"))
        except MasterKeyMissing:
            self._foreign.add(person_id)
            return
        except (Unsealable, ValueError, TypeError, KeyError) as error:
            _log.error("dialogue_unreadable", person_id=str(person_id), error=type(error).__name__)
            return
        self._dialogues[person_id] = Dialogue(
            person_id, seal, state, stored.next_seq, None, None, before=state, written_in=stored.written_in
        )

    # -- turns -------------------------------------------------------------------------------

    def receive(self, arrival: Arrival) -> None:
        """Run one inbound message through the engine, or bury it."""
        message = arrival.message
        if message.kind is InboundKind.MOVED:
            move_chat(self._connection, arrival.account_id, message.chat, message.moved_to)
            return
        if self._is_for_nobody(arrival):
            self.report.dropped += 1
            return
        dialogue = self._dialogue_of(arrival)
        if dialogue is None:
            self._bury(arrival, "the dialogue cannot be read")
            return
        kept = None
        try:
            if message.kind not in _SILENT:
                kept = self._scribe.keep_inbound(dialogue, message)
            here = ConversationId(dialogue.conversation_id) if dialogue.conversation_id else None
            by_admin = (message.channel, message.address) in self._admins
            event = MessageReceived(self._ids.new(), message, here, by_admin)
            turn = self._engine.advance(dialogue.state, event, self._now)
        except errors.StorageUnavailable:
            raise  # a workflow could not be read just now, which is no fault of the message
        except Exception as error:  # noqa: BLE001 - poison must neither stop its neighbours nor come again for a day
            self._log_failure(error, dialogue.person_id, message_id=str(kept or ""))
            self._bury(arrival, f"turn failed: {type(error).__name__}")
            return
        self.report.taken += 1
        self._scribe.apply(dialogue, turn.state, turn.effects)
        self._note_closing(dialogue, message.kind)

    def _is_for_nobody(self, arrival: Arrival) -> bool:
        """Return whether a message means nothing to us: news of a stranger, or words in a group where we are silent."""
        message = arrival.message
        known = self._people.get((arrival.account_id, message.address))
        if message.kind is InboundKind.PROFILE:
            return known is None
        return not message.addressed and (known is None or (known[1], message.chat) not in self._conversations)

    def _note_closing(self, dialogue: Dialogue, kind: InboundKind) -> None:
        """Note that a conversation takes nothing any more, or does again; nudges then go to another of the person."""
        conversation = dialogue.conversation_id
        if conversation is None or kind in _SILENT:
            return
        if kind is InboundKind.BLOCKED:
            self._ledger.closings[conversation] = self._now
            if dialogue.written_in == conversation and dialogue.state.connections:
                others = [one.id for one in dialogue.state.connections if not one.closed]
                dialogue.written_in = others[-1] if others else conversation
        elif conversation in self._closed or conversation in self._ledger.closings:
            self._ledger.closings[conversation] = None

    def advance(self, person_id: UUID, event: Event) -> None:
        """Run one event that no message brought through the engine."""
        dialogue = self._dialogues.get(person_id)
        if dialogue is None:
            return
        if isinstance(event, (TimerFired, SignalRaised)) and person_id in self._chosen:
            dialogue.conversation_id, dialogue.account_id = self._chosen[person_id]
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
        if message.kind is InboundKind.PROFILE:
            return dialogue  # told of a person, and of no conversation
        conversation_id = self._conversations.get((identity_id, message.chat))
        if conversation_id is None:
            conversation_id = self._new_conversation(identity_id, arrival)
        dialogue.conversation_id = conversation_id
        dialogue.account_id = arrival.account_id
        if message.kind not in _UNWRITTEN or dialogue.written_in is None:
            dialogue.written_in = conversation_id
        return dialogue

    def turn_to(self, person_id: UUID, conversation_id: UUID, account_id: UUID) -> None:
        """Let what is said to a loaded person from now on go to a conversation."""
        dialogue = self._dialogues[person_id]
        dialogue.conversation_id, dialogue.account_id = conversation_id, account_id

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

    def _new_conversation(self, identity_id: UUID, arrival: Arrival) -> UUID:
        conversation_id, message = self._ids.new(), arrival.message
        self._conversations[(identity_id, message.chat)] = conversation_id
        row = conversation_row(
            conversation_id, identity_id, arrival.account_id, chat=message.chat, private=message.private
        )
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
                if self._states is not None:
                    self._states.keep(dialogue.person_id, sealed, dialogue.state)
        # As with the inbox: two processes that meet the same strangers must meet them in one order.
        self._ledger.identities.sort(key=lambda row: (row["account_id"], row["address"]))
        self._ledger.write(self._connection)
        return self.report


def _is_torn(row: tuple[Any, ...]) -> bool:
    """Return whether a person seems to have a conversation that there is not.

    Whoever waited for a person's row sees the row as it is now, and beside it the conversations as they were before.
    """
    _, _, _, _, last, _, chosen, last_account, found, _ = row
    return (last is not None and last_account is None) or (chosen is not None and found is None)


def _by_account(pairs: Iterable[tuple[UUID, str]]) -> list[tuple[UUID, list[str]]]:
    """Return each account with what belongs to it, everything in one order for all processes."""
    found: dict[UUID, set[str]] = {}
    for account, one in pairs:
        found.setdefault(account, set()).add(one)
    return [(account, sorted(those)) for account, those in sorted(found.items())]
