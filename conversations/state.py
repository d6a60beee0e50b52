"""State: everything that a person's dialogue remembers between two turns.

Plain data: `State.from_json(state.to_json()) == state`, always. An example of the stored form:

    {"person": {"name": "Asha", "language": "en", "zone": "Asia/Kolkata", "profile": {"market": "freelancer"}},
     "met": true, "stopped": false, "blocked": false, "hinted": false, "paused": false,
     "reply_until": "2026-11-22T07:31:10+00:00", "reported": {"zone": "Asia/Kolkata"}, "chosen": "0193…",
     "connections": [{"id": "0193…", "channel": "web", "account": "default", "reply_until": null, "closed": false}],
     "tries": ["2026-11-21T07:20:00+00:00"], "menu": {"commands": ["/workflows", "/today"], "here": "0193…"},
     "executions": [{"id": "0193…", "workflow": "prompt_selling", "version": 3, "status": "in_progress",
        "step": 1, "visit": 2, "tries": 0, "data": {}, "answers": {"niche": "design"}, "labels": {"niche": "Design"},
        "steps_completed": 1, "started_at": "2026-11-21T07:30:00+00:00", "asked_at": "2026-11-21T07:31:10+00:00",
        "wakes": [["tip", "2026-11-21T07:51:10+00:00"], ["remind", "2026-11-22T07:31:10+00:00"]]}]}

What is as it is for everybody at first, from `reply_until` on, is left out: so the release before this one
reads the dialogues of all who have no use for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from conversations.enrolments import NOTHING, Enrolment, Standing
from core.executions import ExecutionStatus
from core.ids import ConversationId, ExecutionId
from core.messages import Button
from core.people import Person
from core.sessions import DailyProtocol


@dataclass(frozen=True, slots=True)
class Wake:
    """A moment at which a step wants to be woken, and what for."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Execution:
    """One pass through one version of a workflow.

    Args:
        id: Its identity; that of the event that started it.
        workflow: Name of the workflow.
        version: The version it keeps to its end, whatever is published meanwhile.
        status: Where it stands.
        step: Index of the step that it is at.
        visit: Counts arrivals at steps; makes buttons and jobs of earlier steps void.
        tries: Answers to the current question that were not understood.
        data: What the current step remembers for itself.
        answers: What was answered, by step id; plain JSON values.
        labels: How an answer reads in the person's language, where that differs.
        steps_completed: Steps that asked something and are done.
        started_at: When it began.
        asked_at: When the person was last asked or last did something here.
        wakes: The moments at which the current step wants to be woken, earliest first.
    """

    id: ExecutionId
    workflow: str
    version: int
    status: ExecutionStatus
    step: int
    visit: int
    tries: int
    data: dict[str, Any]
    answers: dict[str, Any]
    labels: dict[str, str]
    steps_completed: int
    started_at: datetime
    asked_at: datetime
    wakes: tuple[Wake, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """One of several private chats in which the same person writes.

    Args:
        id: The conversation.
        channel: Name of its channel.
        account: Name of our account on it.
        reply_until: Until when the channel takes free text there; None for always.
        closed: Whether they blocked us there.
    """

    id: ConversationId
    channel: str
    account: str
    reply_until: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Commands that were offered together, to be answered by their numbers as well.

    Args:
        commands: What each choice gives, in the order in which they were shown, for instance `/today`.
        here: The conversation in which the person wrote then; None where it was no message that led to it.
    """

    commands: tuple[str, ...]
    here: ConversationId | None = None

    @classmethod
    def of(cls, buttons: Sequence[Button], here: ConversationId | None) -> "Menu | None":
        """Return the menu that buttons make; None where one of them answers a step's question."""
        for button in buttons:
            if not button.payload.startswith("/"):
                return None
        return cls(tuple(button.payload for button in buttons), here)


@dataclass(frozen=True, slots=True)
class State:
    """A person's dialogue between two turns.

    Args:
        person: What is known of them.
        met: Whether they have ever been greeted.
        stopped: They said stop; nothing is sent until they say start.
        blocked: They blocked us on the channel; nothing can be sent.
        hinted: Since the stop they were told once how to come back.
        paused: They asked for quiet: reminders and nudges wait for a resume.
        executions: Open ones, the one that is being talked about last.
        reply_until: Until when free text reaches them where nudges go; None for always.
        reported: What a channel said last of their name, language and zone, by field; empty where they themselves
            have said something of it since.
        connections: Their private chats, the one in which they wrote last at the end; none for a person of one chat.
        chosen: The one of them that they want nudges in; None for the one in which they wrote last.
        tries: When they tried codes of `/link`, as far as that still counts.
        menu: What they were asked last, if that was a menu of commands; None where it was a step's question.
        enrolments: Their standing relations to workflows, in the order in which they enrolled.
        standing: What is kept for nudges beside them.
        protocol: What their daily protocol remembers; None for somebody who has none.
        broadcasting: What an admin was asked for a broadcast, as `conversations/broadcasting.py` describes it.
    """

    person: Person = field(default_factory=Person)
    met: bool = False
    stopped: bool = False
    blocked: bool = False
    hinted: bool = False
    paused: bool = False
    executions: tuple[Execution, ...] = ()
    reply_until: datetime | None = None
    reported: dict[str, str] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    chosen: ConversationId | None = None
    tries: tuple[datetime, ...] = ()
    menu: Menu | None = None
    enrolments: tuple[Enrolment, ...] = ()
    standing: Standing = NOTHING
    protocol: DailyProtocol | None = None
    broadcasting: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the stored form."""
        return orjson.dumps(
            {
                "person": self.person,
                "met": self.met,
                "stopped": self.stopped,
                "blocked": self.blocked,
                "hinted": self.hinted,
                "paused": self.paused,
                "executions": [_execution_to_plain(execution) for execution in self.executions],
                **{name: _plain(value) for name in _READ if (value := getattr(self, name))},
            }
        )

    @classmethod
    def from_json(cls, stored: bytes) -> "State":
        """Read the stored form.

        Raises:
            ValueError: It is not one.
        """
        plain = orjson.loads(stored)
        plain["person"] = Person(**plain["person"])
        plain["executions"] = tuple(_execution_from_plain(one) for one in plain["executions"])
        for name in _READ.keys() & plain.keys():
            plain[name] = _READ[name](plain[name])
        return cls(**plain)


def _plain(value: Any) -> Any:
    return value.to_plain() if isinstance(value, DailyProtocol) else value


def _connection_from_plain(plain: dict[str, Any]) -> Connection:
    plain["id"] = ConversationId(UUID(plain["id"]))
    plain["reply_until"] = plain["reply_until"] and datetime.fromisoformat(plain["reply_until"])
    return Connection(**plain)


def _menu_from_plain(plain: dict[str, Any]) -> Menu:
    here = plain["here"]
    return Menu(tuple(plain["commands"]), None if here is None else ConversationId(UUID(here)))


_READ: dict[str, Callable[[Any], Any]] = {
    "reply_until": datetime.fromisoformat,
    "reported": dict,
    "connections": lambda listed: tuple(_connection_from_plain(one) for one in listed),
    "chosen": UUID,
    "tries": lambda listed: tuple(datetime.fromisoformat(one) for one in listed),
    "menu": _menu_from_plain,
    "enrolments": lambda listed: tuple(Enrolment.from_plain(one) for one in listed),
    "standing": Standing.from_plain,
    "protocol": DailyProtocol.from_plain,
    "broadcasting": dict,
}
"""What most dialogues have no use for, each with how it is read."""


def _execution_to_plain(execution: Execution) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(execution, name) for name in Execution.__slots__}
    plain["wakes"] = [(wake.kind, wake.due_at) for wake in execution.wakes]
    return plain


def _execution_from_plain(plain: dict[str, Any]) -> Execution:
    plain["id"] = ExecutionId(UUID(plain["id"]))
    plain["status"] = ExecutionStatus(plain["status"])
    plain["started_at"] = datetime.fromisoformat(plain["started_at"])
    plain["asked_at"] = datetime.fromisoformat(plain["asked_at"])
    plain["wakes"] = tuple(Wake(kind, datetime.fromisoformat(due_at)) for kind, due_at in plain["wakes"])
    return Execution(**plain)
