"""mark: a part of the daily session is done."""

from typing import TYPE_CHECKING, ClassVar, Literal

from conversations import nudging, protocol
from conversations.enrolments import plain_rule
from conversations.step import Step
from conversations.text import Text
from core.schedules import settle

if TYPE_CHECKING:
    from conversations.scene import Scene


class Mark(Step):
    """A part of the daily session is done; only the morning counts for the streak.

    Attributes:
        mark: Which part; also the step's name where no id is written.
        text: What is said, when day and streak already count it; may be left out.
    """

    kind: ClassVar[str] = "mark"
    asks: ClassVar[bool] = False
    pauses: ClassVar[bool] = False

    mark: Literal["morning", "evening"]
    text: Text | None = None

    def enter(self, scene: "Scene") -> None:
        """Note it, say so, and go straight on."""
        if self.mark == "morning":
            first = not protocol.take_part(scene).done
            protocol.end_morning(scene)
            if first:
                _enrol(scene)
        else:
            protocol.end_evening(scene)
        if self.text:
            scene.say(scene.words(self.text))
        scene.finish()


def _enrol(scene: "Scene") -> None:
    """Let what belongs to the morning come by itself too, at its author's time, from the first one on."""
    for name in (protocol.EVENING, protocol.WEEK):
        workflow = scene.library.current(name)
        if workflow is None or workflow.schedule is None or nudging.find(scene, name) is not None:
            continue
        rule = settle(workflow.schedule.rule, nudging.today(scene))
        if rule is not None:
            nudging.enrol(scene, name, plain_rule(rule), explicit=False)
