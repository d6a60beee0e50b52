"""Linking: two people turn out to be one, or a chat is taken apart, each in one transaction with all that follows.

Who gave the code is the one who stays, whichever of the two is older: what was sealed stays in the name of whoever it
was sealed for (`storage/merged.py`), so nothing is gained by moving less, and people can be told what will happen.
Executions, timers and identities, which may change, become the stayer's. A code is locked before people are, and people
in the order in which everybody locks them: so no batch and no other linking waits in a circle.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from conversations import channels
from conversations.events import ChatParted, Event, PeopleLinked
from conversations.linking import joined, superseded
from conversations.state import Connection, State
from core.ids import ConversationId
from core.people import Person
from core.ports import Clock, Hints, IdSource
from storage import tables
from storage.database import Database
from storage.intake import tell
from storage.merged import PersonMoved, lock_everybody_of, survivor
from storage.scribe import Report, profile_of
from storage.sealing import Sealer
from storage.strangers import person_row
from storage.tags import hand_tags_over
from storage.turns import Turns

_people, _identities, _conversations = tables.people, tables.identities, tables.conversations
_timers, _executions, _accounts = tables.timers, tables.executions, tables.accounts
_codes, _refusals, _members = tables.link_codes, tables.link_refusals, tables.members

MOST_REFUSALS = 1_000
"""Wrong codes at one account within `REFUSALS_COUNT`; what comes after them is not even looked at."""
REFUSALS_COUNT = timedelta(hours=1)
_CODES_KEPT = timedelta(days=1)
"""How long a code is told apart from one that never was."""
_MOST_FORGOTTEN = 500
_MOST_RACES = 8


@dataclass(frozen=True, slots=True)
class SaidCode:
    """A code that somebody said.

    Args:
        job_id: The job that tries it; once more for the same one changes nothing.
        conversation_id: Where it was said.
        digest: Of the code.
    """

    job_id: UUID
    conversation_id: UUID
    digest: str


@dataclass(frozen=True, slots=True)
class LinkRefusal:
    """Why nothing was linked or parted.

    Args:
        reason: One of `conversations.linking.REASONS`.
        wait: With `busy`, for how long.
    """

    reason: str
    wait: timedelta = timedelta()


class _Place:
    """A conversation, and whose it is."""

    def __init__(self, row: Any) -> None:
        self.conversation_id: UUID = row.id
        self.account_id: UUID = row.account_id
        self.identity_id: UUID = row.identity_id
        self.person_id: UUID = row.person_id
        self.connection = Connection(ConversationId(row.id), row.channel, row.name)


class Linking:
    """Makes two people one, and takes chats apart.

    Args:
        database: Where they are.
        turns: Tells their dialogues.
        sealer: Opens and closes their states.
        ids: Makes identifiers.
        clock: The time.
        hints: Whom to wake after a commit.
    """

    def __init__(
        self, database: Database, turns: Turns, *, sealer: Sealer, ids: IdSource, clock: Clock, hints: Hints
    ) -> None:
        self._database = database
        self._turns = turns
        self._sealer = sealer
        self._ids = ids
        self._clock = clock
        self._hints = hints

    def link(self, said: SaidCode) -> LinkRefusal | None:
        """Make whoever said a code one with whoever was given it, and tell both chats.

        Returns:
            Why it was not done; None where it was.

        Raises:
            StorageUnavailable: Nothing was done.
            Unsealable: One of the two dialogues cannot be read; nothing was done.
        """
        return self._settled(lambda connection, now: self._link(connection, said, now))

    def part(self, person_id: UUID, conversation_id: UUID) -> LinkRefusal | None:
        """Make the identity of a conversation a person of its own, and tell both sides; a second time does nothing.

        Raises:
            StorageUnavailable: Nothing was done.
            Unsealable: The dialogue cannot be read; nothing was done.
        """
        return self._settled(lambda connection, now: self._part(connection, person_id, conversation_id, now))

    def _settled(self, act: Callable[[sa.Connection, datetime], LinkRefusal | Report]) -> LinkRefusal | None:
        """Act in a transaction of its own, once more for each race that somebody else has won."""
        for race in range(_MOST_RACES):
            try:
                with self._database.write() as connection:
                    done = act(connection, self._clock.now())
            except PersonMoved:
                if race == _MOST_RACES - 1:
                    raise
                continue
            if isinstance(done, LinkRefusal):
                return done
            tell(self._hints, done)
            break
        return None

    # -- linking -----------------------------------------------------------------------------

    def _link(self, connection: sa.Connection, said: SaidCode, now: datetime) -> LinkRefusal | Report:
        _forget_what_is_old(connection, now)
        code = connection.execute(
            sa.select(_codes).where(_codes.c.digest == said.digest).with_for_update()
        ).one_or_none()
        if code is not None and code.used_by == said.job_id:
            return Report()  # an earlier attempt came so far and no further
        there = _place(connection, said.conversation_id)
        if there is None:
            return LinkRefusal("unavailable")
        if wait := _wait(connection, there.account_id, now):
            return LinkRefusal("busy", wait)
        here = None if code is None else _place(connection, code.conversation_id)
        reason = _refusal(code, here, now)
        if reason or code is None or here is None:
            refusal = {"id": self._ids.new(), "account_id": there.account_id, "at": now}
            connection.execute(_refusals.insert(), refusal)
            return LinkRefusal(reason)
        if here.person_id == there.person_id:
            return LinkRefusal("own" if here.conversation_id == there.conversation_id else "same")
        held = lock_everybody_of(connection, {here.person_id, there.person_id})
        _see_unmoved(connection, here, there)
        mark = sa.update(_codes).where(_codes.c.digest == said.digest).values(used_by=said.job_id)
        connection.execute(mark)
        return self._join(connection, (here, held[here.person_id]), (there, held[there.person_id]), now)

    def _join(
        self,
        connection: sa.Connection,
        staying: tuple[_Place, sa.Row[Any]],
        going: tuple[_Place, sa.Row[Any]],
        now: datetime,
    ) -> Report:
        (here, stayer), (there, goer) = staying, going
        state, other = self._state(stayer), self._state(goer)
        whole = joined(state, other, here.connection, there.connection)
        _hand_over(connection, stayer.id, goer.id)
        gone = {"merged_into": stayer.id, "state": None, "conversation_id": None, "chosen_conversation_id": None}
        _change(connection, goer.id, **gone, **profile_of(Person()), updated_at=now)
        connection.execute(sa.update(_people).where(_people.c.merged_into == goer.id).values(merged_into=stayer.id))
        _change(
            connection,
            stayer.id,
            state=self._sealed(stayer, whole),
            next_seq=max(stayer.next_seq, goer.next_seq),
            conversation_id=there.conversation_id,
            chosen_conversation_id=whole.chosen,
            stopped=whole.stopped,
            updated_at=now,
            **profile_of(whole.person),
        )
        ended = superseded(state, other)
        return self._told(
            connection,
            now,
            (here, stayer.id, PeopleLinked(self._ids.new(), True, there.connection, ended)),
            (there, stayer.id, PeopleLinked(self._ids.new(), False, here.connection)),
        )

    # -- parting -----------------------------------------------------------------------------

    def _part(
        self, connection: sa.Connection, person_id: UUID, conversation_id: UUID, now: datetime
    ) -> LinkRefusal | Report:
        whole_id = survivor(connection, person_id)
        whole = lock_everybody_of(connection, {whole_id}).get(whole_id)
        place = _place(connection, conversation_id)
        if whole is None or place is None or place.person_id != whole_id:
            return Report()  # it stands on its own already
        state = self._state(whole)
        left = tuple(one for one in state.connections if one.id != place.conversation_id)
        if not left or not (staying := _place(connection, left[-1].id)):
            return LinkRefusal("unavailable")
        own_id = self._make_own(connection, state, whole, place, now=now)
        connection.execute(sa.update(_identities).where(_identities.c.id == place.identity_id).values(person_id=own_id))
        chosen = state.chosen if state.chosen != place.conversation_id else None
        rest = replace(
            state,
            connections=left if left[1:] else (),
            chosen=chosen if left[1:] else None,
            reply_until=channels.reply_until(left, chosen),
        )
        moved = sa.select(_conversations.c.id).where(_conversations.c.identity_id == place.identity_id)
        gone = set(connection.execute(moved).scalars())
        _change(
            connection,
            whole_id,
            state=self._sealed(whole, rest),
            conversation_id=staying.conversation_id if whole.conversation_id in gone else whole.conversation_id,
            chosen_conversation_id=rest.chosen,
            parted=True,
            updated_at=now,
        )
        return self._told(
            connection,
            now,
            (place, own_id, ChatParted(self._ids.new(), place.connection, here=True)),
            (staying, whole_id, ChatParted(self._ids.new(), place.connection, here=False)),
        )

    def _make_own(
        self, connection: sa.Connection, state: State, whole: sa.Row[Any], place: _Place, *, now: datetime
    ) -> UUID:
        """Make the person whom a chat belongs to from now on: known by name, and with nothing behind them."""
        own_id, person = self._ids.new(), state.person
        key = self._sealer.new_key(own_id)
        until = next(one.reply_until for one in state.connections if one.id == place.conversation_id)
        fresh = State(
            person=Person(person.name, person.language, person.zone),
            met=True,
            stopped=state.stopped,
            hinted=state.hinted,
            reply_until=until,
            reported=state.reported,
        )
        row = {
            **person_row(own_id, key, now),
            **profile_of(fresh.person),
            "state": self._sealer.seal_of(own_id, key).close(fresh.to_json(), b"state"),
            # Numbers of messages rise within a conversation, whoever it belongs to.
            "next_seq": whole.next_seq,
            "conversation_id": place.conversation_id,
            "stopped": state.stopped,
        }
        connection.execute(_people.insert(), row)
        return own_id

    # -- both --------------------------------------------------------------------------------

    def _told(self, connection: sa.Connection, now: datetime, *told: tuple[_Place, UUID, Event]) -> Report:
        """Tell dialogues what happened, each in its chat."""
        batch = self._turns.batch(connection, now)
        batch.load_people(sorted({person for _, person, _ in told}))
        for place, person, event in told:
            batch.turn_to(person, place.conversation_id, place.account_id)
            batch.advance(person, event)
        return batch.close()

    def _state(self, row: sa.Row[Any]) -> State:
        return State.from_json(self._sealer.seal_of(row.id, row.data_key).open(row.state or b"", b"state"))

    def _sealed(self, row: sa.Row[Any], state: State) -> bytes:
        return self._sealer.seal_of(row.id, row.data_key).close(state.to_json(), b"state")


def _place(connection: sa.Connection, conversation_id: UUID) -> _Place | None:
    """Return a conversation and whose it is; None where it has gone with its erased person."""
    query = (
        sa.select(
            _conversations.c.id,
            _conversations.c.account_id,
            _conversations.c.identity_id,
            _identities.c.person_id,
            _accounts.c.channel,
            _accounts.c.name,
        )
        .join(_identities, _identities.c.id == _conversations.c.identity_id)
        .join(_accounts, _accounts.c.id == _conversations.c.account_id)
        .where(_conversations.c.id == conversation_id)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _Place(row)


def _see_unmoved(connection: sa.Connection, *places: _Place) -> None:
    """Look whether conversations still belong to whom they did before people were locked; raises PersonMoved."""
    for place in places:
        now = _place(connection, place.conversation_id)
        if now is None or now.person_id != place.person_id:
            raise PersonMoved


def _refusal(code: sa.Row[Any] | None, here: _Place | None, now: datetime) -> str:
    """Return why a code does not count; empty where it does."""
    if code is None or here is None:
        return "unknown"
    if code.used_by is not None:
        return "used"
    return "expired" if now >= code.expires_at else ""


def _wait(connection: sa.Connection, account_id: UUID, now: datetime) -> timedelta:
    """Return for how long no code is looked at that is said at an account; mostly nothing."""
    query = sa.select(sa.func.count(), sa.func.min(_refusals.c.at)).where(
        _refusals.c.account_id == account_id, _refusals.c.at > now - REFUSALS_COUNT
    )
    count, first_at = connection.execute(query).one()
    return first_at + REFUSALS_COUNT - now if count >= MOST_REFUSALS else timedelta()


def _forget_what_is_old(connection: sa.Connection, now: datetime) -> None:
    for table, key, moment, kept in (
        (_codes, _codes.c.digest, _codes.c.expires_at, _CODES_KEPT),
        (_refusals, _refusals.c.id, _refusals.c.at, REFUSALS_COUNT),
    ):
        # Each takes what nobody else takes at the same moment, or two would wait for each other in a circle.
        old = sa.select(key).where(moment < now - kept).order_by(key).limit(_MOST_FORGOTTEN)
        connection.execute(sa.delete(table).where(key.in_(old.with_for_update(skip_locked=True))))


def _hand_over(connection: sa.Connection, stayer: UUID, goer: UUID) -> None:
    """Give one person what may change of another's; the timers of executions are set anew by the turn that follows."""
    both = _timers.c.person_id.in_((stayer, goer))
    connection.execute(sa.delete(_timers).where(both, _timers.c.key.like("execution:%")))
    taken = sa.select(_timers.c.key).where(_timers.c.person_id == stayer)
    connection.execute(sa.delete(_timers).where(_timers.c.person_id == goer, _timers.c.key.in_(taken)))
    for table in (_timers, _executions, _identities):
        connection.execute(sa.update(table).where(table.c.person_id == goer).values(person_id=stayer))
    _join_memberships(connection, stayer, goer)
    hand_tags_over(connection, stayer, goer)


def _join_memberships(connection: sa.Connection, stayer: UUID, goer: UUID) -> None:
    """Let a person have one membership: their own, else the other's; the other number is nobody's from then on."""
    theirs = sa.update(_members).where(_members.c.person_id == goer)
    if connection.execute(sa.select(_members.c.person_id).where(_members.c.person_id == stayer)).scalar():
        connection.execute(theirs.values(opted_in=False, streak=0, alive_until=None))
    else:
        connection.execute(theirs.values(person_id=stayer))


def _change(connection: sa.Connection, person_id: UUID, **values: Any) -> None:
    connection.execute(sa.update(_people).where(_people.c.id == person_id).values(**values))
