"""A stage for tests: one person in front of the engine, on a clock that only moves when told.

Every turn is played twice, to see that it is the same, and every state goes through JSON and back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from conversations import effects
from conversations.engine import Engine
from conversations.events import Event, JobFinished, MessageReceived, SignalRaised, TimerFired
from conversations.scene import Turn
from conversations.state import Execution, State
from conversations.steps import STEP_KINDS
from conversations.text import Text
from conversations.workflow import Trigger, TriggerKind, Workflow, by_trigger
from core.executions import ExecutionStatus
from core.ids import ConversationId
from core.media import Attachment, MediaKind
from core.messages import Button, Content, InboundKind, InboundMessage
from core.people import Person

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MEDIA = "01930000-0000-7000-8000-000000000001"


def flow(name: str, *steps: dict[str, Any], version: int = 1, **fields: Any) -> Workflow:
    """Build a workflow from steps as they stand in a document."""
    kinds = [next(key for key in step if key in STEP_KINDS) for step in steps]
    built = tuple(STEP_KINDS[kind].model_validate(step) for kind, step in zip(kinds, steps, strict=True))
    title = Text.from_plain(fields.pop("title", name.replace("_", " ").capitalize()))
    return Workflow(name=name, version=version, title=title, steps=built, **fields)


class Shelf:
    """A library in memory, with all versions of each workflow."""

    def __init__(self, *workflows: Workflow) -> None:
        self._versions: dict[str, dict[int, Workflow]] = {}
        for workflow in workflows:
            self.publish(workflow)

    def publish(self, workflow: Workflow) -> None:
        self._versions.setdefault(workflow.name, {})[workflow.version] = workflow

    def lose(self, name: str) -> None:
        del self._versions[name]

    def current(self, name: str) -> Workflow | None:
        versions = self._versions.get(name)
        return versions[max(versions)] if versions else None

    def version(self, name: str, version: int) -> Workflow | None:
        return self._versions.get(name, {}).get(version)

    def listed(self) -> Sequence[Workflow]:
        return [workflow for workflow in self._newest() if workflow.listed]

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        return by_trigger(self._newest()).get(kind, ())

    def _newest(self) -> list[Workflow]:
        return [versions[max(versions)] for versions in self._versions.values()]


class Stage:
    """One person in front of the engine."""

    def __init__(self, *workflows: Workflow, person: Person | None = None, met: bool = True) -> None:
        self.shelf = Shelf(*workflows)
        self.engine = Engine(self.shelf)
        self.state = State(person=person or Person(name="Asha", zone="Asia/Kolkata"), met=met)
        self.now = MONDAY
        self.timers: dict[str, datetime] = {}
        self.jobs: list[effects.StartJob] = []
        self.outcomes: list[effects.RecordOutcome] = []
        self.records: list[effects.RecordFact] = []
        self.executions: dict[UUID, effects.KeepExecution] = {}
        self.said: list[Content] = []
        self.says: list[effects.Say] = []
        self.buttons: list[Button] = []
        self.taps: list[effects.AnswerTap] = []
        self.offers: list[effects.OfferLink] = []
        self.kept: list[effects.Effect] = []
        self.nudges: list[effects.KeepNudge] = []
        self.chosen: ConversationId | None = None
        self.here: ConversationId | None = None
        self.events = 0

    # -- what happens: each returns what was said in that turn -----------------------------------

    def write(self, words: str, **fields: Any) -> list[Content]:
        return self.receive(InboundKind.TEXT, text=words, **fields)

    def tap(self, title: str) -> list[Content]:
        """Tap the newest button with this title."""
        button = next(one for one in reversed(self.buttons) if one.title == title)
        return self.press(button.payload, title)

    def press(self, payload: str, title: str = "") -> list[Content]:
        return self.receive(InboundKind.TAP, text=title, payload=payload, tap_id=f"tap{self.events}")

    def send(self, kind: MediaKind = MediaKind.IMAGE, caption: str = "", size: int = 1000) -> list[Content]:
        return self.receive(
            InboundKind.MEDIA, text=caption, attachments=(Attachment(kind, f"f{self.events}", size=size),)
        )

    def receive(self, kind: InboundKind, **fields: Any) -> list[Content]:
        message = InboundMessage(f"in{self.events}", "terminal", "default", "person", "person", kind, **fields)
        return self.advance(MessageReceived(self.event_id(), message, self.here))

    def finish_job(self, key: str = "", refused: str = "", **result: Any) -> list[Content]:
        """End a job, the newest one unless its key is given."""
        told = (
            {"reason": refused} if refused else {"media": MEDIA, "kind": "image", "size": 1, "seconds": 0, "sha256": ""}
        )
        return self.advance(JobFinished(self.event_id(), key or self.jobs[-1].key, not refused, {**told, **result}))

    def signal(self, name: str) -> list[Content]:
        return self.advance(SignalRaised(self.event_id(), name))

    def wait(self, **duration: float) -> list[Content]:
        """Let time go by; what is due happens at its moment."""
        target = self.now + timedelta(**duration)
        said = []
        while (due := min(self.timers.items(), key=lambda timer: timer[1], default=None)) and due[1] <= target:
            self.now = max(self.now, due[1])
            said += self.fire(due[0])
        self.now = target
        return said

    def outage(self, **duration: float) -> list[Content]:
        """Let time go by while nothing runs; what came due meanwhile happens at its end."""
        self.now += timedelta(**duration)
        return self.wait(seconds=0)

    def fire(self, key: str) -> list[Content]:
        due_at = self.timers.pop(key, self.now)
        return self.advance(TimerFired(self.event_id(), key, due_at))

    def advance(self, event: Event) -> list[Content]:
        before = self.state
        turn = self.engine.advance(before, event, self.now)
        assert turn == self.engine.advance(before, event, self.now), "the same input made another turn"
        assert State.from_json(turn.state.to_json()) == turn.state, "the state reads differently from JSON"
        self.state = turn.state
        return self.apply(turn)

    def event_id(self) -> UUID:
        self.events += 1
        return UUID(int=self.events << 16)

    def apply(self, turn: Turn) -> list[Content]:
        said = []
        for effect in turn.effects:
            match effect:
                case effects.Say(content=content):
                    said.append(content)
                    self.says.append(effect)
                    self.buttons += content.buttons
                case effects.SetTimer(key=key, due_at=due_at):
                    self.timers[key] = due_at
                case effects.ClearTimer(key=key):
                    self.timers.pop(key, None)
                case effects.StartJob():
                    self.jobs.append(effect)
                case effects.KeepExecution(id=identity):
                    self.executions[identity] = effect
                case effects.RecordFact():
                    self.records.append(effect)
                case effects.RecordOutcome():
                    self.outcomes.append(effect)
                case effects.AnswerTap():
                    self.taps.append(effect)
                case effects.KeepSession() | effects.KeepAffirmations() | effects.KeepBoard() | effects.KeepMember():
                    self.kept.append(effect)
                case effects.OfferLink():
                    self.offers.append(effect)
                case effects.KeepNudge():
                    self.nudges.append(effect)
                case effects.ChooseConversation(conversation_id=chosen):
                    self.chosen = chosen
        self.said += said
        return said

    # -- what came of it -------------------------------------------------------------------------

    @property
    def run(self) -> Execution:
        """The execution that is being talked about."""
        return self.state.executions[-1]

    @property
    def facts(self) -> list[str]:
        return [record.kind for record in self.records]

    def fact(self, kind: str) -> dict[str, Any]:
        """Return the data of the newest fact of a kind."""
        return next(record.data for record in reversed(self.records) if record.kind == kind)

    @property
    def statuses(self) -> dict[str, ExecutionStatus]:
        """Where each workflow's newest execution stands."""
        return {kept.workflow: kept.status for kept in self.executions.values()}


def texts(said: Sequence[Content]) -> list[str]:
    return [content.text for content in said]


def titles(content: Content) -> list[str]:
    return [button.title for button in content.buttons]
