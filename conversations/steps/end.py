"""end: the workflow is done here."""

from typing import TYPE_CHECKING, ClassVar

from conversations.step import Step, StepName
from conversations.text import Text

if TYPE_CHECKING:
    from conversations.scene import Scene


class End(Step):
    """The workflow is done here.

    Attributes:
        end: The step's name.
        text: What is said last; may be left out.
        suggest: Whether other workflows are offered below it.
    """

    kind: ClassVar[str] = "end"
    asks: ClassVar[bool] = False
    pauses: ClassVar[bool] = False

    end: StepName
    text: Text | None = None
    suggest: bool = True

    def falls_through(self) -> bool:
        """Return whether the step below may follow: only where `when` passes this one by."""
        return self.when is not None

    def enter(self, scene: "Scene") -> None:
        """Say the last words and complete the execution."""
        if self.text:
            # What was left open is taken up right after this; nothing else is offered then.
            scene.say(scene.words(self.text), scene.suggestions() if self.suggest and not scene.parked else ())
        scene.complete()
