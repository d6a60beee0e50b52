"""Effects: what a turn asks the outside to do, written in the same transaction as the state."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.executions import ExecutionStatus, Metric
from core.ids import ConversationId, ExecutionId, MediaId
from core.messages import Content, OnUnknown, Priority
from core.sessions import BoardPicture, DailySession


@dataclass(frozen=True, slots=True)
class Say:
    """Send something to the person, after all that was said before.

    Args:
        content: What.
        priority: How urgently.
        on_unknown: What to do when no answer comes back.
        expires_at: From when on it is not worth sending; None for what its priority says.
        quiet: Whether it waits for the end of the person's quiet hours.
    """

    content: Content
    priority: Priority = Priority.REPLY
    on_unknown: OnUnknown = OnUnknown.SEND_AGAIN
    expires_at: datetime | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class AnswerTap:
    """End the spinner of a tapped button; `text` is a short notice over the chat, or empty."""

    tap_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake the person's dialogue at `due_at`; a timer with the same key is replaced."""

    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Forget the timer with this key, if there is one."""

    key: str


@dataclass(frozen=True, slots=True)
class StartJob:
    """Have slow work done; its end comes back as `JobFinished` with the same key.

    Args:
        kind: Name of the job kind, one of `workers/jobs`.
        key: Unique within the person; a second job with it is dropped.
        payload: Plain values.
    """

    kind: str
    key: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeepExecution:
    """Record where an execution stands; the row is made when it is new.

    Args:
        id: The execution.
        workflow: Its workflow's name.
        version: Its workflow's version.
        status: Where it stands.
        steps_completed: Steps that asked something of the person and are done.
        steps_total: Those, and the most that may still come on the way that the person has taken.
        started_at: When it began.
        ended_at: When it was completed or abandoned; None while it is open.
    """

    id: ExecutionId
    workflow: str
    version: int
    status: ExecutionStatus
    steps_completed: int
    steps_total: int
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordFact:
    """Append to the history what happened, for instance `step_completed`.

    Args:
        kind: Past tense, from `conversations/facts.py`.
        execution_id: The execution that it belongs to, if any.
        data: Plain values; sealed, because answers and notes are personal.
    """

    kind: str
    execution_id: ExecutionId | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """Append a measured result.

    Args:
        execution_id: Where it came from.
        metric: What it measures.
        value: How much, in `currency`, hours, customers or the author's own unit.
        currency: ISO 4217 for revenue, else empty.
        proof: The kept file that backs it, if any.
    """

    execution_id: ExecutionId
    metric: Metric
    value: Decimal
    currency: str = ""
    proof: MediaId | None = None


@dataclass(frozen=True, slots=True)
class OfferLink:
    """Let whoever says a code on another channel become one with this person.

    Args:
        digest: Of the code, from `conversations/link_codes.py`; the code itself is nowhere kept but in the message.
        expires_at: From when on it is void.
    """

    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ChooseConversation:
    """Send nudges to one of the person's conversations; None for the one in which they wrote last."""

    conversation_id: ConversationId | None


@dataclass(frozen=True, slots=True)
class KeepNudge:
    """Record why a nudge was, or was not, said; at most once for each rule and local date of a person.

    Args:
        rule: What it belongs to: the workflow's name, with `#20:00` behind it for a further time of a day, or with
            `!completed:welcome` for a trigger.
        date: The local date that it stands for.
        result: `queued` or `skipped`.
        reason: Why it was skipped, one of `core.nudges.Reason`; mostly empty where it was not.
    """

    rule: str
    date: date
    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeepSession:
    """Record a daily session as it stands; the row of this person and date is made when it is new."""

    session: DailySession


@dataclass(frozen=True, slots=True)
class KeepAffirmations:
    """Record that a version of the affirmations is in use; its row is made when it is new, and never changed after."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class KeepBoard:
    """Record the vision board as it stands, in place of what was there."""

    pictures: tuple[BoardPicture, ...]


@dataclass(frozen=True, slots=True)
class KeepMember:
    """Record that the person takes part in the daily protocol, and what a leaderboard is made of.

    Args:
        listed: Whether others may see them there.
        streak: The streak that is alive.
        alive_until: Their own date until whose end it stays so; None where none is alive.
    """

    listed: bool
    streak: int = 0
    alive_until: date | None = None


Effect = (
    Say
    | AnswerTap
    | SetTimer
    | ClearTimer
    | StartJob
    | KeepExecution
    | RecordFact
    | RecordOutcome
    | OfferLink
    | ChooseConversation
    | KeepSession
    | KeepAffirmations
    | KeepBoard
    | KeepMember
    | KeepNudge
)
