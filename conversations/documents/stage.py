"""Stage: the engine with everything around it played in memory, on a clock that only moves when told.

No database, no channel and no waiting: what a turn asks for is done at once and in order. The same
stage plays transcripts and `sunup workflows simulate`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from conversations import effects
from conversations.engine import Engine
from conversations.events import Event, JobFinished, MessageReceived, SignalRaised, TimerFired
from conversations.state import State
from conversations.workflow import Trigger, TriggerKind, Workflow, by_trigger
from core.executions import ExecutionStatus
from core.media import Attachment
from core.messages import Button, Content, InboundKind, InboundMessage
from core.people import Person
from core.zones import local_moment, to_local

MONDAY_MORNING: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""When a stage begins unless it is told otherwise."""
_MOST_FIRINGS: Final = 10_000


class Shelf:
    """A library of a few workflows in memory.

    Args:
        workflows: The current version of each.
    """

    def __init__(self, workflows: Iterable[Workflow]) -> None:
        self._by_name = {workflow.name: workflow for workflow in workflows}
        self._triggered = by_trigger(self._by_name.values())

    def current(self, name: str) -> Workflow | None:
        """Return the workflow of this name."""
        return self._by_name.get(name)

    def version(self, name: str, version: int) -> Workflow | None:
        """Return the workflow of this name; a shelf holds one version of each."""
        return self._by_name.get(name)

    def listed(self) -> Sequence[Workflow]:
        """Return those that people may choose from."""
        return [workflow for workflow in self._by_name.values() if workflow.listed]

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        """Return what a kind of happening begins."""
        return self._triggered.get(kind, ())


class StateLost(Exception):
    """The dialogue did not survive being written down and read again; a fault in a step's `data`."""


