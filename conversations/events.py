"""Events: what happens to a person; each one makes at most one turn."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.messages import InboundMessage


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A person wrote, tapped or sent a file.

    Args:
        id: UUIDv7 of the event; an execution that it starts takes it as its own id.
        message: What came in.
    """

    id: UUID
    message: InboundMessage


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


Event = MessageReceived | TimerFired | JobFinished | SignalRaised
