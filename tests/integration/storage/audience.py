"""A crowd for tests of broadcasts: people in a database of each kind, and an admin who speaks to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from conversations import purposes
from conversations.state import State
from core.broadcasts import Act, BroadcastStatus
from core.messages import Capabilities, Content
from core.people import Person
from storage import tables
from storage.bodies import content_from
from storage.broadcast_copies import BroadcastResults
from storage.broadcasts import Broadcasts, Draft
from tests.integration.storage.desk import Desk

LIMITS = {"telegram": Capabilities(4096), "whatsapp": Capabilities(1600, reply_window=timedelta(hours=24))}


def able(channel: str, account: str) -> Capabilities | None:
    """Return what the channels of these tests can carry; nobody sends for any other."""
    return LIMITS.get(channel)


def always() -> bool:
    return True


class Crowd:
    """People at a desk, and an admin who speaks to them.

    Args:
        desk: Where they are.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.broadcasts = self.broadcasts_at(desk)
        self.at = {channel: desk.accounts.id_of(channel, "default") for channel in ("telegram", "whatsapp", "web")}
        self.admin = self.add(1)[0]

    @staticmethod
    def broadcasts_at(desk: Desk) -> Broadcasts:
        return Broadcasts(desk.database, desk.sealer, desk.ids, desk.clock)

    def add(
        self, count: int, channel: str = "telegram", state: State | None = None, zone: str = "UTC", **profile: Any
    ) -> list[UUID]:
        """Add people with one chat each; return their ids."""
        people: list[dict[str, Any]] = []
        identities: list[dict[str, Any]] = []
        conversations: list[dict[str, Any]] = []
        now, state = self.desk.clock.now(), state or State()
        for _ in range(count):
            person, identity, conversation = (self.desk.ids.new() for _ in range(3))
            key = self.desk.sealer.new_key(person)
            own = replace(state, person=Person(f"P{len(people)}", zone=zone))
            sealed = self.desk.sealer.seal_of(person, key).close(own.to_json(), b"state")
            words = {**dict.fromkeys(("goal", "market", "skill_level", "country"), ""), "language": "en", **profile}
            people.append(
                {
                    "id": person,
                    "data_key": key,
                    "state": sealed,
                    "next_seq": 1,
                    "conversation_id": conversation,
                    "zone": zone,
                    "created_at": now,
                    "updated_at": now,
                    "stopped": state.stopped,
                    **words,
                }
            )
            chat = str(person.int % 10**15)
            identities.append(
                {
                    "id": identity,
                    "person_id": person,
                    "account_id": self.at[channel],
                    "address": chat,
                    "created_at": now,
                }
            )
            conversations.append(
                {
                    "id": conversation,
                    "identity_id": identity,
                    "account_id": self.at[channel],
                    "chat": chat,
                    "created_at": now,
                }
            )
        with self.desk.database.write() as connection:
            connection.execute(tables.people.insert(), people)
            connection.execute(tables.identities.insert(), identities)
            connection.execute(tables.conversations.insert(), conversations)
        return [row["id"] for row in people]

    def draft(self, text: str = "Hello", audience: str = "everybody", local_at: str = "") -> UUID:
        """Keep a draft of the admin."""
        broadcast_id = self.desk.ids.new()
        key = self.row(self.admin).data_key
        content = Content(text, purpose=purposes.BROADCAST)
        seal = self.desk.sealer.seal_of(self.admin, key)
        self.broadcasts.keep_draft(broadcast_id, self.admin, seal, Draft(content, audience, local_at))
        return broadcast_id

    def send(self, text: str = "Hello", audience: str = "everybody", local_at: str = "") -> UUID:
        """Keep a draft and confirm it."""
        broadcast_id = self.draft(text, audience, local_at)
        assert self.broadcasts.act(broadcast_id, Act.SEND, "test").changed
        return broadcast_id

    def write_out(self, broadcast_id: UUID) -> int:
        """Do one leg."""
        return self.broadcasts.leg(broadcast_id, able, always)

    def drain(self, most: int = 100_000, status: str = "wired") -> list[UUID]:
        """Let a sender have taken what waits and is due; return the conversations."""
        now, outbox = self.desk.clock.now(), tables.outbox
        waiting = sa.select(outbox.c.id, outbox.c.conversation_id).where(
            outbox.c.settled_at.is_(None), outbox.c.next_attempt_at <= now
        )
        with self.desk.database.write() as connection:
            found = connection.execute(waiting.order_by(outbox.c.id).limit(most)).all()
            mine = outbox.c.id.in_([row.id for row in found])
            connection.execute(sa.update(outbox).where(mine).values(settled_at=now, status=status))
        return [row.conversation_id for row in found]

    def finish(self, broadcast_id: UUID, legs: int = 100) -> None:
        """Write out and send until the broadcast is done."""
        for _ in range(legs):
            self.write_out(broadcast_id)
            self.drain()
            self.broadcasts.push()
            self.end_legs()
            if self.broadcasts.find(broadcast_id)[0].status is BroadcastStatus.DONE:
                return
        raise AssertionError("it is never done")

    def end_legs(self, status: str = "done") -> None:
        """Let the worker's jobs be over."""
        with self.desk.database.write() as connection:
            connection.execute(sa.update(tables.jobs).values(ended_at=self.desk.clock.now(), status=status))

    def told(self, broadcast_id: UUID) -> BroadcastResults:
        return self.broadcasts.find(broadcast_id)[1]

    def recipients(self, broadcast_id: UUID) -> dict[UUID, tuple[str, str]]:
        """Return where each recipient stands, and why."""
        return {
            row.person_id: (row.status, row.reason)
            for row in self.desk.rows(tables.broadcast_recipients)
            if row.broadcast_id == broadcast_id
        }

    def copies(self) -> list[UUID]:
        """Return who has a copy in their history, once for each copy."""
        return sorted(row.person_id for row in self.desk.rows(tables.messages) if row.kind == "broadcast")

    def texts(self) -> Sequence[str]:
        """Return what copies say."""
        said = []
        for row in self.desk.rows(tables.messages):
            if row.kind == "broadcast":
                person = self.row(row.person_id)
                seal = self.desk.sealer.seal_of(person.id, person.data_key)
                said.append(content_from(seal.open(row.body, b"message" + row.id.bytes)).text)
        return said

    def audited(self) -> list[str]:
        return [row.action for row in self.desk.rows(tables.audit)]

    def row(self, person: UUID) -> Any:
        with self.desk.database.read() as connection:
            return connection.execute(sa.select(tables.people).where(tables.people.c.id == person)).one()

    def change(self, person: UUID, **values: Any) -> None:
        with self.desk.database.write() as connection:
            connection.execute(sa.update(tables.people).where(tables.people.c.id == person).values(**values))

    def set_state(self, person: UUID, **changes: Any) -> None:
        """Change what a person's dialogue remembers."""
        row = self.row(person)
        seal = self.desk.sealer.seal_of(person, row.data_key)
        state = replace(State.from_json(seal.open(row.state, b"state")), **changes)
        self.change(person, state=seal.close(state.to_json(), b"state"), stopped=state.stopped)

    def hear(self, person: UUID, ago: timedelta = timedelta()) -> None:
        """Let a person have written in their chat."""
        row, at = self.row(person), self.desk.clock.now() - ago
        message = self.desk.ids.new()
        with self.desk.database.write() as connection:
            connection.execute(
                tables.messages.insert().values(
                    id=message,
                    conversation_id=row.conversation_id,
                    person_id=person,
                    seq=row.next_seq,
                    inbound=True,
                    kind="text",
                    at=at,
                    key=str(message),
                    body=b"sealed",
                )
            )
        self.change(person, next_seq=row.next_seq + 1, updated_at=max(at, row.updated_at))

    def later(self, until: datetime | None = None, **duration: float) -> None:
        """Let time go by."""
        self.desk.clock.ahead += (until - self.desk.clock.now()) if until else timedelta(**duration)
