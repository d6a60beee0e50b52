"""recite: the affirmations are read back, and the person sends a voice note of reading them aloud."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from conversations import evidence, protocol
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

_WANTS = ("voice",)


class Recite(Step):
    """The affirmations are read back, and the person sends a voice note of reading them aloud.

    The recording is kept in the daily session with its duration. It counts for the date on which it was sent; until
    03:00 for the one before, where that is still open.

    Attributes:
        recite: The step's name; its answer is null where the step was skipped.
        text: What is asked, above the affirmations.
        optional: Whether the person may skip it.
    """

    kind: ClassVar[str] = "recite"

    recite: StepName
    text: Text
    optional: bool = True

    def enter(self, scene: "Scene") -> None:
        """Read them back and ask."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Read them back and ask, unless a recording is being checked."""
        if evidence.is_checking(scene):
            scene.say_phrase("still_checking")
            return
        read = scene.protocol.text if scene.protocol else ""
        asked = scene.words(self.text)
        scene.prompt(f"{asked}\n\n{read}" if read else asked, self._buttons(scene))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        return scene.choices("skip") if self.optional else ()

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Have the recording checked; say what would be right to anything else."""
        if message.attachments:
            # What counts is when it was sent, however long the check takes.
            protocol.pin_morning(scene, scene.now)
            evidence.take(scene, message, _WANTS)
        elif self.optional and (choice == "skip" or scene.means(message.text, "skip")):
            scene.finish(skipped=True)
        elif evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        else:
            evidence.insist(scene, _WANTS, self._buttons(scene))

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Keep a recording that passed in the daily session."""
        kept = evidence.verdict(scene, event, _WANTS)
        if kept is None:
            return
        seconds = int(kept.get("seconds") or 0)
        version = protocol.take_part(scene).version
        protocol.change_session(
            scene, recording=kept["media"], recording_seconds=seconds, affirmations_version=max(1, version)
        )
        length = scene.spoken(timedelta(seconds=seconds))
        scene.lead_in("recording_kept", duration=f" ({length})" if length else "")
        scene.finish(kept["media"], length)
