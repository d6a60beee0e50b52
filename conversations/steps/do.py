"""do: something to be done away from the chat, with guidance, a timer and tips."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from conversations import evidence, facts, limits
from conversations.duration import Duration, format_duration
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.scene import Scene

_QUESTION_MARKS = ("?", "？", "؟")


class Do(Step):
    """Something to be done away from the chat.

    The person answers done, skip or stuck; any other words are kept as a note.

    Attributes:
        do: The step's name.
        text: What to do.
        timer: How long it should take; when it is over the person is asked how it went.
        tips: What is said after a while, or at once to a person who is stuck.
        stuck: Said to a person who is stuck when there is no tip left.
        skippable: Whether skip is offered.
    """

    kind: ClassVar[str] = "do"

    do: StepName
    text: Text
    timer: Duration | None = None
    tips: dict[Duration, Text] = Field(default_factory=dict)
    stuck: Text | None = None
    skippable: bool = True

    def enter(self, scene: "Scene") -> None:
        """Give the guidance; start the timer and plan the tips."""
        self.ask_again(scene)
        if self.timer:
            scene.wake("timer", self.timer)
        for place, after in enumerate(sorted(self.tips)):
            scene.wake(f"tip{place}", after)

    def ask_again(self, scene: "Scene") -> None:
        """Give the guidance."""
        words = scene.words(self.text)
        if self.timer:
            words = f"{words}\n{scene.phrase('timer', duration=scene.spoken(self.timer))}"
        scene.prompt(words, self._buttons(scene))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        return scene.choices("done", "skip", "stuck") if self.skippable else scene.choices("done", "stuck")

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Go on, help, or keep a note."""
        said = choice or next((word for word in ("done", "skip", "stuck") if scene.means(message.text, word)), "")
        if said == "done":
            scene.finish(value="done", label=scene.phrase("button_done"))
        elif said == "skip" and self.skippable:
            scene.finish(value="skipped", label=scene.phrase("button_skip"), skipped=True)
        elif said == "skip":
            scene.say(scene.phrase("cannot_skip"), self._buttons(scene))
        elif said == "stuck":
            self._help(scene)
        else:
            self._note(scene, message)

    def _note(self, scene: "Scene", message: InboundMessage) -> None:
        words = message.text.strip()[: limits.ANSWER_CHARACTERS]
        evidence.keep_as_notes(scene, message, message.attachments)
        if not words and not message.attachments:
            scene.say(scene.phrase("do_how"), self._buttons(scene))
            return
        scene.record(facts.NOTE_TAKEN, step=self.name, note=words, files=len(message.attachments))
        if len(message.text.strip()) > limits.ANSWER_CHARACTERS:
            scene.lead_in("noted_cut", limit=limits.ANSWER_CHARACTERS)
        asked = words.endswith(_QUESTION_MARKS)
        scene.say(scene.phrase("do_how" if asked else "noted_do"), self._buttons(scene))

    def _help(self, scene: "Scene") -> None:
        run = scene.open_run()
        scene.record(facts.STEP_STUCK, step=self.name)
        place = int(run.data.get("tip", 0))
        tips = self._tips_in_order()
        if place < len(tips):
            scene.say(self._take_tip(scene, place), self._buttons(scene))
        elif self.stuck:
            scene.say(scene.words(self.stuck), self._buttons(scene))
        else:
            scene.say(scene.phrase("stuck"), self._buttons(scene))

    def _tips_in_order(self) -> list[tuple[timedelta, Text]]:
        return sorted(self.tips.items(), key=lambda pair: pair[0])

    def _take_tip(self, scene: "Scene", place: int) -> str:
        run = scene.open_run()
        run.data["tip"] = place + 1
        run.wakes = [wake for wake in run.wakes if wake.kind != f"tip{place}"]
        after, tip = self._tips_in_order()[place]
        scene.record(facts.TIP_GIVEN, step=self.name, tip=format_duration(after))
        return scene.words(tip)

    def wake(self, scene: "Scene", kind: str) -> None:
        """Say that the time is up, or give the tip whose moment has come, under the workflow's title.

        By then the person may be talking about another one.
        """
        if kind == "timer" and self.timer:
            scene.record(facts.TIMER_ENDED, step=self.name)
            scene.prompt(scene.phrase("time_is_up", duration=scene.spoken(self.timer)), self._buttons(scene))
        elif kind.startswith("tip"):
            scene.prompt(self._take_tip(scene, int(kind[3:])), self._buttons(scene))
