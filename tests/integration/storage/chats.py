"""People who write in several chats: the engine with its workflows, the database, and a worker for what is slow."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from conversations.engine import Engine
from conversations.link_codes import digest_of, read_code
from conversations.state import State
from core.history import HistoryEntry, Thread
from core.messages import InboundKind, InboundMessage, OutboundMessage
from storage import tables
from storage.audit import Audit
from storage.erasure import Erasure
from storage.jobs import Jobs, due_jobs
from storage.linking import Linking, LinkRefusal, SaidCode
from storage.media import Media
from storage.media_store import MediaStore
from storage.outbox import Outbox, Wish
from storage.sealing import Sealer
from storage.turns import Arrival, Report
from storage.uploads import Uploads
from tests.integration.storage.desk import Desk
from tests.unit.conversations.stage import Shelf, flow
from workers.job_runner import JobPorts, JobRunner
from workers.jobs import JOBS

SELLING = flow(
    "selling",
    {"ask": "niche", "text": "Which niche?"},
    {"do": "pack", "text": "Make the {{ niche }} pack.", "tips": {"20m": "Five are enough."}},
    {"ask": "sum", "text": "What did it bring?"},
    title="Sell a pack",
)
WELCOME = flow(
    "welcome", {"ask": "name", "text": "What shall I call you?", "save": "name"}, {"ask": "city", "text": "Which city?"}
)
HABIT = flow("habit", {"wait": "rest", "for": "2d"}, {"ask": "how", "text": "How was it?"}, title="A habit")
CHANNELS = ("telegram", "web", "whatsapp", "slack")


class Chats(Desk):
    """A database with several channels, at which the same people write.

    Args:
        url: Where the database is.
        sealer: The keys; always the same ones where none is given.
    """

    def __init__(self, url: str, sealer: Sealer | None = None) -> None:
        super().__init__(url, Engine(Shelf(SELLING, WELCOME, HABIT)), sealer)
        self.at = {channel: self.accounts.id_of(channel, "default") for channel in CHANNELS}
        self.media = Media(self.database, self.sealer, MediaStore("memory:///"), self.clock)
        self.erasure = Erasure(
            self.database,
            self.sealer,
            media=self.media,
            uploads=Uploads(self.database, self.sealer, MediaStore("memory:///"), self.clock),
            audit=Audit(self.ids),
            clock=self.clock,
        )
        self.linking = Linking(
            self.database, self.turns, sealer=self.sealer, ids=self.ids, clock=self.clock, hints=self.hints
        )
        ports = JobPorts(
            database=self.database,
            jobs=Jobs(self.sealer),
            turns=self.turns,
            dead_letters=self.dead_letters,
            media=self.media,
            find_adapter=lambda channel, account: None,
            clock=self.clock,
            ids=self.ids,
            hints=self.hints,
        )
        self.runner = JobRunner(ports, JOBS)

    def close(self) -> None:
        self.runner.close()
        super().close()

    # -- what people do --------------------------------------------------------------------------

    def write(self, channel: str, words: str = "", who: str = "asha", **changes: Any) -> Report:
        """Take in what somebody writes on a channel, in a batch of its own."""
        with self.database.write() as connection:
            return self.turns.take(connection, [self.arrival(channel, words, who, **changes)], self.clock.now())

    def arrival(self, channel: str, words: str = "", who: str = "asha", **changes: Any) -> Arrival:
        fields = {"kind": InboundKind.TEXT, "text": words, "address": who, "chat": who, **changes}
        message = InboundMessage(key=str(self.ids.new()), channel=channel, account="default", **fields)
        return Arrival(self.at[channel], message)

    def say(self, channel: str, words: str = "", who: str = "asha", **changes: Any) -> list[str]:
        """Write on a channel, have the work done that follows, and return what is said there."""
        before = len(self.heard_at(channel, who))
        self.write(channel, words, who, **changes)
        self.work()
        return self.heard_at(channel, who)[before:]

    def tap(self, channel: str, title: str, who: str = "asha") -> list[str]:
        """Tap the newest button with this title."""
        buttons = [button for entry in self.entries(channel, who) for button in entry.buttons]
        payload = next(button.payload for button in reversed(buttons) if button.title == title)
        return self.say(channel, title, who, kind=InboundKind.TAP, payload=payload)

    def work(self) -> None:
        """Do every job that is due."""
        while True:
            with self.database.read() as connection:
                tickets = due_jobs(connection, self.clock.now(), 100)
            if not tickets:
                return
            for ticket in tickets:
                self.runner.run(ticket.id)

    def code(self, channel: str, who: str = "asha") -> str:
        """Ask for a code."""
        found = re.search(r"link (\S+)$", self.say(channel, "/link", who)[-1], re.MULTILINE)
        assert found is not None
        assert read_code(found[1]) == found[1]
        return found[1]

    def link(self, giver: str, taker: str, who: str = "asha", other: str = "asha") -> list[str]:
        """Link two channels, and return what is said where the code was said."""
        return self.say(taker, f"/link {self.code(giver, who)}", other)

    def redeem(self, channel: str, digest: str, who: str = "asha") -> LinkRefusal | None:
        """Try a code as a job of its own would, without a dialogue that rations tries."""
        return self.linking.link(SaidCode(self.ids.new(), self.conversation(channel, who), digest))

    def said_code(self, job: UUID, channel: str, code: str) -> SaidCode:
        """Return what a job knows of a code that was said on a channel."""
        return SaidCode(job, self.conversation(channel), digest_of(code))

    def later(self, **duration: float) -> None:
        """Let time go by, and fire what is due."""
        self.clock.ahead += timedelta(**duration)
        while self.fire().fired:
            pass

    # -- what came of it -------------------------------------------------------------------------

    def entries(self, channel: str, who: str = "asha") -> Sequence[HistoryEntry]:
        return self.history.since(Thread(channel, "default", who, who), 0, 100_000)

    def heard_at(self, channel: str, who: str = "asha") -> list[str]:
        """Return what was said to somebody on a channel, oldest first."""
        return [entry.text for entry in self.entries(channel, who) if not entry.inbound]

    def written_at(self, channel: str, who: str = "asha") -> list[str]:
        return [entry.text for entry in self.entries(channel, who) if entry.inbound]

    def person(self, channel: str, who: str = "asha") -> UUID:
        """Return who stands behind an address."""
        return UUID(str(self._identity(channel, who).person_id))

    def conversation(self, channel: str, who: str = "asha") -> UUID:
        query = sa.select(tables.conversations.c.id).where(
            tables.conversations.c.identity_id == self._identity(channel, who).id, tables.conversations.c.chat == who
        )
        with self.database.read() as connection:
            return UUID(str(connection.execute(query).scalar_one()))

    def _identity(self, channel: str, who: str) -> Any:
        query = sa.select(tables.identities).where(
            tables.identities.c.account_id == self.at[channel], tables.identities.c.address == who
        )
        with self.database.read() as connection:
            return connection.execute(query).one()

    def row(self, person: UUID) -> Any:
        with self.database.read() as connection:
            return connection.execute(sa.select(tables.people).where(tables.people.c.id == person)).one()

    def state_of(self, person: UUID) -> State:
        row = self.row(person)
        return State.from_json(self.sealer.seal_of(row.id, row.data_key).open(row.state, b"state"))

    def dialogue(self, channel: str, who: str = "asha") -> State:
        return self.state_of(self.person(channel, who))

    def timers(self) -> dict[tuple[UUID, str], Any]:
        return {(row.person_id, row.key): row.due_at for row in self.rows(tables.timers)}

    def claim(self, refusal: str = "") -> list[OutboundMessage]:
        """Claim everything that waits to be sent, as a sender would; it is as good as this or too old."""
        found: list[OutboundMessage] = []
        for number in range(1000):
            wish = Wish(f"test-{self.ids.new()}-{number}", timedelta(minutes=1), 100)
            with self.database.write() as connection:
                claimed = Outbox(self.sealer).claim(connection, wish, self.clock.now())
                assert {one.refusal for one in claimed} <= {refusal, "expired"}
                ids = [one.message.id for one in claimed]
                settled = {"settled_at": self.clock.now(), "lease_owner": None, "status": "wired"}
                connection.execute(sa.update(tables.outbox).where(tables.outbox.c.id.in_(ids)).values(**settled))
            if not claimed:
                return found
            found += [one.message for one in claimed]
        raise AssertionError("the outbox never gets empty")
