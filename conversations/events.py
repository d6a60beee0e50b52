"""Events: what happens to a person; each one makes at most one turn."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from conversations.state import Connection
from core.ids import ConversationId, ExecutionId
from core.messages import InboundMessage


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A person wrote, tapped or sent a file.

    Args:
        id: UUIDv7 of the event; an execution that it starts takes it as its own id.
        message: What came in.
        conversation_id: In which of the person's conversations; None where nothing is stored.
        by_admin: Whether they may use the commands for admins.
    """

    id: UUID
    message: InboundMessage
    conversation_id: ConversationId | None = None
    by_admin: bool = False


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A moment that an earlier turn asked for has come.

    Args:
        id: UUIDv7 of the event.
        key: The timer's key, as given in `SetTimer`.
        due_at: When it was due, perhaps long ago.
    """

    id: UUID
    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job that an earlier turn asked for has ended.

    Args:
        id: UUIDv7 of the event.
        key: The job's key, as given in `StartJob`.
        succeeded: Whether it did what it was asked.
        result: What it found; on failure `{"reason": "..."}`.
    """

    id: UUID
    key: str
    succeeded: bool
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignalRaised:
    """Something happened elsewhere that a `wait` may wait for.

    Args:
        id: UUIDv7 of the event.
        name: For instance `order_shipped`.
        data: Plain values; a step may keep them.
    """

    id: UUID
    name: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleLinked:
    """Two chats turned out to belong to one person; the dialogue is that of both by now. Told in each of the two.

    Args:
        id: UUIDv7 of the event.
        gave: True where the code was given, False where it was said.
        other: The other one of the two chats.
        superseded: Welcomes that need not go on, since the other chat knows the person; ended when told where `gave`.
    """

    id: UUID
    gave: bool
    other: Connection
    superseded: tuple[ExecutionId, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatParted:
    """A chat was taken apart from the person's others; told there, to a new dialogue, and in one that stays.

    Args:
        id: UUIDv7 of the event.
        chat: The one that was taken apart.
        here: Whether this is its own new dialogue.
    """

    id: UUID
    chat: Connection
    here: bool


Event = MessageReceived | TimerFired | JobFinished | SignalRaised | PeopleLinked | ChatParted
