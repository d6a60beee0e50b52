"""A step: what every kind of it has, and what every kind of it can do.

A kind is one file in `conversations/steps/` and one line in its table. Its class is its document
model (what an author may write) and its behaviour (what it says on entry, what it accepts, what it
does when woken), in this order. Steps hold no state of their own: what one remembers between two
turns lies in the execution's `data`.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from conversations.condition import Condition
from conversations.duration import Duration
from conversations.text import Text
from core.messages import InboundMessage

if TYPE_CHECKING:
    from conversations.events import JobFinished, SignalRaised
    from conversations.scene import Scene

StepName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""How a step is called: lower-case letters, digits and underscores, at most 40."""


class Step(BaseModel):
    """One unit of a workflow.

    Attributes:
        id: Name of the step; where it is not written, the word behind the kind (`choose: niche`).
        when: Skip the step unless this holds.
        next: Step to go on with; where it is not written, the one below.
        remind: How long after the last sign of life the person is reminded; the workflow's default else.
        give_up: How long after the last sign of life the execution is abandoned; the workflow's default else.
        template: What the approved template is called that stands for this step's text where it comes by itself, for
            instance after a wait, and the channel takes free text only for a while; `nudge` else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    kind: ClassVar[str]
    asks: ClassVar[bool] = True
    """Whether the person has something to do here; such steps count in "2 of 5"."""
    pauses: ClassVar[bool] = True
    """Whether the dialogue can rest here until something happens; only such steps keep an answer."""
    takes_words: ClassVar[bool] = False
    """Whether any words may be an answer."""

    id: StepName | None = None
    when: Condition | None = None
    next: StepName | None = None
    remind: Duration | None = None
    give_up: Duration | None = None
    template: StepName | None = None

    @property
    def name(self) -> str:
        """The step's id, written or taken from the word behind its kind."""
        return self.id or str(getattr(self, self.kind))

    def takes(self, words: str, language: str, default: str) -> bool:
        """Return whether words are an answer here, so that only reserved words go ahead of them.

        Args:
            words: Plain words of the person.
            language: The person's.
            default: The workflow's.
        """
        return self.takes_words

    def texts(self) -> list[Text]:
        """Return every text of this step, for checks; fields that are texts or tables of texts."""
        found: list[Text] = []
        for field in type(self).model_fields:
            value = getattr(self, field)
            values = value.values() if isinstance(value, dict) else [value]
            found += [one for one in values if isinstance(one, Text)]
        return found

    def targets(self) -> list[str]:
        """Return the steps that this one may send the person to, by name."""
        return [self.next] if self.next else []

    def falls_through(self) -> bool:
        """Return whether the step below may follow; one that `when` passes by goes on there."""
        return self.next is None or self.when is not None

    def enter(self, scene: "Scene") -> None:
        """Say what is to be said on arrival, then finish or wait."""
        raise TypeError(f"a step of kind {self.kind} cannot be entered")

    def pass_by(self, scene: "Scene") -> None:
        """Go on where `when` does not hold."""
        scene.go(None)

    def ask_again(self, scene: "Scene") -> None:
        """Repeat what the person has to do; said with a reminder and after an interruption."""

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take what the person sent.

        Args:
            scene: The turn under construction.
            message: What came in.
            choice: The value of the tapped button; empty when nothing was tapped.
        """
        self.ask_again(scene)

    def wake(self, scene: "Scene", kind: str) -> None:
        """Act on a moment that this step asked for with `scene.wake`."""

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Act on the end of a job that this step started."""

    def waits_for(self, signal: str) -> bool:
        """Return whether a signal of this name is for this step."""
        return False

    def signal_raised(self, scene: "Scene", event: "SignalRaised") -> None:
        """Act on a signal that this step waits for."""
