"""What the workers' tests stand on: a database with people in it, and a channel that does as it is told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from bots.adapter import Fetched, Request, Response
from conversations.effects import RecordFact, Say
from conversations.engine import Engine
from conversations.events import Event, JobFinished, TimerFired
from conversations.scene import Turn
from conversations.state import State
from core.forecast import DEFAULT_PRICES, Prices
from core.media import Attachment
from core.messages import Capabilities, Content, InboundMessage, OnUnknown, OutboundMessage, Priority, SendReceipt
from storage import tables
from storage.accounts import Accounts
from storage.bodies import content_from, outbound_body
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.forwarding import Forwarding
from storage.jobs import Jobs
from storage.leases import Leases
from storage.media import Media
from storage.media_store import MediaStore
from storage.outbox import Outbox
from storage.pausing import Pausing
from storage.sealing import Sealer
from storage.turns import Turns
from storage.uploads import Uploads
from tests.integration.edge import Clock, Hints, Ids, NoWorkflows
from workers.books import Books
from workers.detours import Detours
from workers.gate import Gate
from workers.job_runner import JobPorts, JobRunner
from workers.jobs.kind import JobKind
from workers.lanes import Limits
from workers.sender import Sender, SenderPorts
from workers.verdict import Verdict

Answer = Callable[[OutboundMessage], Awaitable[SendReceipt]]


class Speaking(Engine):
    """Says the key of every timer and job that ends, so that a test can count them.

    A key that begins with `poison` makes a row that no database takes.
    """

    def __init__(self) -> None:
        super().__init__(NoWorkflows())

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        if not isinstance(event, (TimerFired, JobFinished)):
            return super().advance(state, event, now)
        if event.key.startswith("poison"):
            return Turn(state, (RecordFact(None),))  # type: ignore[arg-type] # the database refuses it
        words = event.key
        if isinstance(event, JobFinished):
            words = orjson.dumps([event.key, event.succeeded, event.result]).decode()
        return Turn(state, (Say(Content(words)),))


class Channel:
    """An adapter that remembers what it sent and answers as the test says."""

    channel = "telegram"

    def __init__(
        self, account: str = "default", answer: Answer | None = None, able: Capabilities | None = None
    ) -> None:
        self.account = account
        self.capabilities = able or Capabilities(text_limit=4096)
        self.sent: list[OutboundMessage] = []
        self.answer = answer
        self.files: dict[str, bytes | Exception] = {}

    @property
    def texts(self) -> list[str]:
        return [message.content.text for message in self.sent]

    def verify(self, request: Request, now: datetime) -> None:
        raise AssertionError("the workers verify nothing")

    def parse(self, request: Request) -> Sequence[InboundMessage]:
        raise AssertionError("the workers parse nothing")

    def acknowledge(self, request: Request) -> Response:
        raise AssertionError("the workers acknowledge nothing")

    async def send(self, message: OutboundMessage) -> SendReceipt:
        self.sent.append(message)
        if self.answer is not None:
            return await self.answer(message)
        await asyncio.sleep(0)
        return SendReceipt((str(len(self.sent)),))

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        found = self.files[attachment.ref]
        if isinstance(found, Exception):
            raise found
        return Fetched(found, attachment.mime, attachment.name)


@dataclass(frozen=True)
class Talk:
    """A person and their conversation."""

    person: UUID
    conversation: UUID
    account: UUID
    chat: str


class Rig:
    """A database with accounts and people, and everything that works on it."""

    def __init__(self, url: str) -> None:
        self.admins: list[tuple[str, str]] = []
        self.channels: dict[UUID, Channel] = {}
        self.database = Database(url)
        self.clock = Clock()
        self.ids = Ids()
        self.sealer = Sealer(b"m" * 32)
        self.hints = Hints()
        self.accounts = Accounts(self.database, self.sealer, self.ids, self.clock)
        self.dead_letters = DeadLetters(self.database, self.sealer, self.ids, self.clock)
        self.turns = Turns(Speaking(), self.sealer, self.ids)
        self.outbox = Outbox(self.sealer)
        self.forwarding = Forwarding(self.sealer, self.ids)
        self.detours = Detours(self.forwarding, self.channels.get)
        self.pausing = Pausing(self.database, self.forwarding, self.clock, self.admins)
        self.books = Books(self.turns, self.pausing, self.dead_letters, self.detours)
        self.jobs = Jobs(self.sealer)
        self.leases = Leases(self.database, self.clock)
        self.store = MediaStore("memory:///")
        self.media = Media(self.database, self.sealer, self.store, self.clock)
        self.uploads = Uploads(self.database, self.sealer, self.store, self.clock)
        self.outcomes: list[tuple[str, str]] = []
        self._runners: list[JobRunner] = []
        self.verdicts: list[Verdict] = []
        self._seq: dict[UUID, int] = {}
        tables.metadata.create_all(self.database.engine)
        self.account = self.add_account()

    @property
    def channel(self) -> Channel:
        return self.channels[self.account]

    def add_account(self, name: str = "default") -> UUID:
        if name != "default":
            self.accounts.put("telegram", name, {"token": "made up"})
        account_id = self.accounts.id_of("telegram", name)
        self.channels[account_id] = Channel(name)
        return account_id

    def meet(self, chat: str, account: UUID | None = None, state: State | None = None) -> Talk:
        """Make a person with a conversation."""
        account = account or self.account
        person, identity, conversation = self.ids.new(), self.ids.new(), self.ids.new()
        key, now = self.sealer.new_key(person), self.clock.now()
        sealed = self.sealer.seal_of(person, key).close((state or State()).to_json(), b"state")
        words = dict.fromkeys(("language", "zone", "goal", "market", "skill_level", "country"), "")
        with self.database.write() as connection:
            connection.execute(
                tables.people.insert().values(
                    id=person,
                    data_key=key,
                    state=sealed,
                    next_seq=1000,
                    conversation_id=conversation,
                    created_at=now,
                    updated_at=now,
                    **words,
                )
            )
            connection.execute(
                tables.identities.insert().values(
                    id=identity, person_id=person, account_id=account, address=f"a{chat}", created_at=now
                )
            )
            connection.execute(
                tables.conversations.insert().values(
                    id=conversation, identity_id=identity, account_id=account, chat=chat, created_at=now
                )
            )
        return Talk(person, conversation, account, chat)

    def say(
        self,
        talk: Talk,
        *texts: str,
        priority: Priority = Priority.REPLY,
        on_unknown: OnUnknown = OnUnknown.SEND_AGAIN,
        tap_id: str = "",
        purpose: str = "",
    ) -> list[UUID]:
        """Put messages into a conversation's outbox."""
        with self.database.write() as connection:
            return [
                self._say(
                    connection, talk, Content(text, purpose=purpose), priority, on_unknown=on_unknown, tap_id=tap_id
                )
                for text in texts
            ]

    def _say(
        self,
        connection: sa.Connection,
        talk: Talk,
        content: Content,
        priority: Priority,
        *,
        on_unknown: OnUnknown,
        tap_id: str,
    ) -> UUID:
        message, now = self.ids.new(), self.clock.now()
        seq = self._seq[talk.conversation] = self._seq.get(talk.conversation, 0) + 1
        row = connection.execute(sa.select(tables.people).where(tables.people.c.id == talk.person)).one()
        if not tap_id:
            seal = self.sealer.seal_of(talk.person, row.data_key)
            body = seal.close(outbound_body(content), b"message" + message.bytes)
            connection.execute(
                tables.messages.insert().values(
                    id=message,
                    conversation_id=talk.conversation,
                    person_id=talk.person,
                    seq=seq,
                    inbound=False,
                    kind="reply",
                    at=now,
                    key="",
                    body=body,
                )
            )
        connection.execute(
            tables.outbox.insert().values(
                id=message,
                conversation_id=talk.conversation,
                account_id=talk.account,
                seq=seq,
                priority=int(priority),
                status="queued",
                on_unknown=on_unknown.value,
                tap_id=tap_id,
                notice=content.text if tap_id else "",
                created_at=now,
                next_attempt_at=now,
                attempts=0,
                parts_sent=0,
                external_ids="",
                error="",
            )
        )
        return message

    def hear(self, talk: Talk, ago: timedelta = timedelta()) -> None:
        """Let a person have written in a conversation."""
        message, at = self.ids.new(), self.clock.now() - ago
        with self.database.write() as connection:
            seq = self._seq[talk.conversation] = self._seq.get(talk.conversation, 0) + 1
            values = {"id": message, "conversation_id": talk.conversation, "person_id": talk.person, "seq": seq}
            more = {"inbound": True, "kind": "text", "at": at, "key": str(message), "body": b"sealed"}
            connection.execute(tables.messages.insert().values(**values, **more))

    def also_at(self, talk: Talk, account: UUID, chat: str, *, private: bool = True) -> Talk:
        """Give a person one more conversation."""
        identity, conversation, now = self.ids.new(), self.ids.new(), self.clock.now()
        with self.database.write() as connection:
            who = {"id": identity, "person_id": talk.person, "account_id": account, "address": f"a{chat}"}
            connection.execute(tables.identities.insert().values(**who, created_at=now))
            where = {"id": conversation, "identity_id": identity, "account_id": account, "chat": chat}
            connection.execute(tables.conversations.insert().values(**where, private=private, created_at=now))
        return Talk(talk.person, conversation, account, chat)

    def sender(self, limits: Limits | None = None, wake: asyncio.Event | None = None) -> Sender:
        ports = SenderPorts(
            database=self.database,
            outbox=self.outbox,
            books=self.books,
            gate=Gate(self.database, self.books, self.detours, self.channels.get),
            adapter_of=self.channels.get,
            clock=self.clock,
            hints=self.hints,
            observe=self.verdicts.append,
        )
        return Sender(ports, limits, wake)

    def set_timer(self, talk: Talk, key: str, due_at: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(tables.timers.insert().values(person_id=talk.person, key=key, due_at=due_at))

    def add_job(self, talk: Talk, kind: str, key: str = "job", payload: Mapping[str, Any] | None = None) -> UUID:
        job, now = self.ids.new(), self.clock.now()
        with self.database.write() as connection:
            query = sa.select(tables.people.c.data_key).where(tables.people.c.id == talk.person)
            seal = self.sealer.seal_of(talk.person, connection.execute(query).scalar())
            connection.execute(
                tables.jobs.insert().values(
                    id=job,
                    person_id=talk.person,
                    kind=kind,
                    key=key,
                    payload=seal.close(orjson.dumps(payload or {}), b"job" + job.bytes),
                    status="queued",
                    attempts=0,
                    created_at=now,
                    next_attempt_at=now,
                    error="",
                )
            )
        return job

    def runner(self, *kinds: JobKind, prices: Prices = DEFAULT_PRICES) -> JobRunner:
        ports = JobPorts(
            database=self.database,
            jobs=self.jobs,
            turns=self.turns,
            dead_letters=self.dead_letters,
            media=self.media,
            find_adapter=lambda channel, account: self.channels.get(self.accounts.id_of(channel, account)),
            clock=self.clock,
            ids=self.ids,
            hints=self.hints,
            observe=lambda kind, outcome: self.outcomes.append((kind, outcome)),
            prices=prices,
        )
        self._runners.append(JobRunner(ports, {kind.name: kind for kind in kinds}))
        return self._runners[-1]

    def said(self) -> list[str]:
        """Return the words of everything in the outbox, in order."""
        query = (
            sa.select(tables.messages, tables.people.c.data_key)
            .join(tables.outbox, tables.outbox.c.id == tables.messages.c.id)
            .join(tables.people, tables.people.c.id == tables.messages.c.person_id)
            .order_by(tables.outbox.c.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        seals = [(row, self.sealer.seal_of(row.person_id, row.data_key)) for row in rows]
        return [content_from(seal.open(row.body, b"message" + row.id.bytes)).text for row, seal in seals]

    def row(self, message: UUID) -> sa.Row[tuple[object, ...]]:
        """Return a message's row of the outbox."""
        with self.database.read() as connection:
            return connection.execute(sa.select(tables.outbox).where(tables.outbox.c.id == message)).one()

    def rows(self, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(table)))

    def close(self) -> None:
        for runner in self._runners:
            runner.close()
        self.database.close()
