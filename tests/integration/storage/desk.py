"""What the tests of storage stand on: a migrated database, and everything that takes messages in over it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from conversations.effects import ClearTimer, Effect, RecordFact, Say, SetTimer
from conversations.engine import Engine
from conversations.events import Event, MessageReceived, TimerFired
from conversations.scene import Turn
from conversations.state import State
from core import errors
from core.history import Thread
from core.messages import Content, InboundKind, InboundMessage
from storage import tables
from storage.accounts import Accounts
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.history import History
from storage.intake import Intake
from storage.migrations import pending, upgrade
from storage.sealing import Sealer
from storage.turns import Arrival, Report, Turns
from tests.integration.edge import Clock, Hints, Ids, NoWorkflows

MASTER = b"m" * 32


class Parrot(Engine):
    """An engine that repeats what it hears and remembers all of it, so that each turn leaves a trace.

    `poison` raises, `away` finds no database, `in N` sets a timer that is due in N seconds, `never N` clears it, and
    `note W` records W as a fact.
    """

    def __init__(self) -> None:
        super().__init__(NoWorkflows())

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        match event:
            case MessageReceived(message=message):
                word = message.text
            case TimerFired(key=key):
                word = f"fired:{key}"
            case _:
                raise AssertionError(f"the parrot was not taught {event}")
        if "poison" in word:
            raise RuntimeError("the engine cannot digest this")
        if word == "away":
            raise errors.StorageUnavailable
        heard = " ".join(filter(None, (state.person.profile.get("heard", ""), word)))
        wanted: list[Effect] = [Say(Content(f"re: {word}"))]
        match word.split():
            case ["in", seconds] if seconds.isdecimal():
                wanted.append(SetTimer(f"timer:{word}", now + timedelta(seconds=int(seconds))))
            case ["never", seconds]:
                wanted.append(ClearTimer(f"timer:in {seconds}"))
            case ["note", fact]:
                wanted.append(RecordFact("noted", None, {"words": fact}))
            case _:
                pass
        return Turn(replace(state, person=replace(state.person, profile={"heard": heard})), tuple(wanted))


def text(key: str, words: str, who: str = "7", **changes: Any) -> InboundMessage:
    """Return what a person wrote in their private chat."""
    message = InboundMessage(key, "telegram", "default", who, who, InboundKind.TEXT, words)
    return replace(message, **changes)


class Desk:
    """A migrated database with one account, and everything that takes messages in over it.

    Args:
        url: Where the database is.
        engine: What turns are made with; a `Parrot` where none is given.
        sealer: The keys; always the same ones where none is given.
    """

    def __init__(self, url: str, engine: Engine | None = None, sealer: Sealer | None = None) -> None:
        self.url = url
        self.database = Database(url)
        if pending(self.database):
            upgrade(self.database)
        self.clock = Clock()
        self.ids = Ids()
        self.sealer = sealer or Sealer(MASTER)
        self.hints = Hints()
        self.accounts = Accounts(self.database, self.sealer, self.ids, self.clock)
        self.dead_letters = DeadLetters(self.database, self.sealer, self.ids, self.clock)
        self.turns = Turns(engine or Parrot(), self.sealer, self.ids)
        self.history = History(self.database, self.sealer)
        self.batches: list[tuple[int, Report]] = []
        self.account = self.accounts.id_of("telegram", "default")

    def intake(self) -> Intake:
        return Intake(
            self.database,
            self.turns,
            self.accounts,
            self.dead_letters,
            hints=self.hints,
            clock=self.clock,
            observe=lambda count, report: self.batches.append((count, report)),
        )

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Intake]:
        """Run an intake for the length of a `with` block."""
        intake = self.intake()
        intake.start()
        try:
            yield intake
        finally:
            intake.stop()

    async def hear(self, *messages: InboundMessage) -> None:
        """Take messages in, one request after another."""
        async with self.open() as intake:
            for message in messages:
                await intake.take([message])

    def take(self, *messages: InboundMessage) -> Report:
        """Take messages in as one batch."""
        with self.database.write() as connection:
            arrivals = [Arrival(self.account, message) for message in messages]
            return self.turns.take(connection, arrivals, self.clock.now())

    def fire(self, most: int = 100) -> Report:
        with self.database.write() as connection:
            return self.turns.fire(connection, self.clock.now(), most)

    # -- what came of it -------------------------------------------------------------------------

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(table)))

    def count(self, table: sa.Table) -> int:
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0)

    def said(self, who: str = "7", chat: str = "", *, inbound: bool = True) -> list[str]:
        """Return what the history holds of one side of a conversation, in order."""
        entries = self.history.since(Thread("telegram", "default", who, chat or who), 0, 100_000)
        return [entry.text for entry in entries if entry.inbound is inbound]

    def state(self, who: str = "7") -> State:
        """Return where a person's dialogue stands."""
        found = (
            sa.select(tables.people)
            .join(tables.identities, tables.identities.c.person_id == tables.people.c.id)
            .where(tables.identities.c.address == who)
        )
        with self.database.read() as connection:
            row = connection.execute(found).one()
        return State.from_json(self.sealer.seal_of(row.id, row.data_key).open(row.state, b"state"))

    def heard(self, who: str = "7") -> list[str]:
        """Return what a `Parrot` remembers of one person, in order."""
        return self.state(who).person.profile.get("heard", "").split()

    def letters(self) -> list[tuple[str, str]]:
        """Return the key and reason of each dead letter."""
        return [(letter.key, letter.reason) for letter in reversed(self.dead_letters.newest(1000))]

    def letter_texts(self) -> list[str]:
        """Return the words of each buried message."""
        found = [orjson.loads(self.dead_letters.body(letter.id)) for letter in self.dead_letters.newest(1000)]
        return [body.get("text", "") for body in reversed(found)]

    def close(self) -> None:
        self.database.close()


def everything_in(url: str) -> bytes:
    """Return every byte that a database keeps: the files of SQLite, every column of PostgreSQL."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(str(address.database))
        return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))
    database = Database(url)
    kept = []
    with database.read() as connection:
        for name in sa.inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'select * from "{name}"'):
                kept += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    database.close()
    return b"\n".join(kept)