class Stage:
    """One person in front of the engine.

    Args:
        workflows: What can be started.
        person: What is known of them.
        now: The moment at which everything begins, aware, in UTC.
        met: Whether they were greeted before.

    Attributes:
        state: The dialogue.
        now: The clock.
        said: Messages to the person that nobody has looked at yet; `hear` takes them.
        notices: Short notices over the chat after taps that came too late.
        outcomes: What was measured.
        executions: Where each execution stands, the newest last.
        facts: Names of what was recorded.
        nudges: What was, or was not, said because of time or an event.
        channel_name: What the channel says that the person is called.
        channel_language: The language that it reports.
    """

    def __init__(
        self, workflows: Iterable[Workflow], person: Person, now: datetime = MONDAY_MORNING, *, met: bool = True
    ) -> None:
        self._engine = Engine(Shelf(workflows))
        self.state = State(person=person, met=met)
        self.now = now
        self.said: list[Content] = []
        self.notices: list[str] = []
        self.outcomes: list[effects.RecordOutcome] = []
        self.executions: dict[UUID, ExecutionStatus] = {}
        self.facts: list[str] = []
        self.nudges: list[effects.KeepNudge] = []
        self.channel_name = ""
        self.channel_language = ""
        self._buttons: list[Button] = []
        self._newest: tuple[Button, ...] = ()
        self._timers: dict[str, datetime] = {}
        self._jobs: list[effects.StartJob] = []
        self._events = 0

    # -- what the person does ------------------------------------------------------------------

    def write(self, words: str) -> None:
        """The person writes."""
        self._receive(InboundKind.TEXT, text=words)

    def tap(self, title: str) -> bool:
        """The person taps the newest button with this title; return whether there ever was one."""
        button = next((one for one in reversed(self._buttons) if one.title == title), None)
        if button is None:
            return False
        self.press(button)
        return True

    def press(self, button: Button) -> None:
        """The person taps this button."""
        self._receive(InboundKind.TAP, text=button.title, payload=button.payload, tap_id=f"tap{self._events}")

    def send(self, attachment: Attachment | None, caption: str = "") -> None:
        """The person sends a file; without one, something that no step can use."""
        if attachment is None:
            self._receive(InboundKind.OTHER)
        else:
            self._receive(InboundKind.MEDIA, text=caption, attachments=(attachment,))

    def _receive(self, kind: InboundKind, **fields: Any) -> None:
        self.settle()
        message = InboundMessage(
            key=f"in{self._events}",
            channel="terminal",
            account="default",
            address="person",
            chat="person",
            kind=kind,
            name=self.channel_name,
            language=self.channel_language,
            **fields,
        )
        self._advance(MessageReceived(self._event_id(), message))

    # -- what happens elsewhere ----------------------------------------------------------------

    def signal(self, name: str) -> None:
        """Something happens elsewhere."""
        self.settle()
        self._advance(SignalRaised(self._event_id(), name))

    def settle(self) -> None:
        """Let every file that is being checked pass, if it is of a kind that is wanted."""
        while self._jobs:
            self._settle_one()

    def _settle_one(self) -> None:
        job = self._jobs.pop(0)
        self._finish(job, "" if _is_wanted(job) else "wrong_kind")

    def refuse_file(self, reason: str) -> bool:
        """Let the file that is being checked fail; return whether there was one."""
        if not self._jobs:
            return False
        self._finish(self._jobs.pop(0), reason)
        return True

    def _finish(self, job: effects.StartJob, refused: str) -> None:
        attachment = job.payload.get("attachment", {})
        kept = {"media": str(UUID(int=self._events + 1)), "kind": str(attachment.get("kind")), "size": 1}
        kept["seconds"] = int(attachment.get("seconds", 0))
        result = {"reason": refused} if refused else {**kept, "sha256": ""}
        self._advance(JobFinished(self._event_id(), job.key, not refused, result))

    # -- time ----------------------------------------------------------------------------------

    def wait(self, duration: timedelta) -> None:
        """Let time go by; whatever is due meanwhile happens at its moment, in order."""
        self.settle()
        target = self.now + duration
        for _ in range(_MOST_FIRINGS):
            due = min(self._timers.items(), key=lambda timer: timer[1], default=None)
            if due is None or due[1] > target:
                break
            key, moment = due
            self.now = max(self.now, moment)
            del self._timers[key]
            self._advance(TimerFired(self._event_id(), key, moment))
            self.settle()
        self.now = target

    def wait_until(self, hour: int, minute: int) -> None:
        """Let time go by until the person's clock shows this."""
        zone = self.state.person.zone
        today = to_local(self.now, zone).date()
        moment = local_moment(today, hour, minute, zone)
        if moment <= self.now:
            moment = local_moment(today + timedelta(days=1), hour, minute, zone)
        self.wait(moment - self.now)

    @property
    def next_due_at(self) -> datetime | None:
        """The next moment at which something happens by itself."""
        return min(self._timers.values(), default=None)

    # -- what comes of it ----------------------------------------------------------------------

    def hear(self) -> Content | None:
        """Take the oldest message that nobody has looked at; files are settled when there is none."""
        while not self.said and self._jobs:
            self._settle_one()
        return self.said.pop(0) if self.said else None

    @property
    def titles(self) -> list[str]:
        """Titles of the buttons below the newest message that has any."""
        return [button.title for button in self.buttons]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Buttons below the newest message that has any."""
        return self._newest

    def _event_id(self) -> UUID:
        self._events += 1
        # Executions that one turn starts differ from its event in the lowest bits.
        return UUID(int=self._events << 16)

    def _advance(self, event: Event) -> None:
        turn = self._engine.advance(self.state, event, self.now)
        if State.from_json(turn.state.to_json()) != turn.state:
            raise StateLost("the dialogue reads differently after it was written down")
        self.state = turn.state
        for effect in turn.effects:
            self._apply(effect)

    def _apply(self, effect: effects.Effect) -> None:
        match effect:
            case effects.Say(content=content):
                self.said.append(content)
                self._buttons += content.buttons
                self._newest = content.buttons or self._newest
            case effects.AnswerTap(text=text):
                self.notices += [text] if text else []
            case effects.SetTimer(key=key, due_at=due_at):
                self._timers[key] = due_at
            case effects.ClearTimer(key=key):
                self._timers.pop(key, None)
            case effects.StartJob():
                self._jobs.append(effect)
            case effects.KeepExecution(id=identity, status=status):
                self.executions.pop(identity, None)
                self.executions[identity] = status
            case effects.RecordOutcome():
                self.outcomes.append(effect)
            case effects.RecordFact(kind=kind):
                self.facts.append(kind)
            case effects.KeepNudge():
                self.nudges.append(effect)
            case effects.KeepSession() | effects.KeepAffirmations() | effects.KeepBoard() | effects.KeepMember():
                pass  # the dialogue itself remembers them
            case effects.OfferLink() | effects.ChooseConversation():
                pass  # there is no other chat on a stage


def _is_wanted(job: effects.StartJob) -> bool:
    wants = job.payload.get("wants", ())
    return not wants or job.payload["attachment"]["kind"] in wants


def person_of(known: Iterable[tuple[str, str]], name: str = "", language: str = "en") -> Person:
    """Return a person of whom this is known, by field of the profile."""
    fields = dict(known)
    own = {key: fields.pop(key) for key in ("name", "language", "zone") if key in fields}
    base = Person(name=name, language=language, profile=fields)
    return replace(base, **own)  # type: ignore[arg-type]  # the three own fields are strings, the profile is not among them
