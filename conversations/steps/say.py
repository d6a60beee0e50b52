"""say: tell the person something and go straight on."""

from typing import TYPE_CHECKING, ClassVar

from conversations.step import Step, StepName
from conversations.text import Text

if TYPE_CHECKING:
    from conversations.scene import Scene


class Say(Step):
    """Tell the person something and go straight on.

    Attributes:
        say: The step's name.
        text: What is said.
    """

    kind: ClassVar[str] = "say"
    asks: ClassVar[bool] = False
    pauses: ClassVar[bool] = False

    say: StepName
    text: Text

    def enter(self, scene: "Scene") -> None:
        """Say it."""
        scene.say(scene.words(self.text))
        scene.finish()
